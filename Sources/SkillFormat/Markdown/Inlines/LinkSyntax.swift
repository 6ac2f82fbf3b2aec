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
    guard start < bytes.count, bytes[start] == UInt8(ascii: "[") else { return nil }
    var offset = start + 1
    let limit = min(bytes.count, start + 1 + LinkDefinitions.labelLimit + 1)
    while offset < limit {
      switch bytes[offset] {
      case UInt8(ascii: "["): return nil
      case UInt8(ascii: "]"): return Part(range: SourceRange(start + 1, offset), next: offset + 1)
      case MarkdownByte.backslash:
        offset += offset + 1 < limit && MarkdownByte.isPunctuation(bytes[offset + 1]) ? 2 : 1
      default: offset += 1
      }
    }
    return nil
  }

  /// The destination at an offset; an empty one only where it is in angle brackets or `allowsEmpty`.
  static func destination(in bytes: Bytes, at start: Int, allowsEmpty: Bool) -> Part? {
    var offset = start
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "<") {
      offset += 1
      while offset < bytes.count {
        switch bytes[offset] {
        case UInt8(ascii: ">"): return Part(range: SourceRange(start + 1, offset), next: offset + 1)
        case UInt8(ascii: "<"), 0x0A, 0x0D: return nil
        case MarkdownByte.backslash:
          offset += offset + 1 < bytes.count && MarkdownByte.isPunctuation(bytes[offset + 1]) ? 2 : 1
        default: offset += 1
        }
      }
      return nil
    }
    var depth = 0
    scan: while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case MarkdownByte.backslash where offset + 1 < bytes.count && MarkdownByte.isPunctuation(bytes[offset + 1]):
        offset += 2
      case UInt8(ascii: "("):
        depth += 1
        // Deeper nesting is no destination, which also bounds how often a byte is looked at.
        if depth > 32 { return nil }
        offset += 1
      case UInt8(ascii: ")"):
        if depth == 0 { break scan }
        depth -= 1
        offset += 1
      default:
        if byte == MarkdownByte.space || MarkdownByte.isControl(byte) { break scan }
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
    guard open == UInt8(ascii: "\"") || open == UInt8(ascii: "'") || open == UInt8(ascii: "(") else { return nil }
    let close = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : open
    var offset = start + 1
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == close { return Part(range: SourceRange(start + 1, offset), next: offset + 1) }
      if byte == open { return nil }
      if byte == MarkdownByte.backslash, offset + 1 < bytes.count, MarkdownByte.isPunctuation(bytes[offset + 1]) {
        offset += 1
      }
      offset += 1
    }
    return nil
  }

  static func skipWhitespace(in bytes: Bytes, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count, MarkdownByte.isSpaceOrTab(bytes[offset]) || bytes[offset] == MarkdownByte.lineFeed {
      offset += 1
    }
    return offset
  }

  static func skipBlanks(in bytes: Bytes, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count, MarkdownByte.isSpaceOrTab(bytes[offset]) { offset += 1 }
    return offset
  }
}
