import SkillFormat

/// What stands in an item after its first paragraph, as it is written but for the item's indentation.
enum ItemSlices {
  /// Runs of lines, each with whether it is code or HTML, in which no reference is looked for.
  static func slices(
    of item: WorkflowSection.Item,
    in source: SourceText,
    until cut: Int?
  ) -> [(WorkflowText, isLiteral: Bool)] {
    guard let first = item.blocks.first, item.blocks.count > 1 else { return [] }
    var startLine = source.line(at: first.range.start)
    let column = first.range.start - source.lineStarts[startLine - 1]
    if case .paragraph(let paragraph) = first {
      startLine = source.line(at: max(paragraph.range.start, paragraph.range.end - 1)) + 1
    }
    let end = min(cut ?? item.range.end, item.range.end, source.bytes.count)
    guard end > 0, startLine <= source.lineCount else { return [] }
    let endLine = source.line(at: end - 1)
    guard endLine >= startLine else { return [] }
    let literal = literalLines(of: item.blocks, in: source)
    var slices: [(WorkflowText, isLiteral: Bool)] = []
    for line in startLine...endLine {
      var range = source.range(ofLine: line)
      range.end = min(range.end, max(end, range.start))
      var indentation = 0
      while indentation < column, range.start < range.end, source.bytes[range.start].isBlankOrLineEnd {
        range.start += 1
        indentation += 1
      }
      let isLiteral = literal.contains(line)
      if slices.last?.isLiteral != isLiteral { slices.append((WorkflowText(), isLiteral)) }
      slices[slices.count - 1].0.append(line: range, of: source)
    }
    return slices
  }

  private static func literalLines(of blocks: [MarkdownBlock], in source: SourceText) -> Set<Int> {
    var lines: Set<Int> = []
    var open = blocks
    while let block = open.popLast() {
      switch block {
      case .code, .html:
        let first = source.line(at: block.range.start)
        let last = source.line(at: max(block.range.start, block.range.end - 1))
        lines.formUnion(first...max(first, last))
      case .list(let list): open += list.items.flatMap(\.blocks)
      case .quote(let quote): open += quote.blocks
      case .heading, .paragraph, .table, .rule: break
      }
    }
    return lines
  }
}
