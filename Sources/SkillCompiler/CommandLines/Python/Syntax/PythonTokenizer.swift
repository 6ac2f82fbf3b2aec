import SkillFormat

/// Splits Python source into tokens, with the layout tokens that make its lines and blocks.
///
/// It accepts any bytes: what Python would refuse becomes an error token, and the next line is read as usual.
struct PythonTokenizer {
  private let bytes: [UInt8]
  private let limit: Int
  private var position: Int
  private var tokens: [PythonToken] = []
  private var brackets: [UInt8] = []
  private var indents = [0]
  /// Up to here every f-string ends at its first quote: on this line the newer rule has failed once.
  private var plainFormattedEnd = 0

  /// More blocks inside each other than CPython takes; deeper ones are read as if they were at this depth.
  private static let maximumIndents = 100

  /// The tokens of a whole source.
  static func tokens(of bytes: [UInt8]) -> [PythonToken] {
    var tokenizer = PythonTokenizer(bytes: bytes, range: SourceRange(0, bytes.count))
    tokenizer.scanLines()
    return tokenizer.tokens
  }

  /// The tokens of an expression inside an f-string. Its line ends mean nothing.
  static func tokens(ofExpressionIn range: SourceRange, of bytes: [UInt8]) -> [PythonToken] {
    var tokenizer = PythonTokenizer(bytes: bytes, range: range)
    tokenizer.brackets = [UInt8(ascii: "(")]
    tokenizer.scanLine()
    tokenizer.append(.end, from: range.end)
    return tokenizer.tokens
  }

  private init(bytes: [UInt8], range: SourceRange) {
    self.bytes = bytes
    limit = range.end
    position = range.start
    tokens.reserveCapacity(range.end - range.start < 1 << 22 ? (range.end - range.start) / 4 + 8 : 1 << 20)
  }

  private mutating func append(_ kind: PythonToken.Kind, from start: Int) {
    tokens.append(PythonToken(kind: kind, start: start, end: position))
  }

  private func byte(at offset: Int) -> UInt8 { offset < limit ? bytes[offset] : 0 }
}

// MARK: - Lines and blocks

extension PythonTokenizer {
  private mutating func scanLines() {
    while position < limit {
      if scanIndentation() { scanLine() }
    }
    if let last = tokens.last, last.kind != .newline { append(.newline, from: position) }
    while indents.count > 1 {
      indents.removeLast()
      append(.dedent, from: position)
    }
    append(.end, from: position)
  }

  /// Reads the blanks before a line and says whether the line has anything else.
  private mutating func scanIndentation() -> Bool {
    var column = 0
    scan: while position < limit {
      switch bytes[position] {
      case UInt8(ascii: " "): column += 1
      case UInt8(ascii: "\t"): column = (column / 8 + 1) * 8
      case 0x0C: column = 0
      default: break scan
      }
      position += 1
    }
    guard position < limit else { return false }
    switch bytes[position] {
    case 0x0A, 0x0D:
      position += 1
      return false
    case UInt8(ascii: "#"):
      skipComment()
      return false
    default: break
    }
    if let current = indents.last, column > current {
      guard indents.count < Self.maximumIndents else { return true }
      indents.append(column)
      append(.indent, from: position)
    } else {
      while let current = indents.last, column < current, indents.count > 1 {
        indents.removeLast()
        append(.dedent, from: position)
      }
    }
    return true
  }

  private mutating func skipComment() {
    while position < limit, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
  }

  /// Reads one logical line, to the end of its last physical line.
  private mutating func scanLine() {
    while position < limit {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C:
        position += 1
      case 0x0A, 0x0D:
        let start = position
        position += 1
        if byte == 0x0D, self.byte(at: position) == 0x0A { position += 1 }
        if brackets.isEmpty || statementBegins() {
          if !brackets.isEmpty { append(.error, from: start) }
          brackets.removeAll(keepingCapacity: true)
          tokens.append(PythonToken(kind: .newline, start: start, end: start))
          return
        }
      case UInt8(ascii: "\\"):
        let start = position
        position += 1
        if self.byte(at: position) == 0x0D, self.byte(at: position + 1) == 0x0A {
          position += 2
        } else if position < limit, bytes[position] == 0x0A || bytes[position] == 0x0D {
          position += 1
        } else if position < limit {
          append(.error, from: start)
        }
      case UInt8(ascii: "#"):
        skipComment()
      default:
        scanToken()
      }
    }
  }

  /// Whether the line at the current place begins with a word that no expression holds.
  private func statementBegins() -> Bool {
    var start = position
    while start < limit, bytes[start] == UInt8(ascii: " ") || bytes[start] == UInt8(ascii: "\t") { start += 1 }
    var end = start
    while end < limit, end - start < 9, bytes[end].isPythonNameByte { end += 1 }
    guard end - start >= 3, end - start <= 8, byte(at: end) != UInt8(ascii: "=") else { return false }
    let word = String(decoding: bytes[start..<end], as: UTF8.self)
    return PythonToken.Kind.keywords[word]?.beginsStatementOnly ?? false
  }
}

