internal import SkillFormat

extension ShellParser {
  /// The parts of a word as they are gathered: text that follows text of the same quoting is joined to it.
  struct Parts {
    private(set) var list: [ShellWord.Part] = []
    private var text: [UInt8] = []
    private var isQuoted = false
    private var hasText = false

    mutating func append(_ byte: UInt8, isQuoted: Bool) {
      begin(isQuoted)
      text.append(byte)
    }

    mutating func append(_ bytes: some Sequence<UInt8>, isQuoted: Bool) {
      begin(isQuoted)
      text.append(contentsOf: bytes)
    }

    mutating func begin(_ isQuoted: Bool) {
      if hasText, self.isQuoted != isQuoted { flush() }
      self.isQuoted = isQuoted
      hasText = true
    }

    mutating func append(_ part: ShellWord.Part) {
      flush()
      list.append(part)
    }

    mutating func flush() {
      if hasText { list.append(.text(text.commandText, isQuoted: isQuoted)) }
      text.removeAll(keepingCapacity: true)
      hasText = false
    }

    /// What a bare `?`, `*`, `+`, `@` or `!` before a parenthesis makes an extended pattern.
    var endsWithPatternMark: Bool {
      guard hasText, !isQuoted, let last = text.last else { return false }
      return "?*+@!".utf8.contains(last)
    }
  }

  /// The word that stands here; nil where none does.
  mutating func parseWord() -> ShellWord? {
    let start = position
    var parts = Parts()
    scan: while errorOffset == nil, let byte = peek() {
      switch byte {
      case UInt8(ascii: "'"):
        position += 1
        let inner = position
        while let next = peek(), next != byte { position += 1 }
        guard position < bytes.count else {
          fail()
          break scan
        }
        parts.append(bytes[inner..<position], isQuoted: true)
        position += 1
      case UInt8(ascii: "\""):
        position += 1
        appendQuoted(to: &parts)
      case UInt8(ascii: "\\"):
        appendEscape(to: &parts)
      case UInt8(ascii: "$"):
        parseExpansion(into: &parts, isQuoted: false)
      case UInt8(ascii: "`"):
        parseBackquotes(into: &parts, isQuoted: false)
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        if isProcessSubstitution {
          position += 2
          parts.append(.process(parseNested()))
        } else if let end = endOfPlaceholder() {
          parts.append(.placeholder(bytes[(position + 1)..<(end - 1)].commandText))
          position = end
        } else {
          break scan
        }
      case UInt8(ascii: "("):
        guard parts.endsWithPatternMark, let end = endOfParentheses() else { break scan }
        parts.append(bytes[position..<end], isQuoted: false)
        position = end
      case 0x0D:
        if peek(1) == 0x0A || peek(1) == nil { break scan }
        parts.append(byte, isQuoted: false)
        position += 1
      default:
        if ShellParser.endsWord(byte) { break scan }
        parts.append(byte, isQuoted: false)
        position += 1
      }
    }
    guard position > start else { return nil }
    parts.flush()
    return ShellWord(parts: parts.list, range: range(from: start))
  }

  private mutating func appendEscape(to parts: inout Parts) {
    if let length = lineEndLength(at: position + 1) {
      position += 1 + length
    } else if let next = peek(1) {
      parts.append(next, isQuoted: true)
      position += 2
    } else {
      parts.append(UInt8(ascii: "\\"), isQuoted: false)
      position += 1
    }
  }

  /// Double quotes, from behind the opening one to behind the closing one.
  private mutating func appendQuoted(to parts: inout Parts) {
    parts.begin(true)
    for part in parseQuotedParts(until: .quote) {
      if case .text(let text, _) = part {
        parts.append(text.utf8, isQuoted: true)
      } else {
        parts.append(part)
      }
    }
    take(UInt8(ascii: "\""))
  }

  enum QuotedEnd { case quote, end, offset(Int) }

