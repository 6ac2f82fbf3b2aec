/// The classes of bytes that CommonMark speaks of.
enum MarkdownByte {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let backslash = UInt8(ascii: "\\")
  static let backtick = UInt8(ascii: "`")

  @inline(__always) static func isSpaceOrTab(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  @inline(__always) static func isWhitespace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
  }

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inline(__always) static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  @inline(__always) static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

  @inline(__always) static func isPunctuation(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// The value of a hexadecimal digit.
  @inline(__always) static func hexValue(_ byte: UInt8) -> UInt32? {
    if isDigit(byte) { return UInt32(byte) - 0x30 }
    let lower = byte | 0x20
    return lower >= 0x61 && lower <= 0x66 ? UInt32(lower) - 0x57 : nil
  }

  /// The text of UTF-8 bytes, with U+FFFD for NUL as CommonMark asks.
  static func text(_ bytes: some Collection<UInt8>) -> String {
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
      if isWhitespace(bytes[range.end - 1]) {
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
    if first < 0x80 { return isWhitespace(first) ? 1 : 0 }
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
