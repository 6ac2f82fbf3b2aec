extension MILLexer {
  /// The token's text; only for tokens that hold ASCII.
  func text(_ token: Token) -> String {
    String(decoding: bytes[token.location.offset..<token.end], as: UTF8.self)
  }

  /// Whether the token's text is the given ASCII text.
  func isText(_ token: Token, _ text: StaticString) -> Bool {
    guard token.end - token.location.offset == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(bytes[token.location.offset..<token.end]) }
  }

  /// The token in words, for errors.
  func words(_ token: Token) -> String {
    switch token.kind {
    case .end: return "the end of the text"
    case .string: return "a string"
    default:
      let end = min(token.end, token.location.offset + 40)
      let text = String(decoding: bytes[token.location.offset..<end], as: UTF8.self)
      return end < token.end ? "'\(text)…'" : "'\(text)'"
    }
  }

  /// A whole number without its sign; `nil` where it is none, or does not fit.
  func magnitude(of token: Token) -> (negative: Bool, value: UInt64)? {
    var position = token.location.offset
    var negative = false
    if bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      negative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var radix: UInt64 = 10
    if position + 1 < token.end, bytes[position] == UInt8(ascii: "0"), bytes[position + 1] | 0x20 == UInt8(ascii: "x") {
      radix = 16
      position += 2
    }
    guard position < token.end else { return nil }
    var value: UInt64 = 0
    while position < token.end {
      let byte = bytes[position]
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a")) + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = UInt64(byte - UInt8(ascii: "A")) + 10
      default: return nil
      }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = scaled.addingReportingOverflow(digit)
      guard digit < radix, !overflow, !carry else { return nil }
      value = sum
      position += 1
    }
    return (negative, value)
  }

  /// What a numeric token stands for.
  ///
  /// - Parameters:
  ///   - token: The token.
  ///   - isReal: Whether it is one of a type that tells 0 from −0.
  /// - Returns: The number.
  /// - Throws: `MILSyntaxError` where it is none.
  func numeral(_ token: Token, isReal: Bool = false) throws(MILSyntaxError) -> MILValue.Payload {
    if token.kind == .integer, let (negative, value) = magnitude(of: token) {
      if negative, value == 0, isReal { return .number(-0.0) }
      if !negative, let integer = Int(exactly: value) { return .integer(integer) }
      if negative, value <= UInt64(Int.max) + 1 { return .integer(Int(truncatingIfNeeded: 0 &- value)) }
    }
    let text = text(token)
    if let sign = text.first, sign == "-" || sign == "+", text.dropFirst().first?.isLetter == true {
      guard case .number(let number)? = MILValue.Payload(word: text.dropFirst()) else { throw malformed(token) }
      return .number(sign == "-" ? -number : number)
    }
    guard let number = Double(text), number.isFinite else { throw malformed(token) }
    return .number(number)
  }

  private func malformed(_ token: Token) -> MILSyntaxError {
    MILSyntaxError(.malformedNumber, at: token.location, expected: "a number", found: words(token))
  }

  /// What a string token stands for.
  func string(_ token: Token) throws(MILSyntaxError) -> String {
    let start = token.location
    let body = bytes[(start.offset + 1)..<(token.end - 1)]
    var unescaped: [UInt8]?
    if body.contains(UInt8(ascii: "\\")) { unescaped = try self.unescaped(body, in: start) }
    let decoded = unescaped.map { String(validating: $0, as: UTF8.self) } ?? String(validating: body, as: UTF8.self)
    guard let decoded else {
      throw MILSyntaxError(.malformedString, at: start, expected: "UTF-8", found: "other bytes")
    }
    return decoded
  }

  private func unescaped(_ body: ArraySlice<UInt8>, in start: MILLocation) throws(MILSyntaxError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(body.count)
    var position = body.startIndex
    while position < body.endIndex {
      let byte = body[position]
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      let escaped = position < body.endIndex ? body[position] : 0
      position += 1
      switch escaped {
      case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): result.append(escaped)
      default:
        let place = MILLocation(
          line: start.line,
          column: start.column + position - 2 - start.offset,
          offset: position - 2
        )
        let spelling = escaped > 0x20 && escaped < 0x7f ? "'\\\(Character(Unicode.Scalar(escaped)))'" : "another escape"
        throw MILSyntaxError(
          .malformedString,
          at: place,
          expected: "one of '\\n', '\\t', '\\r', '\\\"', '\\\\'",
          found: spelling
        )
      }
    }
    return result
  }
}
