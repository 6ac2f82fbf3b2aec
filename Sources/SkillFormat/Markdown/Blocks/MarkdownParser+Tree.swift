extension MarkdownParser {
  /// Makes the tree, children first, so that depth costs no stack.
  func makeDocument() -> MarkdownDocument {
    var nodes = nodes
    for index in nodes.indices.dropFirst().reversed() {
      let parent = nodes[index].parent
      nodes[parent].end = max(nodes[parent].end, nodes[index].end)
      nodes[parent].lastLine = max(nodes[parent].lastLine, nodes[index].lastLine)
    }

    var built = [MarkdownBlock?](repeating: nil, count: nodes.count)
    for index in nodes.indices.reversed() { built[index] = makeBlock(index, nodes, &built) }
    return MarkdownDocument(blocks: takeChildren(of: 0, nodes, &built), definitions: definitions)
  }

  private func takeChildren(
    of parent: Int,
    _ nodes: [Node],
    _ built: inout [MarkdownBlock?]
  ) -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    var child = nodes[parent].firstChild
    while child >= 0 {
      if let block = built[child] {
        blocks.append(block)
        built[child] = nil
      }
      child = nodes[child].next
    }
    return blocks
  }

  private func makeBlock(
    _ index: Int,
    _ nodes: [Node],
    _ built: inout [MarkdownBlock?]
  ) -> MarkdownBlock? {
    let node = nodes[index]
    let range = SourceRange(node.start, node.end)
    switch node.kind {
    case .document, .item, .definitions:
      return nil
    case .quote:
      return .quote(.init(blocks: takeChildren(of: index, nodes, &built), range: range))
    case .list:
      return .list(makeList(index, nodes, &built))
    case .paragraph:
      return .paragraph(.init(content: lines(of: node), range: range))
    case .heading:
      let content = lines(of: node)
      let text = MarkdownInline.plainText(of: content, in: source, definitions: definitions)
      return .heading(
        .init(level: node.size, content: content, text: text, isSetext: node.isSetext, range: range)
      )
    case .fence:
      // Text that ends with the file inside a fence has no more line ends than the file.
      let isCutOff = !node.isClosed && range.end == bytes.count && bytes.last.map { $0 != 0x0A && $0 != 0x0D } == true
      let contentEnd = max(node.contentStart, node.contentEnd - (isCutOff ? 1 : 0))
      return .code(
        .init(
          marker: Character(Unicode.Scalar(node.delimiter)),
          info: InlineText.unescaped(bytes, node.info),
          infoRange: node.info,
          content: MarkdownText.decode(codeBytes[node.contentStart..<contentEnd]),
          contentLine: node.firstLine + 1,
          isClosed: node.isClosed,
          range: range
        )
      )
    case .indentedCode:
      return .code(
        .init(
          marker: nil,
          info: "",
          content: MarkdownText.decode(codeBytes[node.contentStart..<node.contentEnd]),
          contentLine: node.firstLine,
          isClosed: true,
          range: range
        )
      )
    case .html:
      return .html(.init(content: lines(of: node), isClosed: node.isClosed, range: range))
    case .rule:
      return .rule(range)
    case .table:
      return .table(makeTable(node, range: range))
    }
  }

  private func makeList(
    _ index: Int,
    _ nodes: [Node],
    _ built: inout [MarkdownBlock?]
  ) -> MarkdownBlock.List {
    let list = nodes[index]
    var items: [MarkdownBlock.ListItem] = []
    var isTight = true
    var previous = -1
    var item = list.firstChild
    while item >= 0 {
      let node = nodes[item]
      if previous >= 0, node.firstLine > nodes[previous].lastLine + 1 { isTight = false }
      if isTight, hasBlankLineBetweenChildren(of: node, nodes) { isTight = false }
      items.append(
        .init(
          number: node.number < 0 ? nil : node.number,
          blocks: takeChildren(of: item, nodes, &built),
          range: SourceRange(node.start, node.end)
        )
      )
      previous = item
      item = node.next
    }
    return .init(
      start: list.number < 0 ? nil : list.number,
      delimiter: Character(Unicode.Scalar(list.delimiter)),
      items: items,
      isTight: isTight,
      range: SourceRange(list.start, list.end)
    )
  }

  private func hasBlankLineBetweenChildren(of item: Node, _ nodes: [Node]) -> Bool {
    var child = item.firstChild
    while child >= 0, nodes[child].next >= 0 {
      let next = nodes[child].next
      if nodes[next].firstLine > nodes[child].lastLine + 1 { return true }
      child = next
    }
    return false
  }

  private func lines(of node: Node) -> MarkdownBlock.Lines {
    MarkdownBlock.Lines(ranges: Array(lineRanges[node.contentStart..<node.contentEnd]))
  }

  private func makeTable(_ node: Node, range: SourceRange) -> MarkdownBlock.Table {
    func texts(_ cells: ArraySlice<SourceRange>) -> [String] {
      cells.map { MarkdownInline.plainText(ofCell: $0, in: bytes, definitions) }
    }
    let header = cells[node.contentStart..<(node.contentStart + node.size)]
    let rowStarts = stride(from: header.endIndex, to: node.contentEnd, by: node.size)
    let rows = rowStarts.map { cells[$0..<($0 + node.size)] }
    return .init(
      header: texts(header),
      rows: rows.map(texts),
      headerRanges: Array(header),
      rowRanges: rows.map(Array.init),
      range: range
    )
  }
}