  /// Text in which only `$`, backquotes and backslashes mean something.
  mutating func parseQuotedParts(until end: QuotedEnd) -> [ShellWord.Part] {
    var parts = Parts()
    scan: while errorOffset == nil, let byte = peek() {
      if case .offset(let offset) = end, position >= offset { break }
      switch byte {
      case UInt8(ascii: "\""):
        if case .quote = end { break scan }
        parts.append(byte, isQuoted: true)
        position += 1
      case UInt8(ascii: "\\"):
        if let length = lineEndLength(at: position + 1) {
          position += 1 + length
        } else if let next = peek(1), "$`\"\\".utf8.contains(next) {
          parts.append(next, isQuoted: true)
          position += 2
        } else {
          parts.append(byte, isQuoted: true)
          position += 1
        }
      case UInt8(ascii: "$"): parseExpansion(into: &parts, isQuoted: true)
      case UInt8(ascii: "`"): parseBackquotes(into: &parts, isQuoted: true)
      default:
        parts.append(byte, isQuoted: true)
        position += 1
      }
    }
    parts.flush()
    return parts.list
  }

  /// Statements up to the `)` that closes them.
  mutating func parseNested() -> [ShellStatement] {
    guard depth < ShellParser.maximumDepth else {
      fail()
      return []
    }
    depth += 1
    defer { depth -= 1 }
    let statements = parseStatements()
    take(UInt8(ascii: ")"))
    return statements
  }

  /// The end of `<name>`, where it is a placeholder and not two redirections.
  func endOfPlaceholder() -> Int? {
    guard readsPlaceholders, peek() == UInt8(ascii: "<"), let first = peek(1) else { return nil }
    guard CommandByte.isLetter(first) || first >= 0x80 else { return nil }
    var index = position + 1
    while index < bytes.count, index - position <= 60 {
      let byte = bytes[index]
      if byte == UInt8(ascii: ">") {
        guard !CommandByte.isBlank(bytes[index - 1]) else { return nil }
        // `<in>out` reads one file and writes another.
        if index + 1 < bytes.count {
          let next = bytes[index + 1]
          if CommandByte.isAlphanumeric(next) || next == UInt8(ascii: ">") || next == UInt8(ascii: "&") { return nil }
        }
        return index + 1
      }
      guard
        CommandByte.isWordPart(byte) || byte == 0x20 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
          || byte == UInt8(ascii: ":")
      else { return nil }
      index += 1
    }
    return nil
  }

  private func endOfParentheses() -> Int? {
    var index = position
    var open = 0
    while index < bytes.count, index - position < 4_000 {
      switch bytes[index] {
      case UInt8(ascii: "("): open += 1
      case UInt8(ascii: ")"):
        open -= 1
        if open == 0 { return index + 1 }
      case 0x0A: return nil
      default: break
      }
      index += 1
    }
    return nil
  }

  /// What stands behind `=~`: a word in which parentheses, `|` and `<` mean nothing to the shell.
  mutating func parseRegularExpression() -> ShellWord {
    let start = position
    var parts = Parts()
    var open = 0
    scan: while errorOffset == nil, let byte = peek() {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["): open += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): open -= 1
      case 0x20, 0x09: if open <= 0 { break scan }
      case 0x0A: break scan
      default: break
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "\\"), UInt8(ascii: "`"):
        let before = position
        appendPiece(to: &parts)
        if position == before { position += 1 }
      default:
        parts.append(byte, isQuoted: false)
        position += 1
      }
    }
    parts.flush()
    return ShellWord(parts: parts.list, range: range(from: start))
  }

  /// One quoted or expanded piece of a word.
  private mutating func appendPiece(to parts: inout Parts) {
    switch peek() {
    case UInt8(ascii: "'"):
      position += 1
      let inner = position
      while let next = peek(), next != UInt8(ascii: "'") { position += 1 }
      parts.append(bytes[inner..<position], isQuoted: true)
      take(UInt8(ascii: "'"))
    case UInt8(ascii: "\""):
      position += 1
      appendQuoted(to: &parts)
    case UInt8(ascii: "\\"): appendEscape(to: &parts)
    case UInt8(ascii: "$"): parseExpansion(into: &parts, isQuoted: false)
    case UInt8(ascii: "`"): parseBackquotes(into: &parts, isQuoted: false)
    default: break
    }
  }
}

