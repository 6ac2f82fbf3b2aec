extension InlineParser {
  /// A run of `*` or `_` that may open or close emphasis. How much of it is left tells its token.
  struct Delimiter {
    var token: Int
    var byte: UInt8
    var length: Int
    var canOpen: Bool
    var canClose: Bool
    /// Neighbours on the stack, -1 where there is none.
    var previous: Int
    var next = -1
  }

  mutating func readMarks() {
    let start = position
    let byte = bytes[start]
    var end = start
    while end < bytes.count, bytes[end] == byte { end += 1 }

    let before = scalarClass(before: start)
    let after = scalarClass(at: end)
    let isLeftFlanking =
      after != .whitespace && (after == .other || before != .other)
    let isRightFlanking =
      before != .whitespace && (before == .other || after != .other)
    let canOpen: Bool
    let canClose: Bool
    if byte == .underscore {
      canOpen = isLeftFlanking && (!isRightFlanking || before == .punctuation)
      canClose = isRightFlanking && (!isLeftFlanking || after == .punctuation)
    } else {
      canOpen = isLeftFlanking
      canClose = isRightFlanking
    }

    add(.marks, to: end)
    guard canOpen || canClose else { return }
    delimiters.append(
      Delimiter(
        token: tokens.count - 1,
        byte: byte,
        length: end - start,
        canOpen: canOpen,
        canClose: canClose,
        previous: lastDelimiter
      )
    )
    if lastDelimiter >= 0 { delimiters[lastDelimiter].next = delimiters.count - 1 }
    lastDelimiter = delimiters.count - 1
  }

  /// Pairs the runs of marks after one on the stack, and takes them off it.
  mutating func processEmphasis(after bottom: Int) {
    guard lastDelimiter > bottom else { return }
    var closer = lastDelimiter
    while delimiters[closer].previous > bottom { closer = delimiters[closer].previous }

    // Below these there is no opener for a closer of that byte, length and kind.
    var bottoms = [Int](repeating: bottom, count: 12)
    while closer >= 0 {
      guard delimiters[closer].canClose else {
        closer = delimiters[closer].next
        continue
      }
      let current = delimiters[closer]
      let key =
        (current.byte == .underscore ? 6 : 0) + (current.canOpen ? 3 : 0) + current.length % 3
      var opener = current.previous
      while opener > bottoms[key], !canPair(delimiters[opener], current) { opener = delimiters[opener].previous }

      if opener > bottoms[key] {
        closer = pair(opener, closer)
      } else {
        bottoms[key] = max(bottom, current.previous)
        if !current.canOpen { removeDelimiter(closer) }
        closer = current.next
      }
    }
    lastDelimiter = bottom
    if bottom >= 0 { delimiters[bottom].next = -1 }
  }

  private func canPair(_ opener: Delimiter, _ closer: Delimiter) -> Bool {
    guard opener.byte == closer.byte, opener.canOpen else { return false }
    guard opener.canClose || closer.canOpen else { return true }
    return (opener.length + closer.length) % 3 != 0 || (opener.length % 3 == 0 && closer.length % 3 == 0)
  }

  /// Takes the marks of one pair from both runs, and gives the run to look at next.
  private mutating func pair(_ opener: Int, _ closer: Int) -> Int {
    let openToken = delimiters[opener].token
    let closeToken = delimiters[closer].token
    let isStrong =
      tokens[openToken].end - tokens[openToken].start >= 2 && tokens[closeToken].end - tokens[closeToken].start >= 2
    let count = isStrong ? 2 : 1
    tokens[openToken].end -= count
    tokens[closeToken].start += count

    // What lies between cannot pair with anything any more.
    delimiters[opener].next = closer
    delimiters[closer].previous = opener
    if tokens[openToken].start == tokens[openToken].end { removeDelimiter(opener) }
    guard tokens[closeToken].start == tokens[closeToken].end else { return closer }
    let next = delimiters[closer].next
    removeDelimiter(closer)
    return next
  }

  private mutating func removeDelimiter(_ index: Int) {
    let previous = delimiters[index].previous
    let next = delimiters[index].next
    if previous >= 0 { delimiters[previous].next = next }
    if next >= 0 { delimiters[next].previous = previous } else { lastDelimiter = previous }
  }
}

// MARK: - What stands beside a run

extension InlineParser {
  private enum ScalarClass { case whitespace, punctuation, other }

  private func scalarClass(before offset: Int) -> ScalarClass {
    guard offset > 0 else { return .whitespace }
    var start = offset - 1
    while start > 0, offset - start < 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalarClass(at: start)
  }

  private func scalarClass(at offset: Int) -> ScalarClass {
    guard offset < bytes.count else { return .whitespace }
    let first = bytes[offset]
    if first < 0x80 {
      if first.isWhitespace { return .whitespace }
      return first.isPunctuation ? .punctuation : .other
    }
    var decoder = UTF8()
    var rest = bytes[offset..<min(bytes.count, offset + 4)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return .other }
    switch scalar.properties.generalCategory {
    case .spaceSeparator: return .whitespace
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      return .punctuation
    default: return .other
    }
  }
}
