/// A character reference such as `&amp;`, `&#35;` or `&#X22;`.
struct CharacterReference {
  var text: String
  /// The offset after the semicolon.
  var end: Int

  /// The reference that begins with the `&` at an offset.
  static func read(in bytes: UnsafeBufferPointer<UInt8>, at start: Int, before end: Int) -> CharacterReference? {
    guard start + 2 < end else { return nil }
    if bytes[start + 1] == .hash { return readNumber(in: bytes, at: start, before: end) }
    var offset = start + 1
    let limit = min(end, offset + HTMLEntities.longestName + 1)
    while offset < limit, bytes[offset].isAlphanumeric { offset += 1 }
    guard offset < limit, offset > start + 1, bytes[offset] == .semicolon else { return nil }
    let name = String(decoding: bytes[(start + 1)..<offset], as: UTF8.self)
    return HTMLEntities.text(of: name).map { CharacterReference(text: $0, end: offset + 1) }
  }

  private static func readNumber(
    in bytes: UnsafeBufferPointer<UInt8>,
    at start: Int,
    before end: Int
  ) -> CharacterReference? {
    let isHexadecimal = bytes[start + 2].lowercased == UInt8(ascii: "x")
    let digits = isHexadecimal ? start + 3 : start + 2
    let limit = digits + (isHexadecimal ? 6 : 7)
    var value: UInt32 = 0
    var offset = digits
    while offset < end, offset < limit {
      if isHexadecimal, let digit = bytes[offset].hexadecimalValue {
        value = value * 16 + UInt32(digit)
      } else if !isHexadecimal, let digit = bytes[offset].decimalValue {
        value = value * 10 + UInt32(digit)
      } else {
        break
      }
      offset += 1
    }
    guard offset > digits, offset < end, bytes[offset] == .semicolon else { return nil }
    return CharacterReference(text: String(scalar(value)), end: offset + 1)
  }

  /// The scalar of a number; U+FFFD for what is none, and for controls and noncharacters, which no reader sees.
  private static func scalar(_ value: UInt32) -> Unicode.Scalar {
    switch value {
    case 0...0x08, 0x0B, 0x0E...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF: "\u{FFFD}"
    case _ where value & 0xFFFE == 0xFFFE: "\u{FFFD}"
    default: Unicode.Scalar(value) ?? "\u{FFFD}"
    }
  }
}