// MARK: - Words, numbers and operators

extension PythonTokenizer {
  private mutating func scanToken() {
    let start = position
    let first = bytes[position]
    if first.isPythonNameStart {
      position += 1
      while position < limit, bytes[position].isPythonNameByte { position += 1 }
      let length = position - start
      if length <= 3, position < limit, bytes[position] == UInt8(ascii: "'") || bytes[position] == UInt8(ascii: "\""),
        bytes[start..<position].allSatisfy(\.isPythonStringPrefix)
      {
        scanString(
          from: start,
          isFormatted: bytes[start..<position].contains { $0 | 0x20 == 0x66 || $0 | 0x20 == 0x74 }
        )
        return
      }
      var kind = PythonToken.Kind.name
      if length >= 2, length <= 8 {
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        kind = PythonToken.Kind.keywords[word] ?? .name
      }
      append(kind, from: start)
    } else if first.isDigit || (first == UInt8(ascii: ".") && byte(at: position + 1).isDigit) {
      scanNumber()
    } else if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
      scanString(from: start, isFormatted: false)
    } else {
      scanOperator()
    }
  }

  private mutating func scanNumber() {
    let start = position
    while position < limit {
      let byte = bytes[position]
      if byte.isPythonNameByte || byte == UInt8(ascii: ".") {
        position += 1
      } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), bytes[position - 1] | 0x20 == 0x65,
        self.byte(at: start + 1) | 0x20 != 0x78, position + 1 < limit, bytes[position + 1].isDigit
      {
        position += 1
      } else {
        break
      }
    }
    append(.number, from: start)
  }

  private mutating func scanOperator() {
    let start = position
    let first = bytes[position]
    let second = byte(at: position + 1)
    let third = byte(at: position + 2)
    func take(_ length: Int, _ kind: PythonToken.Kind, _ tokenizer: inout PythonTokenizer) {
      tokenizer.position += length
      tokenizer.append(kind, from: start)
    }
    let equal = UInt8(ascii: "=")
    switch first {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      brackets.append(first)
      take(1, first == 0x28 ? .leftParenthesis : first == 0x5B ? .leftBracket : .leftBrace, &self)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      let opening: UInt8 = first == 0x29 ? 0x28 : first - 2
      if brackets.last == opening {
        brackets.removeLast()
        take(1, first == 0x29 ? .rightParenthesis : first == 0x5D ? .rightBracket : .rightBrace, &self)
      } else {
        take(1, .error, &self)
      }
    case UInt8(ascii: ","): take(1, .comma, &self)
    case UInt8(ascii: ";"): take(1, .semicolon, &self)
    case UInt8(ascii: "~"): take(1, .tilde, &self)
    case UInt8(ascii: "."):
      if second == first, third == first { take(3, .ellipsis, &self) } else { take(1, .dot, &self) }
    case UInt8(ascii: ":"): if second == equal { take(2, .walrus, &self) } else { take(1, .colon, &self) }
    case UInt8(ascii: "="): if second == equal { take(2, .equalEqual, &self) } else { take(1, .equal, &self) }
    case UInt8(ascii: "!"): if second == equal { take(2, .notEqual, &self) } else { take(1, .error, &self) }
    case UInt8(ascii: "-") where second == UInt8(ascii: ">"): take(2, .arrow, &self)
    case UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      if second == first {
        if third == equal { take(3, .augmentedAssignment, &self) } else { take(2, first.doubledOperator, &self) }
      } else if second == equal {
        take(2, first == 0x3C ? .lessEqual : first == 0x3E ? .greaterEqual : .augmentedAssignment, &self)
      } else if first == UInt8(ascii: "<"), second == UInt8(ascii: ">") {
        take(2, .notEqual, &self)
      } else {
        take(1, first.singleOperator ?? .error, &self)
      }
    default:
      if let kind = first.singleOperator {
        if second == equal { take(2, .augmentedAssignment, &self) } else { take(1, kind, &self) }
      } else {
        take(1, .error, &self)
      }
    }
  }
}

