import SkillFormat

/// Splits a declaration, a type or a call into tokens.
struct DeclarationLexer {
  struct Token: Sendable {
    enum Kind: Hashable, Sendable {
      case identifier, integer, number, string, arrow
      case symbol(UInt8)
      case end
    }

    var kind: Kind
    /// The identifier, the digits, or the value of a string.
    var text: String
    var range: Range<Int>
    /// Whether a line ends between the token before and this one.
    var startsLine: Bool
    /// The `///` lines directly before it.
    var documentation: String
  }

  private let text: WorkflowText
  private let limit: Int
  private var position: Int
  private var lastEnd: Int
  private var startsLine = true
  private var documentation: [String] = []

  static func tokens(
    of text: WorkflowText,
    in range: Range<Int>? = nil
  ) throws(WorkflowSyntaxError) -> [Token] {
    let range = range ?? 0..<text.bytes.count
    var lexer = DeclarationLexer(text: text, limit: range.upperBound, position: range.lowerBound)
    var tokens: [Token] = []
    repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
    return tokens
  }

  private init(text: WorkflowText, limit: Int, position: Int) {
    self.text = text
    self.limit = limit
    self.position = position
    lastEnd = position
  }

  private mutating func next() throws(WorkflowSyntaxError) -> Token {
    try skipTrivia()
    // The end is where the last token ends, which is a better place for a message than the line after.
    guard position < limit else {
      position = lastEnd
      return token(.end, "", from: lastEnd)
    }
    let start = position
    let byte = text.bytes[start]
    if byte.isNameStart {
      position = WorkflowSyntax.nameEnd(in: text.bytes, from: start, limit: limit)
      if position < limit, text.bytes[position] >= 0x80 {
        throw failure(.nonASCIIName(foreignWord(from: start)), at: start)
      }
      return token(.identifier, text[start..<position], from: start)
    }
    if byte.isDigit { return try number(from: start) }
    if byte == UInt8(ascii: "\"") { return try string(from: start) }
    if byte == UInt8(ascii: "`") { return try quotedIdentifier(from: start) }
    if byte == UInt8(ascii: "-"), start + 1 < limit, text.bytes[start + 1] == UInt8(ascii: ">") {
      position += 2
      return token(.arrow, "->", from: start)
    }
    if text.bytes[start..<limit].starts(with: [0xE2, 0x86, 0x92]) {
      position += 3
      return token(.arrow, "→", from: start)
    }
    if byte >= 0x80 { throw failure(.nonASCIIName(foreignWord(from: start)), at: start) }
    position += 1
    return token(.symbol(byte), text[start..<position], from: start)
  }

  private mutating func token(_ kind: Token.Kind, _ value: String, from start: Int) -> Token {
    let token = Token(
      kind: kind,
      text: value,
      range: start..<position,
      startsLine: startsLine,
      documentation: documentation.joined(separator: "\n")
    )
    startsLine = false
    documentation = []
    lastEnd = position
    return token
  }

  private func failure(_ message: WorkflowMessage, at offset: Int) -> WorkflowSyntaxError {
    WorkflowSyntaxError(message: message, offset: text.sourceOffset(offset))
  }

  private func foreignWord(from start: Int) -> String {
    var end = start
    while end < limit, text.bytes[end] >= 0x80 || text.bytes[end].isNamePart { end += 1 }
    return text[start..<end]
  }

  // MARK: Between tokens

  private mutating func skipTrivia() throws(WorkflowSyntaxError) {
    while position < limit {
      let byte = text.bytes[position]
      if byte == 0x0A || byte == 0x0D {
        startsLine = true
        position += 1
      } else if byte.isBlankOrLineEnd {
        position += 1
      } else if starts(with: "//") {
        lineComment()
      } else if starts(with: "/*") {
        try blockComment()
      } else {
        return
      }
    }
  }

  private func starts(with prefix: StaticString) -> Bool {
    let count = prefix.utf8CodeUnitCount
    guard position + count <= limit else { return false }
    return prefix.withUTF8Buffer { text.bytes[position..<position + count].elementsEqual($0) }
  }

  private mutating func lineComment() {
    let isDocumentation = starts(with: "///") && !starts(with: "////")
    let start = position
    while position < limit, text.bytes[position] != 0x0A { position += 1 }
    guard isDocumentation else { return }
    var line = start + 3
    if line < position, text.bytes[line] == 0x20 { line += 1 }
    var end = position
    while end > line, text.bytes[end - 1].isBlankOrLineEnd { end -= 1 }
    documentation.append(text[line..<end])
  }

