import SkillFormat

/// Finds the free names of Python code.
struct PythonNames {
  private enum Frame {
    /// `(`, `[` or `{`.
    case bracket(UInt8)
    /// The literal part of an f-string.
    case string(quote: UInt8, isTriple: Bool)
    /// A replacement field of an f-string.
    case field
    /// The format of a replacement field.
    case format
  }

  private let bytes: [UInt8]
  private var names: CodeNames
  private var position = 0
  private var frames: [Frame] = []
  /// The byte of the last token, or the last keyword where that matters.
  private var previous: UInt8 = 0
  private var previousWord = ""
  /// Names of the statement that an `=` to come may assign.
  private var targets: [String] = []
  private var isImport = false
  /// Between `for` and `in`.
  private var isLoopTarget = false
  /// After `as (` or in a `case`: names there may be bound or read.
  private var isLoose = false
  private var statementHasBegun = false
  /// Whether the statement begins with a keyword, as `with …:` does, so that a `:` ends what could be targets.
  private var isCompound = false

  init(_ bytes: [UInt8], into names: CodeNames) {
    self.bytes = bytes
    self.names = names
  }

  mutating func scan() -> CodeNames {
    while position < bytes.count {
      guard frames.count < CodeNames.nestingLimit else { return names.givenUp() }
      switch frames.last {
      case .string(let quote, let isTriple)?: literalText(quote: quote, isTriple: isTriple)
      case .format?: formatText()
      default: token()
      }
    }
    return names
  }

  // MARK: Tokens

  private mutating func token() {
    let byte = bytes[position]
    switch byte {
    case 0x0A:
      position += 1
      if frames.isEmpty { endStatement() }
    case 0x20, 0x09, 0x0D, 0x0C: position += 1
    case UInt8(ascii: "\\"): position = min(position + 2, bytes.count)
    case UInt8(ascii: "#"): while position < bytes.count, bytes[position] != 0x0A { position += 1 }
    case UInt8(ascii: "\""), UInt8(ascii: "'"): string(isFormatted: false)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case _ where byte.isNameStart || byte >= 0x80: word()
    default: symbol(byte)
    }
  }

  private mutating func endStatement() {
    targets = []
    isImport = false
    isLoopTarget = false
    isLoose = false
    isCompound = false
    statementHasBegun = false
    previous = 0
    previousWord = ""
  }