// MARK: - Strings

extension PythonTokenizer {
  /// Reads a string whose prefix began at `start`, from its quote.
  private mutating func scanString(from start: Int, isFormatted: Bool) {
    let quote = bytes[position]
    let isTriple = byte(at: position + 1) == quote && byte(at: position + 2) == quote
    let body = position + (isTriple ? 3 : 1)
    if isFormatted, !isTriple, start >= plainFormattedEnd {
      let (end, isClosed) = endOfFormattedString(from: body, quote: quote)
      if isClosed {
        position = end
        append(.string, from: start)
        return
      }
      plainFormattedEnd = end
    }
    position = body
    while position < limit {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        // A backslash before a CRLF joins the lines like one before a single line end.
        position += self.byte(at: position + 1) == 0x0D && self.byte(at: position + 2) == 0x0A ? 3 : 2
      } else if byte == quote {
        if !isTriple {
          position += 1
          append(.string, from: start)
          return
        }
        if self.byte(at: position + 1) == quote, self.byte(at: position + 2) == quote {
          position += 3
          append(.string, from: start)
          return
        }
        position += 1
      } else if !isTriple, byte == 0x0A || byte == 0x0D {
        break
      } else {
        position += 1
      }
    }
    position = min(position, limit)
    append(.error, from: start)
  }

  /// The end of an f-string on one line in which a replacement field may use the string's own quote, as Python 3.12
  /// allows; the end of the line where braces and quotes do not add up that way.
  private func endOfFormattedString(from body: Int, quote: UInt8) -> (end: Int, isClosed: Bool) {
    var depth = 0
    var inner: UInt8?
    var i = body
    while i < limit {
      let byte = bytes[i]
      switch byte {
      case 0x0A, 0x0D: return (i, false)
      case UInt8(ascii: "\\"): i += 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        if depth == 0 {
          if byte == quote { return (i + 1, true) }
        } else if let open = inner {
          if byte == open { inner = nil }
        } else {
          inner = byte
        }
      case UInt8(ascii: "{") where inner == nil:
        if depth == 0, self.byte(at: i + 1) == byte { i += 1 } else { depth += 1 }
      case UInt8(ascii: "}") where inner == nil && depth > 0: depth -= 1
      default: break
      }
      i += 1
    }
    return (limit, false)
  }
}

extension UInt8 {
  /// Names may hold any letter of Unicode; every byte of one beyond ASCII is taken for part of a name.
  var isPythonNameStart: Bool { isNameStart || self >= 0x80 }
  var isPythonNameByte: Bool { isNamePart || self >= 0x80 }

  fileprivate var isPythonStringPrefix: Bool {
    switch self | 0x20 {
    case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "u"), UInt8(ascii: "f"), UInt8(ascii: "t"): true
    default: false
    }
  }

  fileprivate var singleOperator: PythonToken.Kind? {
    switch self {
    case UInt8(ascii: "+"): .plus
    case UInt8(ascii: "-"): .minus
    case UInt8(ascii: "*"): .star
    case UInt8(ascii: "/"): .slash
    case UInt8(ascii: "%"): .percent
    case UInt8(ascii: "@"): .at
    case UInt8(ascii: "&"): .ampersand
    case UInt8(ascii: "|"): .bar
    case UInt8(ascii: "^"): .caret
    case UInt8(ascii: "<"): .less
    case UInt8(ascii: ">"): .greater
    default: nil
    }
  }

  fileprivate var doubledOperator: PythonToken.Kind {
    switch self {
    case UInt8(ascii: "*"): .doubleStar
    case UInt8(ascii: "/"): .doubleSlash
    case UInt8(ascii: "<"): .leftShift
    default: .rightShift
    }
  }
}