  private mutating func blockComment() throws(WorkflowSyntaxError) {
    let start = position
    var depth = 0
    repeat {
      guard position + 1 < limit else { throw failure(.unterminated("comment"), at: start) }
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0
  }

  // MARK: Literals

  private mutating func quotedIdentifier(from start: Int) throws(WorkflowSyntaxError) -> Token {
    let end = WorkflowSyntax.nameEnd(in: text.bytes, from: start + 1, limit: limit)
    guard end > start + 1, end < limit, text.bytes[end] == UInt8(ascii: "`") else {
      throw failure(.unterminated("name in back-ticks"), at: start)
    }
    position = end + 1
    return token(.identifier, text[start + 1..<end], from: start)
  }

  private mutating func digits() {
    while position < limit, text.bytes[position].isDigit || text.bytes[position] == UInt8(ascii: "_") {
      position += 1
    }
  }

  private mutating func number(from start: Int) throws(WorkflowSyntaxError) -> Token {
    var kind = Token.Kind.integer
    digits()
    if position + 1 < limit, text.bytes[position] == UInt8(ascii: "."), text.bytes[position + 1].isDigit {
      kind = .number
      position += 1
      digits()
    }
    if position < limit, text.bytes[position] | 0x20 == UInt8(ascii: "e") {
      var exponent = position + 1
      if exponent < limit, text.bytes[exponent] == UInt8(ascii: "-") || text.bytes[exponent] == UInt8(ascii: "+") {
        exponent += 1
      }
      if exponent < limit, text.bytes[exponent].isDigit {
        kind = .number
        position = exponent
        digits()
      }
    }
    if position < limit, text.bytes[position].isNamePart {
      throw failure(.badNumber(foreignWord(from: start)), at: start)
    }
    let value = text[start..<position]
    return token(kind, value.contains("_") ? value.filter { $0 != "_" } : value, from: start)
  }

  private mutating func string(from start: Int) throws(WorkflowSyntaxError) -> Token {
    position += 1
    var value: [UInt8] = []
    while true {
      guard position < limit, text.bytes[position] != 0x0A else { throw failure(.unterminated("string"), at: start) }
      let byte = text.bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      try escape(into: &value)
    }
    return token(.string, String(decoding: value, as: UTF8.self), from: start)
  }

  private mutating func escape(into value: inout [UInt8]) throws(WorkflowSyntaxError) {
    let start = position - 1
    guard position < limit else { throw failure(.unterminated("string"), at: start) }
    let byte = text.bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): value.append(0x0A)
    case UInt8(ascii: "r"): value.append(0x0D)
    case UInt8(ascii: "t"): value.append(0x09)
    case UInt8(ascii: "0"): value.append(0x00)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): value.append(byte)
    case UInt8(ascii: "u"):
      guard let scalar = unicodeEscape() else { throw failure(.badEscape, at: start) }
      value += Array(String(scalar).utf8)
    default: throw failure(.badEscape, at: start)
    }
  }

  /// The scalar of `{…}`; moves behind it.
  private mutating func unicodeEscape() -> Unicode.Scalar? {
    guard position < limit, text.bytes[position] == UInt8(ascii: "{") else { return nil }
    var end = position + 1
    while end < limit, end - position <= 9, text.bytes[end] != UInt8(ascii: "}") { end += 1 }
    guard end < limit, text.bytes[end] == UInt8(ascii: "}"),
      let value = UInt32(text[position + 1..<end], radix: 16)
    else { return nil }
    position = end + 1
    return Unicode.Scalar(value)
  }
}

extension WorkflowMessage {
  fileprivate static func nonASCIIName(_ word: String) -> Self {
    .error(
      "invalid-name",
      "'\(word)' is not a name; names are ASCII letters, digits and '_', so that every step language can have them"
    )
  }

  fileprivate static func unterminated(_ what: String) -> Self {
    .syntax("this \(what) has no end on its line or in its block")
  }

  fileprivate static func badNumber(_ text: String) -> Self {
    .syntax("'\(text)' is not a number; numbers are decimal, such as '3', '1_000' or '2.5e3'")
  }

  fileprivate static let badEscape = Self.syntax(
    #"unknown escape; strings have '\n', '\r', '\t', '\0', '\"', '\\' and '\u{…}'"#
  )
}
