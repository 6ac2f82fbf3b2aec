/// Reads little-endian fields from a stretch of bytes; a read past its end gives nil.
struct FieldReader {
  private let bytes: [UInt8]
  private(set) var offset: Int
  private let end: Int

  /// The stretch is cut to what there is.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    let whole = range.clamped(to: 0..<bytes.count)
    self.bytes = bytes
    offset = whole.lowerBound
    end = whole.upperBound
  }

  var isAtEnd: Bool { offset == end }

  mutating func uint16() -> UInt16? { integer() }
  mutating func uint32() -> UInt32? { integer() }
  mutating func uint64() -> UInt64? { integer() }

  /// The next bytes as a range, which is then skipped.
  mutating func range(_ count: Int) -> Range<Int>? {
    guard count >= 0, count <= end - offset else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }

  /// Whether the next four bytes are a record's signature, which is then skipped.
  mutating func signature(_ signature: UInt32) -> Bool {
    uint32() == signature
  }

  private mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
    guard let range = range(Integer.bitWidth / 8) else { return nil }
    var value: Integer = 0
    for index in range.reversed() { value = value << 8 | Integer(truncatingIfNeeded: bytes[index]) }
    return value
  }
}
