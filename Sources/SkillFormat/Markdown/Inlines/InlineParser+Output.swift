extension InlineParser {
  /// What a reader sees, on one line.
  func plainText() -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for token in tokens {
      switch token.kind {
      case .text, .marks, .bracket: text.append(contentsOf: bytes[token.start..<token.end])
      case .replacement: text.append(contentsOf: replacements[token.value].utf8)
      case .codeSpan: appendCode(token, to: &text)
      case .softBreak, .hardBreak: text.append(.space)
      case .html, .linkOpen, .linkClose, .imageOpen, .imageClose: break
      }
    }
    return MarkdownText.decode(text)
  }

  /// The content of a code span: line ends made spaces, and one space taken off both ends where there is one at each.
  private func appendCode(_ token: Token, to text: inout [UInt8]) {
    var content = SourceRange(token.start + token.value, token.end - token.value)
    func isBlank(_ offset: Int) -> Bool {
      bytes[offset] == .space || bytes[offset] == .lineFeed
    }
    if content.end - content.start >= 2, isBlank(content.start), isBlank(content.end - 1),
      (content.start..<content.end).contains(where: { !isBlank($0) })
    {
      content.start += 1
      content.end -= 1
    }
    for offset in content.start..<content.end {
      text.append(bytes[offset] == .lineFeed ? .space : bytes[offset])
    }
  }

  /// The pieces, with their places in the source of the text.
  func pieces(of source: InlineText) -> [MarkdownInline] {
    var pieces: [MarkdownInline] = []
    var text: [UInt8] = []
    var textRange = SourceRange(0, 0)

    func flush() {
      guard !text.isEmpty else { return }
      pieces.append(.text(MarkdownText.decode(text), source.sourceRange(of: textRange)))
      text.removeAll(keepingCapacity: true)
    }
    func extend(to token: Token) {
      if text.isEmpty { textRange.start = token.start }
      textRange.end = token.end
    }

    for token in tokens {
      let range = SourceRange(token.start, token.end)
      switch token.kind {
      case .text, .marks, .bracket:
        guard !range.isEmpty else { continue }
        extend(to: token)
        text.append(contentsOf: bytes[token.start..<token.end])
      case .replacement:
        extend(to: token)
        text.append(contentsOf: replacements[token.value].utf8)
      case .codeSpan:
        flush()
        var code: [UInt8] = []
        appendCode(token, to: &code)
        pieces.append(.codeSpan(MarkdownText.decode(code), source.sourceRange(of: range)))
      case .softBreak, .hardBreak:
        flush()
        pieces.append(.lineBreak(isHard: token.kind == .hardBreak, source.sourceRange(of: range)))
      case .html:
        flush()
        pieces.append(.html(source.sourceRange(of: range)))
      case .linkOpen, .imageOpen:
        flush()
        let link = links[token.value]
        let piece = MarkdownInline.Link(
          destination: link.target.destination,
          title: link.target.title,
          range: source.sourceRange(of: SourceRange(link.start, link.end)),
          textRange: source.sourceRange(of: link.text)
        )
        pieces.append(token.kind == .linkOpen ? .link(piece) : .image(piece))
      case .linkClose, .imageClose: flush()
      }
    }
    flush()
    return pieces
  }
}
