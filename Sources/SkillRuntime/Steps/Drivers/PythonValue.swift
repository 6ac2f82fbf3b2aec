package import SkillIR

/// Values in the form of Python's `marshal`, which every Python reads and writes without importing anything.
///
/// Only the codes for plain values are used, which have been the same since Python 3.0, and are those of version 2 of the
/// format: it repeats what occurs twice, where later ones refer back. What is written is data, never code; what is read was
/// written by a step and may be anything.
package enum PythonValue {
  /// What cannot be read.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String
  }

  // MARK: Writing

  package static func bytes(of value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    append(value, to: &bytes)
    return bytes
  }

  private static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(UInt8(ascii: "N"))
    case .bool(let value): bytes.append(value ? UInt8(ascii: "T") : UInt8(ascii: "F"))
    case .integer(let value): append(value, to: &bytes)
    case .number(let value):
      // A number is an integer where its JSON text is that of one.
      if value.magnitude < 0x1p53, let whole = JSONValue.number(value).intValue {
        append(whole, to: &bytes)
      } else {
        bytes.append(UInt8(ascii: "g"))
        append(value.bitPattern, to: &bytes)
      }
    case .string(let text): append(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      append(UInt32(truncatingIfNeeded: elements.count), to: &bytes)
      for element in elements { append(element, to: &bytes) }
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for member in members {
        append(member.key, to: &bytes)
        append(member.value, to: &bytes)
      }
      bytes.append(UInt8(ascii: "0"))
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "u"))
    append(UInt32(truncatingIfNeeded: text.utf8.count), to: &bytes)
    bytes += text.utf8
  }

  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    if let small = Int32(exactly: value) {
      bytes.append(UInt8(ascii: "i"))
      append(UInt32(bitPattern: small), to: &bytes)
      return
    }
    // Digits of fifteen bits, the lowest first; the sign is that of their number.
    var digits: [UInt16] = []
    var rest = value.magnitude
    while rest > 0 {
      digits.append(UInt16(truncatingIfNeeded: rest & 0x7FFF))
      rest >>= 15
    }
    bytes.append(UInt8(ascii: "l"))
    append(UInt32(bitPattern: Int32(value < 0 ? -digits.count : digits.count)), to: &bytes)
    for digit in digits { append(digit, to: &bytes) }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  // MARK: Reading

  /// Reads a value that is all of the bytes. Tuples are lists.
  package static func value(of bytes: [UInt8]) throws(Failure) -> JSONValue {
    var reader = Reader(bytes: bytes)
    let value = try reader.value(depth: 0)
    guard reader.position == bytes.count else { throw Failure(description: "there is more after the value") }
    return value
  }

  private struct Reader {
    private static let maximumDepth = 512

    let bytes: [UInt8]
    var position = 0

    mutating func value(depth: Int) throws(Failure) -> JSONValue {
      guard depth < Self.maximumDepth else {
        throw Failure(description: "nesting deeper than \(Self.maximumDepth)")
      }
      let code: UInt8 = try number()
      switch code {
      case UInt8(ascii: "N"): return .null
      case UInt8(ascii: "T"): return true
      case UInt8(ascii: "F"): return false
      case UInt8(ascii: "i"): return .integer(Int(Int32(bitPattern: try number())))
      case UInt8(ascii: "l"): return try large()
      case UInt8(ascii: "g"):
        let value = Double(bitPattern: try number())
        guard value.isFinite else { throw Failure(description: "\(value) is none") }
        return .number(value)
      case UInt8(ascii: "u"): return .string(try text())
      case UInt8(ascii: "["), UInt8(ascii: "("):
        let count = Int(try number() as UInt32)
        // Each element has at least its code.
        guard count <= bytes.count - position else { throw Self.ended }
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return .array(elements)
      case UInt8(ascii: "{"):
        var members = JSONObject()
        while true {
          switch try number() as UInt8 {
          case UInt8(ascii: "0"): return .object(members)
          case UInt8(ascii: "u"):
            let key = try text()
            members[key] = try value(depth: depth + 1)
          default: throw Failure(description: "a key is no text")
          }
        }
      default: throw Failure(description: "there is no form '\(Character(Unicode.Scalar(code)))'")
      }
    }

    private static let ended = Failure(description: "it ends early")

    private mutating func take(_ count: Int) throws(Failure) -> ArraySlice<UInt8> {
      guard count <= bytes.count - position else { throw Self.ended }
      defer { position += count }
      return bytes[position..<position + count]
    }

    /// A number, its lowest byte first.
    private mutating func number<Number: FixedWidthInteger & UnsignedInteger>() throws(Failure) -> Number {
      try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    private mutating func text() throws(Failure) -> String {
      let count = Int(try number() as UInt32)
      let part = try take(count)
      if let text = String(validating: part, as: UTF8.self) { return text }
      // Python's texts may have lone surrogates, which have no UTF-8 form; they become the replacement character.
      var bytes = Array(part)
      for index in bytes.indices.dropLast(2) where bytes[index] == 0xED && bytes[index + 1] >= 0xA0 {
        bytes.replaceSubrange(index..<index + 3, with: [0xEF, 0xBF, 0xBD])
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// An integer of more than 32 bits; where it does not fit, the nearest number.
    private mutating func large() throws(Failure) -> JSONValue {
      let length = Int32(bitPattern: try number())
      let count = Int(length.magnitude)
      guard count <= (bytes.count - position) / 2 else { throw Self.ended }
      var digits: [UInt16] = []
      digits.reserveCapacity(count)
      for _ in 0..<count { digits.append(try number()) }
      var whole: Int? = 0
      var nearest = 0.0
      for digit in digits.reversed() {
        nearest = nearest * 32768 + (length < 0 ? -Double(digit) : Double(digit))
        whole = whole.flatMap { whole in
          let (shifted, overflow) = whole.multipliedReportingOverflow(by: 32768)
          let (sum, carries) = shifted.addingReportingOverflow(length < 0 ? -Int(digit) : Int(digit))
          return overflow || carries ? nil : sum
        }
      }
      if let whole { return .integer(whole) }
      guard nearest.isFinite else { throw Failure(description: "a number is too large") }
      return .number(nearest)
    }
  }
}
