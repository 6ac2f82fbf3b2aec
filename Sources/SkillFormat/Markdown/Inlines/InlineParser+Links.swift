extension InlineParser {
  mutating func openBracket(isImage: Bool) {
    if !brackets.isEmpty { brackets[brackets.count - 1].hasBracketInside = true }
    add(.bracket, to: position + (isImage ? 2 : 1))
    brackets.append(Bracket(token: tokens.count - 1, isImage: isImage, delimiter: lastDelimiter))
  }

  mutating func closeBracket() {
    let closing = position
    guard let bracket = brackets.popLast() else {
      add(.bracket, to: closing + 1)
      return
    }
    if !brackets.isEmpty { brackets[brackets.count - 1].hasBracketInside = true }
    let mayBeLink = bracket.isImage || brackets.count >= bracketsAroundLinks
    bracketsAroundLinks = min(bracketsAroundLinks, brackets.count)
    guard mayBeLink, let (target, end) = linkTarget(of: bracket, closing: closing) else {
      add(.bracket, to: closing + 1)
      return
    }

    let opening = tokens[bracket.token]
    links.append(
      Link(target: target, start: opening.start, end: end, text: SourceRange(opening.end, closing))
    )
    tokens[bracket.token].kind = bracket.isImage ? .imageOpen : .linkOpen
    tokens[bracket.token].value = links.count - 1
    processEmphasis(after: bracket.delimiter)
    add(bracket.isImage ? .imageClose : .linkClose, to: end)

    if !bracket.isImage { bracketsAroundLinks = brackets.count }
  }

  /// Where the link leads whose text ends with the bracket here, and the offset after it.
  private func linkTarget(of bracket: Bracket, closing: Int) -> (LinkDefinitions.Target, Int)? {
    let next = closing + 1
    if next < bytes.count, bytes[next] == .leftParenthesis, let inline = inlineTarget(at: next) { return inline }
    guard !definitions.isEmpty else { return nil }

    let following = LinkSyntax.label(in: bytes, at: next)
    if let following, !following.range.isEmpty {
      return target(labelled: following.range).map { ($0, following.next) }
    }
    // A text that holds brackets is no label.
    let text = SourceRange(tokens[bracket.token].end, closing)
    guard !bracket.hasBracketInside, text.end - text.start <= LinkDefinitions.labelLimit else { return nil }
    return target(labelled: text).map { ($0, following?.next ?? next) }
  }

  private func target(labelled range: SourceRange) -> LinkDefinitions.Target? {
    definitions[label: Bytes(rebasing: bytes[range.start..<range.end])]
  }

  /// The destination and title in the parentheses at an offset.
  private func inlineTarget(at start: Int) -> (LinkDefinitions.Target, Int)? {
    var offset = LinkSyntax.skipWhitespace(in: bytes, from: start + 1)
    guard let destination = LinkSyntax.destination(in: bytes, at: offset, allowsEmpty: true) else { return nil }
    var title = SourceRange(0, 0)
    offset = LinkSyntax.skipWhitespace(in: bytes, from: destination.next)
    if offset > destination.next, let part = LinkSyntax.title(in: bytes, at: offset) {
      title = part.range
      offset = LinkSyntax.skipWhitespace(in: bytes, from: part.next)
    }
    guard offset < bytes.count, bytes[offset] == .rightParenthesis else { return nil }
    let target = LinkDefinitions.Target(
      destination: InlineText.unescaped(bytes, destination.range),
      title: InlineText.unescaped(bytes, title)
    )
    return (target, offset + 1)
  }
}
