/// HTML blocks, of the seven kinds that the specification numbers.
extension MarkdownParser {
  mutating func openHTML(inside matched: Int) -> Bool {
    guard let kind = htmlKind() else { return false }
    // A tag of no particular name does not interrupt a paragraph or table.
    if kind == 7, leaf >= 0, nodes[leaf].kind == .paragraph || (nodes[leaf].kind == .table && matched == open.count) {
      return false
    }
    closeUnmatched(matched)
    leaf = append(.html, start: content, end: lineEnd)
    nodes[leaf].size = kind
    nodes[leaf].contentStart = lineRanges.count
    addHTMLLine()
    return true
  }

  mutating func addHTMLLine() {
    lineRanges.append(SourceRange(position, lineEnd))
    nodes[leaf].contentEnd = lineRanges.count
    nodes[leaf].lastLine = line
    nodes[leaf].end = lineEnd
    if endsHTML(nodes[leaf].size) {
      nodes[leaf].isClosed = true
      leaf = -1
    }
  }

  mutating func closeHTML(_ index: Int) {
    if nodes[index].size >= 6 { nodes[index].isClosed = true }
    // Blank lines at the end part the block from the next one.
    while nodes[index].contentEnd - nodes[index].contentStart > 1 {
      let last = lineRanges[nodes[index].contentEnd - 1]
      guard (last.start..<last.end).allSatisfy({ bytes[$0].isBlank }) else { return }
      nodes[index].contentEnd -= 1
      nodes[index].lastLine -= 1
      nodes[index].end = lineRanges[nodes[index].contentEnd - 1].end
    }
  }

  private func htmlKind() -> Int? {
    let next = content + 1
    guard next < lineEnd else { return nil }
    switch bytes[next] {
    case .exclamation:
      if matches("<!--", at: content) { return 2 }
      if matches("<![CDATA[", at: content) { return 5 }
      return next + 1 < lineEnd && bytes[next + 1].isLetter ? 4 : nil
    case .question:
      return 3
    default:
      let isClosing = bytes[next] == .slash
      let nameStart = isClosing ? next + 1 : next
      var nameEnd = nameStart
      while nameEnd < lineEnd, bytes[nameEnd].isAlphanumeric { nameEnd += 1 }
      guard nameEnd > nameStart, bytes[nameStart].isLetter else { return nil }
      if nameEnd - nameStart <= 10 {
        let name = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).lowercased()
        let after: UInt8 = nameEnd < lineEnd ? bytes[nameEnd] : .space
        let isDelimited = after.isBlank || after == .greater
        if !isClosing, isDelimited, Self.verbatimTags.contains(name) { return 1 }
        if isDelimited || matches("/>", at: nameEnd), Self.blockTags.contains(name) { return 6 }
      }
      var furthest = content
      guard var end = HTMLSyntax.tagEnd(in: bytes, from: content, to: lineEnd, furthest: &furthest) else {
        return nil
      }
      while end < lineEnd, bytes[end].isWhitespace { end += 1 }
      return end == lineEnd ? 7 : nil
    }
  }

  private func endsHTML(_ kind: Int) -> Bool {
    switch kind {
    case 1:
      var offset = position
      while let start = HTMLSyntax.find("</", in: bytes, from: offset, to: lineEnd) {
        var end = start
        while end < lineEnd, end - start < 9, bytes[end].isLetter { end += 1 }
        if end < lineEnd, bytes[end] == .greater,
          Self.verbatimTags.contains(String(decoding: bytes[start..<end], as: UTF8.self).lowercased())
        {
          return true
        }
        offset = start
      }
      return false
    case 2: return HTMLSyntax.find("-->", in: bytes, from: position, to: lineEnd) != nil
    case 3: return HTMLSyntax.find("?>", in: bytes, from: position, to: lineEnd) != nil
    case 4: return HTMLSyntax.find(">", in: bytes, from: position, to: lineEnd) != nil
    case 5: return HTMLSyntax.find("]]>", in: bytes, from: position, to: lineEnd) != nil
    default: return false
    }
  }

  private func matches(_ text: StaticString, at offset: Int) -> Bool {
    HTMLSyntax.matches(text, in: bytes, at: offset, before: lineEnd)
  }

  /// Tags whose content is not Markdown up to the closing tag.
  private static let verbatimTags: Set<String> = ["pre", "script", "style", "textarea"]

  /// Tags that begin a block wherever they stand at the start of a line.
  private static let blockTags: Set<String> = [
    "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup",
    "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend",
    "li", "link", "main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param",
    "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
  ]
}