// MARK: - Expansions

extension ShellParser {
  /// What begins with `$`.
  mutating func parseExpansion(into parts: inout Parts, isQuoted: Bool) {
    guard let next = peek(1) else {
      parts.append(UInt8(ascii: "$"), isQuoted: isQuoted)
      position += 1
      return
    }
    switch next {
    case UInt8(ascii: "("):
      if peek(2) == UInt8(ascii: "("), let end = endOfArithmetic(from: position + 3) {
        position += 3
        parts.append(.arithmetic(parseArithmetic(to: end).parts))
      } else {
        position += 2
        parts.append(.command(parseNested(), isQuoted: isQuoted))
      }
    case UInt8(ascii: "{"):
      position += 2
      parseBraces(into: &parts, isQuoted: isQuoted)
    case UInt8(ascii: "'") where !isQuoted:
      position += 2
      parts.begin(true)
      parts.append(parseANSIQuotes(), isQuoted: true)
    case UInt8(ascii: "\"") where !isQuoted:
      position += 2
      appendQuoted(to: &parts)
    default:
      let start = position + 1
      var end = start
      if CommandByte.isNameStart(next) {
        while end < bytes.count, CommandByte.isNamePart(bytes[end]) { end += 1 }
      } else if CommandByte.isDigit(next) || "@*#?-$!".utf8.contains(next) {
        end += 1
      }
      guard end > start else {
        parts.append(UInt8(ascii: "$"), isQuoted: isQuoted)
        position += 1
        return
      }
      parts.append(.parameter(ShellParameter(name: bytes[start..<end].commandText), isQuoted: isQuoted))
      position = end
    }
  }

