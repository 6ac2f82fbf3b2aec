/// What CommonMark says of the bytes of a text beyond their syntax.
enum MarkdownText {
  /// The text of UTF-8 bytes, with U+FFFD for NUL as CommonMark asks.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    guard bytes.contains(0) else { return String(decoding: bytes, as: UTF8.self) }
    var mended: [UInt8] = []
    mended.reserveCapacity(bytes.count + 8)
    for byte in bytes {
      if byte == 0 { mended += [0xEF, 0xBF, 0xBD] } else { mended.append(byte) }
    }
    return String(decoding: mended, as: UTF8.self)
  }

  /// The range without the white space at its ends, that of Unicode included.
  static func trimmed(_ range: SourceRange, in bytes: UnsafeBufferPointer<UInt8>) -> SourceRange {
    var range = range
    while range.start < range.end {
      let width = whitespaceWidth(at: range.start, before: range.end, in: bytes)
      if width == 0 { break }
      range.start += width
    }
    while range.start < range.end {
      if bytes[range.end - 1].isWhitespace {
        range.end -= 1
      } else if range.end - range.start >= 2,
        whitespaceWidth(at: range.end - 2, before: range.end, in: bytes) == 2
      {
        range.end -= 2
      } else if range.end - range.start >= 3,
        whitespaceWidth(at: range.end - 3, before: range.end, in: bytes) == 3
      {
        range.end -= 3
      } else {
        break
      }
    }
    return range
  }

  /// The length in bytes of the white space scalar at an offset; 0 where there is none.
  private static func whitespaceWidth(
    at start: Int,
    before end: Int,
    in bytes: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let first = bytes[start]
    if first < 0x80 { return first.isWhitespace ? 1 : 0 }
    if first == 0xC2 { return start + 1 < end && bytes[start + 1] == 0xA0 ? 2 : 0 }
    guard start + 2 < end else { return 0 }
    switch (first, bytes[start + 1], bytes[start + 2]) {
    case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8), (0xE2, 0x80, 0xA9),
      (0xE2, 0x80, 0xAF), (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
      return 3
    default: return 0
    }
  }
}
