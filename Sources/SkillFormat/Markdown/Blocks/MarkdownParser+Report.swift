/// What to warn of in a document's blocks.
extension MarkdownParser {
  private enum Message {
    static func unclosedFence(_ byte: UInt8, length: Int, isWholeRest: Bool) -> String {
      let swallowed = isWholeRest ? "the rest of the document is" : "the rest of its list item or quote is"
      let mark = String(Unicode.Scalar(byte))
      let fence =
        length <= 16
        ? "a line '\(String(repeating: mark, count: length))'" : "a line of at least \(length) times '\(mark)'"
      return "this fence is never closed, so \(swallowed) code; end the code with \(fence)"
    }

    static func unclosedHTML(_ end: String, isWholeRest: Bool) -> String {
      let swallowed = isWholeRest ? "the rest of the document is" : "the rest of its list item or quote is"
      return
        "this HTML is never closed, so \(swallowed) taken for HTML, which readers do not see; close it with '\(end)'"
    }

    static let hiddenComment =
      "text in an HTML comment is hidden from people who read the rendered document, but agents read it; "
      + "move it into the text or remove it"
  }

  /// How many warnings of one code are told.
  private static let maximumReports = 20

  func report(to diagnostics: inout Diagnostics) {
    var warnings = DiagnosticTally(limit: Self.maximumReports)
    for node in nodes { report(node, to: &warnings) }
    warnings.report(to: &diagnostics)
  }

  private func report(_ node: Node, to warnings: inout DiagnosticTally) {
    let range = SourceRange(node.start, node.end)

    switch node.kind {
    case .fence where !node.isClosed:
      warnings.add(
        .warning,
        "unclosed-fence",
        Message.unclosedFence(node.delimiter, length: node.size, isWholeRest: reachesEnd(node)),
        in: source,
        at: range
      )
    case .html:
      if !node.isClosed, let end = htmlEnd(of: node) {
        let message = Message.unclosedHTML(end, isWholeRest: reachesEnd(node))
        warnings.add(.warning, "unclosed-html", message, in: source, at: range)
      } else if node.size == 2 || node.size >= 6 {
        reportComments(in: range, to: &warnings)
      }
    case .paragraph, .heading: reportInlineComments(in: node, to: &warnings)
    case .table: reportCellComments(in: node, to: &warnings)
    default: break
    }
  }

  private func reachesEnd(_ node: Node) -> Bool { node.lastLine >= source.lineCount }

  private func htmlEnd(of node: Node) -> String? {
    switch node.size {
    case 1:
      let rest = source[SourceRange(node.start + 1, min(node.end, node.start + 9))]
      return "</\(rest.prefix { $0.isASCII && $0.isLetter }.lowercased())>"
    case 2: return "-->"
    case 3: return "?>"
    case 4: return ">"
    case 5: return "]]>"
    default: return nil
    }
  }
}

// MARK: - Comments

extension MarkdownParser {
  private func reportInlineComments(in node: Node, to warnings: inout DiagnosticTally) {
    guard HTMLSyntax.find("<!--", in: bytes, from: node.start, to: node.end) != nil else { return }
    let lines = MarkdownBlock.Lines(ranges: Array(lineRanges[node.contentStart..<node.contentEnd]))
    for case .html(let range) in MarkdownInline.scan(lines, in: source, definitions: definitions) {
      reportComments(in: range, to: &warnings)
    }
  }

  private func reportCellComments(in node: Node, to warnings: inout DiagnosticTally) {
    guard HTMLSyntax.find("<!--", in: bytes, from: node.start, to: node.end) != nil else { return }
    for cell in cells[node.contentStart..<node.contentEnd] {
      for case .html(let range) in MarkdownInline.scan(cell: cell, in: source, definitions: definitions) {
        reportComments(in: range, to: &warnings)
      }
    }
  }

  private func reportComments(in range: SourceRange, to warnings: inout DiagnosticTally) {
    var offset = range.start
    while let start = HTMLSyntax.find("<!--", in: bytes, from: offset, to: range.end) {
      let next = HTMLSyntax.find("-->", in: bytes, from: start, to: range.end)
      let text = SourceRange(start, next.map { $0 - 3 } ?? range.end)
      if isProse(text) {
        let whole = SourceRange(start - 4, next ?? range.end)
        warnings.add(.warning, "hidden-comment", Message.hiddenComment, in: source, at: whole)
      }
      guard let next else { return }
      offset = next
    }
  }

  /// How comments begin that speak to formatters and linters.
  private static let directives = [
    "markdownlint-", "prettier-ignore", "textlint-", "vale ", "cspell:", "spell-checker:", "toc",
  ]

  /// Whether a comment has something to say: three words, or a few letters of a script that has no spaces.
  /// Directives to formatters and linters have not.
  private func isProse(_ range: SourceRange) -> Bool {
    let text = MarkdownText.trimmed(range, in: bytes)
    let beginning = bytes[text.start..<min(text.end, text.start + 16)].map(\.lowercased)
    if Self.directives.contains(where: { beginning.starts(with: $0.utf8) }) { return false }
    var words = 0
    var wide = 0
    var wasLetter = false
    for offset in text.start..<text.end {
      let byte = bytes[offset]
      let isLetter = byte.isLetter || byte >= 0x80
      if isLetter, !wasLetter { words += 1 }
      // The first byte of a scalar from U+0800 on.
      if byte >= 0xE0 { wide += 1 }
      // An apostrophe or hyphen does not end a word.
      wasLetter = isLetter || (wasLetter && (byte == .singleQuote || byte == .hyphen))
      if words >= 3 || wide >= 4 { return true }
    }
    return false
  }
}