  /// `$'…'`, from behind its quote. Of the escapes only those of single bytes are resolved.
  private mutating func parseANSIQuotes() -> [UInt8] {
    var text: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "'") {
      if byte == UInt8(ascii: "\\"), let next = peek(1) {
        position += 2
        switch next {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(next)
        default: text += [byte, next]
        }
      } else {
        text.append(byte)
        position += 1
      }
    }
    take(UInt8(ascii: "'"))
    return text
  }

  /// `${…}`, from behind its brace.
  private mutating func parseBraces(into parts: inout Parts, isQuoted: Bool) {
    guard depth < ShellParser.maximumDepth else { return fail() }
    depth += 1
    defer { depth -= 1 }
    var isLength = false
    var isIndirect = false
    if peek() == UInt8(ascii: "#"), let next = peek(1), next != UInt8(ascii: "}"),
      CommandByte.isNamePart(next) || "@*?!$-#".utf8.contains(next)
    {
      isLength = true
      position += 1
    } else if peek() == UInt8(ascii: "!"), let next = peek(1), CommandByte.isNamePart(next) {
      isIndirect = true
      position += 1
    }
    let start = position
    if let first = peek(), CommandByte.isNameStart(first) {
      while let byte = peek(), CommandByte.isNamePart(byte) { position += 1 }
    } else if let first = peek(), CommandByte.isDigit(first) {
      while let byte = peek(), CommandByte.isDigit(byte) { position += 1 }
    } else if let first = peek(), "@*#?-$!".utf8.contains(first) {
      position += 1
    }
    guard position > start else { return fail() }
    var parameter = ShellParameter(name: bytes[start..<position].commandText)
    if peek() == UInt8(ascii: "[") {
      let open = position + 1
      while let byte = peek(), byte != UInt8(ascii: "]"), byte != 0x0A { position += 1 }
      guard peek() == UInt8(ascii: "]") else { return fail() }
      parameter.subscriptText = bytes[open..<position].commandText
      position += 1
    }
    parameter.operation = parseOperation(isQuoted: isQuoted)
    if isLength { parameter.operation = .length }
    if isIndirect { parameter.operation = .other(parameter.operand ?? ShellWord(parts: [], range: range(from: start))) }
    take(UInt8(ascii: "}"))
    parts.append(.parameter(parameter, isQuoted: isQuoted))
  }

  private mutating func parseOperation(isQuoted: Bool) -> ShellParameter.Operation {
    guard let byte = peek(), byte != UInt8(ascii: "}") else { return .plain }
    if byte == UInt8(ascii: "#") {
      position += peek(1) == UInt8(ascii: "#") ? 2 : 1
      return .withoutPrefix(parseOperand(isQuoted: false))
    }
    let mark = byte == UInt8(ascii: ":") ? peek(1) : byte
    let length = byte == UInt8(ascii: ":") ? 2 : 1
    switch mark {
    case UInt8(ascii: "-"), UInt8(ascii: "="):
      position += length
      return .defaultValue(parseOperand(isQuoted: isQuoted))
    case UInt8(ascii: "?"):
      position += length
      return .required(parseOperand(isQuoted: isQuoted))
    case UInt8(ascii: "+"):
      position += length
      return .alternative(parseOperand(isQuoted: isQuoted))
    default:
      position += 1
      return .other(parseOperand(isQuoted: false))
    }
  }

  /// The word of an operation, up to the brace that closes it.
  private mutating func parseOperand(isQuoted: Bool) -> ShellWord {
    let start = position
    var parts = Parts()
    scan: while errorOffset == nil, let byte = peek() {
      switch byte {
      case UInt8(ascii: "}"): break scan
      case UInt8(ascii: "'") where isQuoted:
        parts.append(byte, isQuoted: true)
        position += 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"):
        appendPiece(to: &parts)
      default:
        parts.append(byte, isQuoted: isQuoted)
        position += 1
      }
    }
    parts.flush()
    return ShellWord(parts: parts.list, range: range(from: start))
  }

  /// The offset of the `))` that closes an arithmetic expression; nil where parentheses close otherwise, as they do in
  /// a command substitution that begins with a subshell.
  func endOfArithmetic(from start: Int) -> Int? {
    var open = 0
    var index = start
    // The limit keeps the look ahead linear.
    let limit = min(bytes.count, start + 4_000)
    while index < limit {
      switch bytes[index] {
      case UInt8(ascii: "("): open += 1
      case UInt8(ascii: ")"):
        if open == 0 { return index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: ")") ? index : nil }
        open -= 1
      default: break
      }
      index += 1
    }
    return nil
  }

  mutating func parseArithmetic(to end: Int) -> ShellWord {
    let start = position
    guard depth < ShellParser.maximumDepth else {
      fail()
      return ShellWord(parts: [], range: range(from: start))
    }
    depth += 1
    defer { depth -= 1 }
    let parts = parseQuotedParts(until: .offset(end))
    let word = ShellWord(parts: parts, range: range(from: start))
    guard errorOffset == nil, position == end else {
      fail()
      return word
    }
    position = end + 2
    return word
  }

  /// `` `…` ``, parsed from a copy without its escapes.
  private mutating func parseBackquotes(into parts: inout Parts, isQuoted: Bool) {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek(), byte != UInt8(ascii: "`") {
      if byte == UInt8(ascii: "\\"), let next = peek(1) {
        if "`\\$".utf8.contains(next) || (isQuoted && next == UInt8(ascii: "\"")) {
          text.append(next)
        } else {
          text += [byte, next]
        }
        position += 2
      } else {
        text.append(byte)
        position += 1
      }
    }
    guard peek() == UInt8(ascii: "`") else { return fail() }
    position += 1
    guard var inner = copy(of: text, offset: start) else { return }
    let statements = inner.parseStatements()
    if inner.position < inner.bytes.count { inner.fail() }
    absorb(inner)
    parts.append(.command(statements, isQuoted: isQuoted))
  }
}
