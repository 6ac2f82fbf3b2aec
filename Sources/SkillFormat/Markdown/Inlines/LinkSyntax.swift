/// The parts that links and link reference definitions are made of.
enum LinkSyntax {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// A part's text, still with its escapes, and the offset after it.
  struct Part {
    var range: SourceRange
    var next: Int
  }

  /// The label in brackets at an offset.
  static func label(in bytes: Bytes, at start: Int) -> Part? {
    guard start < bytes.count, bytes[start] == .leftBracket else { return nil }
    var offset = start + 1
    let limit = min(bytes.count, start + 1 + LinkDefinitions.labelLimit + 1)
    while offset < limit {
      switch bytes[offset] {
      case .leftBracket: return nil
      case .rightBracket: return Part(range: SourceRange(start + 1, offset), next: offset + 1)
      case .backslash:
        offset += offset + 1 < limit && bytes[offset + 1].isPunctuation ? 2 : 1
      default: offset += 1
      }
    }
    return nil
  }

  /// The destination at an offset; an empty one only where it is in angle brackets or `allowsEmpty`.
  static func destination(in bytes: Bytes, at start: Int, allowsEmpty: Bool) -> Part? {
    var offset = start
    if offset < bytes.count, bytes[offset] == .less {
      offset += 1
      while offset < bytes.count {
        switch bytes[offset] {
        case .greater: return Part(range: SourceRange(start + 1, offset), next: offset + 1)
        case .less, .lineFeed, .carriageReturn: return nil
        case .backslash:
          offset += offset + 1 < bytes.count && bytes[offset + 1].isPunctuation ? 2 : 1
        default: offset += 1
        }
      }
      return nil
    }
    var depth = 0
    scan: while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case .backslash where offset + 1 < bytes.count && bytes[offset + 1].isPunctuation:
        offset += 2
      case .leftParenthesis:
        depth += 1
        // Deeper nesting is no destination, which also bounds how often a byte is looked at.
        if depth > 32 { return nil }
        offset += 1
      case .rightParenthesis:
        if depth == 0 { break scan }
        depth -= 1
        offset += 1
      default:
        if byte == .space || byte.isControl { break scan }
        offset += 1
      }
    }
    guard depth == 0, allowsEmpty || offset > start else { return nil }
    return Part(range: SourceRange(start, offset), next: offset)
  }

  /// The title in quotes or parentheses at an offset.
  static func title(in bytes: Bytes, at start: Int) -> Part? {
    guard start < bytes.count else { return nil }
    let open = bytes[start]
    guard open == .doubleQuote || open == .singleQuote || open == .leftParenthesis else { return nil }
    let close = open == .leftParenthesis ? .rightParenthesis : open
    var offset = start + 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == close { return Part(range: SourceRange(start + 1, offset), next: offset + 1) }
      if byte == open { return nil }
      if byte == .backslash, offset + 1 < bytes.count, bytes[offset + 1].isPunctuation {
        offset += 1
      }
      offset += 1
    }
    return nil
  }

  static func skipWhitespace(in bytes: Bytes, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count, bytes[offset].isBlank || bytes[offset] == .lineFeed {
      offset += 1
    }
    return offset
  }

  static func skipBlanks(in bytes: Bytes, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count, bytes[offset].isBlank { offset += 1 }
    return offset
  }
}