  private mutating func symbol(_ byte: UInt8) {
    position += 1
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): frames.append(.bracket(byte))
    case UInt8(ascii: ")"), UInt8(ascii: "]"):
      if case .bracket? = frames.last { frames.removeLast() }
    case UInt8(ascii: "}"): if !frames.isEmpty { frames.removeLast() }
    case UInt8(ascii: ";") where frames.isEmpty: endStatement()
    case UInt8(ascii: ":"):
      if case .field? = frames.last { frames.append(.format) }
      if frames.isEmpty {
        isLoose = false
        if isCompound { targets = [] }
      }
    case UInt8(ascii: "!"):
      // A conversion such as `!r`, unless it is `!=`.
      if case .field? = frames.last, peek(0) != UInt8(ascii: "=") {
        while position < bytes.count, bytes[position].isNamePart { position += 1 }
      }
    case UInt8(ascii: "=") where frames.isEmpty && peek(0) != UInt8(ascii: "=") && !isComparison(previous):
      targets.forEach { names.assign($0) }
      targets = []
    default: break
    }
    previous = byte
    previousWord = ""
    statementHasBegun = true
  }

  private func isComparison(_ byte: UInt8) -> Bool {
    (byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">"))
      && position >= 2 && bytes[position - 2] == byte
  }

  private func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  private mutating func number() {
    while position < bytes.count, bytes[position].isNamePart || bytes[position] == UInt8(ascii: ".") {
      position += 1
    }
    previous = UInt8(ascii: "0")
    previousWord = ""
    statementHasBegun = true
  }

  // MARK: Strings

  /// Reads a string from its quote on; the frame of an f-string is left open.
  private mutating func string(isFormatted: Bool) {
    let quote = bytes[position]
    let isTriple = peek(1) == quote && peek(2) == quote
    position += isTriple ? 3 : 1
    previous = UInt8(ascii: "\"")
    previousWord = ""
    statementHasBegun = true
    if isFormatted {
      frames.append(.string(quote: quote, isTriple: isTriple))
    } else {
      while position < bytes.count, !takeEnd(quote: quote, isTriple: isTriple) {
        position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
      }
      position = min(position, bytes.count)
    }
  }

  /// Whether the string ends here; moves behind its end. A line end closes a string that has no end on its line.
  private mutating func takeEnd(quote: UInt8, isTriple: Bool) -> Bool {
    let byte = bytes[position]
    if !isTriple, byte == 0x0A { return true }
    guard byte == quote else { return false }
    guard isTriple else {
      position += 1
      return true
    }
    guard peek(1) == quote, peek(2) == quote else { return false }
    position += 3
    return true
  }

  private mutating func literalText(quote: UInt8, isTriple: Bool) {
    while position < bytes.count {
      if takeEnd(quote: quote, isTriple: isTriple) {
        frames.removeLast()
        return
      }
      let byte = bytes[position]
      position = min(position + (byte == UInt8(ascii: "\\") && peek(1) != UInt8(ascii: "{") ? 2 : 1), bytes.count)
      if byte == UInt8(ascii: "{") {
        guard peek(0) == byte else {
          frames.append(.field)
          previous = UInt8(ascii: "{")
          return
        }
        position += 1
      }
    }
  }

  /// The text after the `:` of a replacement field, which may hold fields itself.
  private mutating func formatText() {
    let enclosing = frames.lastIndex { if case .string = $0 { true } else { false } }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "{") {
        position += 1
        frames.append(.field)
        previous = byte
        return
      }
      if byte == UInt8(ascii: "}") {
        position += 1
        frames.removeLast(2)
        return
      }
      // The quote of the string around it: the field has no end, so the string ends here.
      if let index = enclosing,
        case .string(let quote, let isTriple) = frames[index], byte == quote || (byte == 0x0A && !isTriple)
      {
        frames.removeSubrange((index + 1)...)
        return
      }
      position += 1
    }
  }

  // MARK: Words

  private mutating func word() {
    let start = position
    while position < bytes.count, bytes[position].isNamePart || bytes[position] >= 0x80 {
      position += 1
    }
    let range = start..<position
    if range.count <= 2, position < bytes.count,
      bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'"),
      let isFormatted = Self.isFormatted(prefix: bytes[range])
    {
      string(isFormatted: isFormatted)
      return
    }
    let before = previous
    let wordBefore = previousWord
    let isFirst = !statementHasBegun
    previous = UInt8(ascii: "a")
    previousWord = ""
    statementHasBegun = true
    if range.count >= 2, range.count <= 12 {
      let word = String(decoding: bytes[range], as: UTF8.self)
      if note(keyword: word, isFirst: isFirst, isMember: before == UInt8(ascii: ".")) { return }
    }
    guard before != UInt8(ascii: "."), let name = names.known(bytes, range) else { return }
    classify(name, after: wordBefore)
  }

  /// The prefix of a string: whether it makes an f-string; nil where it is no prefix.
  private static func isFormatted(prefix: ArraySlice<UInt8>) -> Bool? {
    var isFormatted = false
    for byte in prefix {
      switch byte | 0x20 {
      case UInt8(ascii: "f"), UInt8(ascii: "t"): isFormatted = true
      case UInt8(ascii: "r"), UInt8(ascii: "b"), UInt8(ascii: "u"): break
      default: return nil
      }
    }
    return isFormatted
  }

  /// Follows the words that change how names after them are read; returns whether the word is a keyword.
  private mutating func note(keyword word: String, isFirst: Bool, isMember: Bool) -> Bool {
    switch word {
    case "import": isImport = true
    case "for": isLoopTarget = true
    case "in": isLoopTarget = false
    case "as":
      let next = nextByte(0)
      if next == UInt8(ascii: "(") || next == UInt8(ascii: "[") { isLoose = true }
    case "case" where isFirst && nextByte(0) != UInt8(ascii: "="): isLoose = true
    // These read variables whose names the code only makes up when it runs.
    case "eval", "exec", "locals", "globals", "vars", "duckdb", "numexpr", "__main__": names.isDynamic = true
    case "query", "evaluate", "modules", "f_globals", "f_locals", "__globals__": if isMember { names.isDynamic = true }
    default: break
    }
    guard ReservedWords.python.contains(word) else { return false }
    previousWord = word
    if isFirst { isCompound = true }
    return true
  }

  private mutating func classify(_ name: String, after wordBefore: String) {
    if isImport || wordBefore == "def" || wordBefore == "class" || wordBefore == "as" {
      names.assign(name)
      return
    }
    if isLoose {
      names.assign(name)
      names.use(name)
      return
    }
    var isSubscript = false
    var isCall = false
    var isField = false
    switch frames.last {
    case .bracket(UInt8(ascii: "["))?: isSubscript = true
    case .bracket(UInt8(ascii: "("))?: isCall = true
    case .field?: isField = true
    default: break
    }
    let next = nextByte(0)
    if isLoopTarget {
      names.assign(name)
      if isSubscript || next == UInt8(ascii: "[") || next == UInt8(ascii: ".") || next == UInt8(ascii: "(") {
        names.use(name)
      }
      return
    }
    if next == UInt8(ascii: ":"), nextByte(1) == UInt8(ascii: "="), !isField {
      names.assign(name)
      return
    }
    if next == UInt8(ascii: "="), nextByte(1) != UInt8(ascii: "="), !isField {
      // In parentheses it is the name of an argument or of a parameter with a default.
      if isCall { return }
      names.assign(name)
      if frames.isEmpty { return }
    }
    names.use(name)
    if isAugmentedAssignment { names.assign(name) }
    targets.append(name)
  }

  /// The byte at a distance from the next token; 0 where the line ends first.
  private func nextByte(_ distance: Int) -> UInt8 {
    var index = position
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == 0x0A {
        index += 2
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        index += 1
      } else {
        break
      }
    }
    return index + distance < bytes.count ? bytes[index + distance] : 0
  }

  private var isAugmentedAssignment: Bool {
    let first = nextByte(0)
    guard "+-*/%@&|^<>".utf8.contains(first) else { return false }
    if nextByte(1) == UInt8(ascii: "=") { return first != UInt8(ascii: "<") && first != UInt8(ascii: ">") }
    return nextByte(1) == first && nextByte(2) == UInt8(ascii: "=")
  }
}
