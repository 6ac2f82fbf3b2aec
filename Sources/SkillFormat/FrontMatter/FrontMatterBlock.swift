/// Where a document's front matter lies.
struct FrontMatterBlock: Hashable {
  /// The lines between the two fences, line ends included.
  var content: SourceRange
  /// The offset after the line that closes the front matter.
  var bodyStart: Int

  enum Location {
    case found(FrontMatterBlock)
    case missing, unclosed
  }

  /// Looks for the block between the first line, which must be `---`, and the next `---` that begins a line; blanks may
  /// follow the dashes.
  static func locate(in source: SourceText) -> Location {
    guard source.isFence(line: 1) else { return .missing }
    for line in stride(from: 2, through: source.lineCount, by: 1) where source.isFence(line: line) {
      let bodyStart = line < source.lineStarts.count ? source.lineStarts[line] : source.bytes.count
      let content = SourceRange(source.lineStarts[1], source.lineStarts[line - 1])
      return .found(FrontMatterBlock(content: content, bodyStart: bodyStart))
    }
    return .unclosed
  }

  /// The block; nil, with an error, where there is none.
  static func find(in source: SourceText, diagnostics: inout Diagnostics) -> FrontMatterBlock? {
    switch locate(in: source) {
    case .found(let block): return block
    case .missing: diagnostics.report(.error, "missing-front-matter", missing(in: source), in: source)
    case .unclosed:
      diagnostics.report(
        .error,
        "unclosed-front-matter",
        "front matter is not closed; add a line '---' before the instructions",
        in: source,
        at: source.range(ofLine: 1)
      )
    }
    return nil
  }

  private static func missing(in source: SourceText) -> String {
    let expected = "expected '---' as the first line, before the front matter"
    guard !source.bytes.allSatisfy({ $0 <= .space }) else { return "\(expected); the file is empty" }
    let first = source[source.range(ofLine: 1)]
    if first.utf8.allSatisfy({ $0 <= .space }) { return "\(expected); found a blank line" }
    if first.utf8.first == .space, first.utf8.drop(while: { $0 == .space }).starts(with: "---".utf8) {
      return "\(expected); found blanks before it"
    }
    return "\(expected); found '\(first.shortened())'"
  }
}

extension SourceText {
  /// Whether a line, counted from 1, is three dashes from the first column with at most blanks behind them.
  fileprivate func isFence(line: Int) -> Bool {
    let start = lineStarts[line - 1]
    guard start + 3 <= bytes.count, bytes[start] == .hyphen, bytes[start + 1] == .hyphen, bytes[start + 2] == .hyphen
    else { return false }
    var index = start + 3
    while index < bytes.count, bytes[index].isBlank { index += 1 }
    return index == bytes.count || bytes[index].isLineEnd
  }
}
