import SkillFormat

/// Quotations, `$…` and arithmetic.
extension ShellNames {
  mutating func quotedToken() {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\\"): position = min(position + 2, bytes.count)
    case UInt8(ascii: "\""):
      position += 1
      pop()
    case UInt8(ascii: "`"):
      position += 1
      // Within back-ticks it ends them, for the quotation inside had no end.
      let open = frames.lastIndex { if case .command(let command) = $0 { command.end == byte } else { false } }
      if let open, open == frames.count - 2 {
        frames.removeSubrange(open...)
      } else {
        frames.append(.command(Command(end: byte)))
      }
    case UInt8(ascii: "$"): dollar(isQuoted: true)
    default: position += 1
    }
  }

  mutating func dollar(isQuoted: Bool) {
    position += 1
    let next = peek(0)
    switch next {
    case UInt8(ascii: "("):
      position += 1
      if peek(0) == next {
        position += 1
        frames.append(.arithmetic(0))
      } else {
        frames.append(.command(Command(end: UInt8(ascii: ")"))))
      }
    case UInt8(ascii: "{"):
      position += 1
      frames.append(.parameter)
      parameterName()
    case UInt8(ascii: "'") where !isQuoted:
      position += 1
      skip(to: next, escapes: true)
    case _ where next.isNameStart:
      let start = position
      position = WorkflowSyntax.nameEnd(in: bytes, from: start, limit: bytes.count)
      if let name = names.known(bytes, start..<position) { names.use(name) }
    case UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "@"),
      UInt8(ascii: "*"), UInt8(ascii: "-"):
      position += 1
    default: break
    }
  }

  /// The name after `${`.
  mutating func parameterName() {
    if peek(0) == UInt8(ascii: "!"), peek(1).isNameStart {
      names.isDynamic = true
      position += 1
    } else if peek(0) == UInt8(ascii: "#"), peek(1).isNameStart {
      position += 1
    }
    let start = position
    position = WorkflowSyntax.nameEnd(in: bytes, from: start, limit: bytes.count)
    guard position > start, let name = names.known(bytes, start..<position) else { return }
    names.use(name)
    if peek(0) == UInt8(ascii: "=") || (peek(0) == UInt8(ascii: ":") && peek(1) == UInt8(ascii: "=")) {
      names.assign(name)
    }
  }

  /// Arithmetic, the inside of `${…}` and of a subscript: every name may be read.
  mutating func expressionToken() {
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\\"): position = min(position + 2, bytes.count)
    case UInt8(ascii: "$"): dollar(isQuoted: true)
    case UInt8(ascii: "`"):
      position += 1
      let open = frames.lastIndex { if case .command(let command) = $0 { command.end == byte } else { false } }
      if let open, open == frames.count - 2 {
        frames.removeSubrange(open...)
      } else {
        frames.append(.command(Command(end: byte)))
      }
    case UInt8(ascii: "\""):
      position += 1
      frames.append(.quoted)
    case _ where byte.isNameStart: expressionName()
    case _ where byte.isDigit:
      while position < bytes.count, bytes[position].isNamePart { position += 1 }
    default: closeExpression(byte)
    }
  }

  mutating func closeExpression(_ byte: UInt8) {
    position += 1
    switch frames[frames.count - 1] {
    case .parameter: if byte == UInt8(ascii: "}") { pop() }
    case .subscript_:
      if byte == UInt8(ascii: "]") || byte.isBlankOrLineEnd {
        pop()
        // An assignment to an element: the `=` must not look like part of a word.
        if byte == UInt8(ascii: "]"), peek(0) == UInt8(ascii: "=") { position += 1 }
        if byte == 0x0A { position -= 1 }
      }
    case .arithmetic(let depth):
      if byte == UInt8(ascii: "(") {
        frames[frames.count - 1] = .arithmetic(depth + 1)
      } else if byte == UInt8(ascii: ")") {
        if depth > 0 {
          frames[frames.count - 1] = .arithmetic(depth - 1)
        } else {
          if peek(0) == byte { position += 1 }
          pop()
        }
      }
    case .command, .quoted: break
    }
  }

  mutating func expressionName() {
    let start = position
    position = WorkflowSyntax.nameEnd(in: bytes, from: start, limit: bytes.count)
    guard let name = names.known(bytes, start..<position) else { return }
    guard case .arithmetic = frames[frames.count - 1] else {
      names.use(name)
      return
    }
    var next = position
    while next < bytes.count, bytes[next] == 0x20 { next += 1 }
    let first = next < bytes.count ? bytes[next] : 0
    let second = next + 1 < bytes.count ? bytes[next + 1] : 0
    let equals = UInt8(ascii: "=")
    if first == equals, second != equals {
      names.assign(name)
      return
    }
    names.use(name)
    if "+-*/%&|^".utf8.contains(first), second == equals || second == first { names.assign(name) }
  }
}
