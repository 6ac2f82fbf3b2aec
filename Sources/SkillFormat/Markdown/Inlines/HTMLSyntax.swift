/// The parts of HTML that CommonMark recognises, in blocks as well as in text.
enum HTMLSyntax {
  /// The offset after an open or closing tag that begins with the `<` at `start`.
  ///
  /// The last offset looked at is left in `furthest`, so that a caller can bound the work of vain attempts.
  static func tagEnd(
    in bytes: UnsafeBufferPointer<UInt8>,
    from start: Int,
    to end: Int,
    furthest: inout Int
  ) -> Int? {
    var offset = start + 1
    defer { furthest = offset }
    let isClosing = offset < end && bytes[offset] == .slash
    if isClosing { offset += 1 }
    guard offset < end, bytes[offset].isLetter else { return nil }
    while offset < end, bytes[offset].isAlphanumeric || bytes[offset] == .hyphen {
      offset += 1
    }
    if isClosing {
      skipWhitespace(&offset, in: bytes, to: end)
      guard offset < end, bytes[offset] == .greater else { return nil }
      return offset + 1
    }
    while true {
      let beforeSpace = offset
      skipWhitespace(&offset, in: bytes, to: end)
      guard offset < end else { return nil }
      if bytes[offset] == .greater { return offset + 1 }
      if bytes[offset] == .slash {
        return offset + 1 < end && bytes[offset + 1] == .greater ? offset + 2 : nil
      }
      guard offset > beforeSpace, skipAttribute(&offset, in: bytes, to: end) else { return nil }
    }
  }

  private static func skipAttribute(_ offset: inout Int, in bytes: UnsafeBufferPointer<UInt8>, to end: Int) -> Bool {
    let first = bytes[offset]
    guard first.isLetter || first == .underscore || first == .colon else { return false }
    while offset < end {
      let byte = bytes[offset]
      guard byte.isAlphanumeric || byte == .underscore || byte == .hyphen || byte == .colon || byte == .dot else {
        break
      }
      offset += 1
    }
    let nameEnd = offset
    skipWhitespace(&offset, in: bytes, to: end)
    guard offset < end, bytes[offset] == .equals else {
      offset = nameEnd
      return true
    }
    offset += 1
    skipWhitespace(&offset, in: bytes, to: end)
    guard offset < end else { return false }
    let quote = bytes[offset]
    if quote == .doubleQuote || quote == .singleQuote {
      offset += 1
      while offset < end, bytes[offset] != quote { offset += 1 }
      guard offset < end else { return false }
      offset += 1
      return true
    }
    let valueStart = offset
    while offset < end {
      switch bytes[offset] {
      case 0...(.space), .doubleQuote, .singleQuote, .equals, .less, .greater, .backtick:
        return offset > valueStart
      default: offset += 1
      }
    }
    return offset > valueStart
  }

  private static func skipWhitespace(_ offset: inout Int, in bytes: UnsafeBufferPointer<UInt8>, to end: Int) {
    while offset < end, bytes[offset].isWhitespace { offset += 1 }
  }

  /// The offset after the first occurrence of a text.
  static func find(
    _ text: StaticString,
    in bytes: UnsafeBufferPointer<UInt8>,
    from start: Int,
    to end: Int
  ) -> Int? {
    var offset = start
    let last = end - text.utf8CodeUnitCount
    guard offset <= last else { return nil }
    let first = text.utf8Start.pointee
    while offset <= last {
      if bytes[offset] == first, matches(text, in: bytes, at: offset, before: end) {
        return offset + text.utf8CodeUnitCount
      }
      offset += 1
    }
    return nil
  }

  static func matches(
    _ text: StaticString,
    in bytes: UnsafeBufferPointer<UInt8>,
    at offset: Int,
    before end: Int
  ) -> Bool {
    let count = text.utf8CodeUnitCount
    guard end - offset >= count else { return false }
    return text.withUTF8Buffer { wanted in
      for i in 0..<count where bytes[offset + i] != wanted[i] { return false }
      return true
    }
  }
}
