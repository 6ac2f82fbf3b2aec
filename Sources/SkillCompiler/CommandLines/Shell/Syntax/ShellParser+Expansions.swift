internal import SkillFormat

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
      if next.isNameStart {
        while end < bytes.count, bytes[end].isNamePart { end += 1 }
      } else if next.isDigit || "@*#?-$!".utf8.contains(next) {
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
      next.isNamePart || "@*?!$-#".utf8.contains(next)
    {
      isLength = true
      position += 1
    } else if peek() == UInt8(ascii: "!"), let next = peek(1), next.isNamePart {
      isIndirect = true
      position += 1
    }
    let start = position
    if let first = peek(), first.isNameStart {
      while let byte = peek(), byte.isNamePart { position += 1 }
    } else if let first = peek(), first.isDigit {
      while let byte = peek(), byte.isDigit { position += 1 }
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
    let limit = min(bytes.count, start + 1_000)
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
  mutating func parseBackquotes(into parts: inout Parts, isQuoted: Bool) {
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
