/// Cuts a program's text into tokens, one at a time.
struct MILLexer {
  /// A piece of the text that grammar speaks of.
  struct Token {
    enum Kind: Equatable {
      case identifier
      /// Digits, a sign perhaps, or hexadecimal digits.
      case integer
      /// With a point, an exponent, or the name of an infinity behind a sign.
      case number
      case string
      case punctuation(UInt8)
      case arrow
      case end
    }

    var kind: Kind
    var location: MILLocation
    /// Where the token ends, in bytes.
    var end: Int
  }

  let bytes: [UInt8]
  let limits: MILParser.Limits
  private(set) var offset = 0
  private var line = 1
  private var lineStart = 0

  init(_ bytes: [UInt8], limits: MILParser.Limits) {
    self.bytes = bytes
    self.limits = limits
  }

  private var here: MILLocation { MILLocation(line: line, column: offset - lineStart + 1, offset: offset) }

  private func byte(at position: Int) -> UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The next token; the end of the text again and again once it is reached.
  mutating func next() throws(MILSyntaxError) -> Token {
    skipSpace()
    let start = here
    guard let first = byte(at: offset) else { return Token(kind: .end, location: start, end: offset) }
    switch first {
    case UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      repeat { offset += 1 } while byte(at: offset).map(Self.continuesIdentifier) == true
      guard offset - start.offset <= limits.identifierLength else {
        throw MILSyntaxError(
          .limitExceeded,
          at: start,
          expected: "\(limits.identifierLength)",
          found: "the name has \(offset - start.offset) bytes"
        )
      }
      return Token(kind: .identifier, location: start, end: offset)
    case UInt8(ascii: "-") where byte(at: offset + 1) == UInt8(ascii: ">"):
      offset += 2
      return Token(kind: .arrow, location: start, end: offset)
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      return try number(from: start)
    case UInt8(ascii: "\""):
      return try string(from: start)
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "="), UInt8(ascii: "?"):
      offset += 1
      return Token(kind: .punctuation(first), location: start, end: offset)
    default:
      throw MILSyntaxError(.unexpectedByte, at: start, expected: "a token", found: spelling(of: first))
    }
  }

  private mutating func skipSpace() {
    while let current = byte(at: offset) {
      switch current {
      case UInt8(ascii: "\n"):
        offset += 1
        line += 1
        lineStart = offset
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        offset += 1
      case UInt8(ascii: "/") where byte(at: offset + 1) == UInt8(ascii: "/"):
        while let skipped = byte(at: offset), skipped != UInt8(ascii: "\n") { offset += 1 }
      default:
        return
      }
    }
  }

  private mutating func number(from start: MILLocation) throws(MILSyntaxError) -> Token {
    if bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") { offset += 1 }
    let hexadecimal =
      byte(at: offset) == UInt8(ascii: "0") && byte(at: offset + 1).map { $0 | 0x20 } == UInt8(ascii: "x")
    let exponent = hexadecimal ? UInt8(ascii: "p") : UInt8(ascii: "e")
    var whole = true
    while let current = byte(at: offset) {
      if current == UInt8(ascii: ".") {
        whole = false
      } else if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") {
        guard bytes[offset - 1] | 0x20 == exponent, offset > start.offset else { break }
      } else if !Self.continuesIdentifier(current) {
        break
      } else if current | 0x20 == exponent || (!hexadecimal && !Self.isDigit(current)) {
        whole = false
      }
      offset += 1
    }
    guard offset - start.offset <= 512 else {
      throw MILSyntaxError(
        .limitExceeded,
        at: start,
        expected: "512",
        found: "the number has \(offset - start.offset) bytes"
      )
    }
    return Token(kind: whole ? .integer : .number, location: start, end: offset)
  }

  private mutating func string(from start: MILLocation) throws(MILSyntaxError) -> Token {
    offset += 1
    while let current = byte(at: offset), current != UInt8(ascii: "\n") {
      offset += 1
      if current == UInt8(ascii: "\"") { return Token(kind: .string, location: start, end: offset) }
      if current == UInt8(ascii: "\\"), let escaped = byte(at: offset), escaped != UInt8(ascii: "\n") { offset += 1 }
    }
    let found = offset < bytes.count ? "the end of the line" : "the end of the text"
    throw MILSyntaxError(.unterminatedString, at: start, expected: "'\"' that ends the string", found: found)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func continuesIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private func spelling(of byte: UInt8) -> String {
    if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "a byte-order mark" }
    if byte > 0x20, byte < 0x7f { return "'\(Character(Unicode.Scalar(byte)))'" }
    let digits = String(byte, radix: 16)
    return "the byte 0x\(digits.count < 2 ? "0" : "")\(digits)"
  }
}
