/// Link reference definitions at the start of paragraphs.
extension MarkdownParser {
  /// Takes the definitions off the start of a paragraph. If nothing is left, it is a paragraph no more.
  mutating func takeDefinitions(_ index: Int) {
    let lines = nodes[index].contentStart..<nodes[index].contentEnd
    guard let first = lines.first, !lineRanges[first].isEmpty,
      bytes[lineRanges[first].start] == .leftBracket,
      HTMLSyntax.find("]:", in: bytes, from: nodes[index].start, to: nodes[index].end) != nil
    else { return }

    let text = InlineText(lineRanges[lines], in: bytes)
    var taken = 0
    text.bytes.withUnsafeBufferPointer { raw in
      var offset = 0
      while offset < raw.count, let next = takeDefinition(in: raw, at: offset) {
        for byte in raw[offset..<next] where byte == .lineFeed { taken += 1 }
        offset = next
      }
      if offset == raw.count { taken = lines.count }
    }
    guard taken > 0 else { return }
    if taken == lines.count {
      nodes[index].kind = .definitions
    } else {
      nodes[index].contentStart += taken
      nodes[index].start = lineRanges[nodes[index].contentStart].start
    }
  }

  /// Takes the definition that begins at an offset, and gives the offset after its last line end.
  private mutating func takeDefinition(in raw: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    guard let label = LinkSyntax.label(in: raw, at: start), label.next < raw.count,
      raw[label.next] == .colon
    else { return nil }
    let destinationStart = LinkSyntax.skipWhitespace(in: raw, from: label.next + 1)
    guard let destination = LinkSyntax.destination(in: raw, at: destinationStart, allowsEmpty: false) else {
      return nil
    }

    var end = endOfLine(in: raw, after: destination.next)
    var title = SourceRange(0, 0)
    let titleStart = LinkSyntax.skipWhitespace(in: raw, from: destination.next)
    if titleStart > destination.next, let part = LinkSyntax.title(in: raw, at: titleStart),
      let titleEnd = endOfLine(in: raw, after: part.next)
    {
      title = part.range
      end = titleEnd
    }
    guard let end else { return nil }
    let target = LinkDefinitions.Target(
      destination: InlineText.unescaped(raw, destination.range),
      title: InlineText.unescaped(raw, title)
    )
    let labelBytes = UnsafeBufferPointer(rebasing: raw[label.range.start..<label.range.end])
    return definitions.define(labelBytes, as: target) ? end : nil
  }

  /// The start of the next line, if nothing but blanks is left of this one.
  private func endOfLine(in raw: UnsafeBufferPointer<UInt8>, after offset: Int) -> Int? {
    let end = LinkSyntax.skipBlanks(in: raw, from: offset)
    if end == raw.count { return end }
    return raw[end] == .lineFeed ? end + 1 : nil
  }
}
