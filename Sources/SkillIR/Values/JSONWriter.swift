/// Writes JSON as ECMAScript's `JSON.stringify` does, which the file formats shared with other SkVM tools require.
package struct JSONWriter {
  private var bytes: [UInt8] = []
  private let indent: Int?

  private init(indent: Int?) { self.indent = indent }

  /// The UTF-8 text of a value.
  ///
  /// - Parameters:
  ///   - value: What to write.
  ///   - indent: Blanks a level, or nil for a single line.
  /// - Returns: The text, without a line end after it.
  package static func bytes(of value: JSONValue, indent: Int? = nil) -> [UInt8] {
    var writer = JSONWriter(indent: indent)
    writer.write(value, depth: 0)
    return writer.bytes
  }

  private mutating func write(_ value: JSONValue, depth: Int) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += Self.text(of: value).utf8
    case .string(let value): write(value)
    case .array(let elements):
      writeContainer("[", "]", elements, depth) { $0.write($1, depth: depth + 1) }
    case .object(let members):
      writeContainer("{", "}", members, depth) { writer, member in
        writer.write(member.key)
        writer.bytes += (writer.indent == nil ? ":" : ": ").utf8
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func writeContainer<Elements: Collection>(
    _ open: String,
    _ close: String,
    _ elements: Elements,
    _ depth: Int,
    element: (inout JSONWriter, Elements.Element) -> Void
  ) {
    bytes += open.utf8
    var isFirst = true
    for item in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      breakLine(depth + 1)
      element(&self, item)
    }
    if !isFirst { breakLine(depth) }
    bytes += close.utf8
  }

  private mutating func breakLine(_ depth: Int) {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes += repeatElement(UInt8(ascii: " "), count: indent * depth)
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += #"\""#.utf8
      case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
      case 0x08: bytes += #"\b"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0x0A: bytes += #"\n"#.utf8
      case 0x0C: bytes += #"\f"#.utf8
      case 0x0D: bytes += #"\r"#.utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += "\\u00\(digits.count == 1 ? "0" : "")\(digits)".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A number as ECMAScript prints it: shortest digits that round-trip, exponents only from 1e21 and below 1e-6.
  ///
  /// Infinities and NaN, which JSON lacks, become null.
  static func text(of value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return "0" }
    let sign = value < 0 ? "-" : ""
    // Swift's description has the shortest digits; only the place of the point differs.
    let description = value.magnitude.description
    let parts = description.split(separator: "e", maxSplits: 1)
    let mantissa = parts[0].split(separator: ".", maxSplits: 1)
    var exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    var digits = String(mantissa[0]) + (mantissa.count == 2 && mantissa[1] != "0" ? String(mantissa[1]) : "")
    exponent += mantissa[0].count
    let zeros = digits.prefix { $0 == "0" }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == "0" { digits.removeLast() }
    let count = digits.count
    switch exponent {
    case count...21: return sign + digits + String(repeating: "0", count: exponent - count)
    case 1..<max(count, 1): return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
    case -5...0: return sign + "0." + String(repeating: "0", count: -exponent) + digits
    default:
      let power = exponent - 1
      let fraction = count > 1 ? "." + digits.dropFirst() : ""
      return "\(sign)\(digits.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(power.magnitude)"
    }
  }
}

extension JSONValue {
  /// The value as JSON on one line.
  public var jsonText: String { String(decoding: JSONWriter.bytes(of: self), as: UTF8.self) }
}
