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
  mutating func appendQuoted(to parts: inout Parts) {
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
    guard first.isLetter || first >= 0x80 else { return nil }
    var index = position + 1
    while index < bytes.count, index - position <= 60 {
      let byte = bytes[index]
      if byte == UInt8(ascii: ">") {
        guard !bytes[index - 1].isBlank else { return nil }
        // `<in>out` reads one file and writes another.
        if index + 1 < bytes.count {
          let next = bytes[index + 1]
          if next.isAlphanumeric || next == UInt8(ascii: ">") || next == UInt8(ascii: "&") { return nil }
        }
        return index + 1
      }
      guard
        byte.isWordPart || byte == 0x20 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
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
  mutating func appendPiece(to parts: inout Parts) {
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
