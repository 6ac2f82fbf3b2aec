internal import SkillFormat

extension ShellParser {
  /// Assignments, words and redirections up to the end of the command.
  mutating func parseSimpleCommand() -> ShellStatement? {
    let start = position
    var command = ShellCommand(assignments: [], words: [], redirects: [], range: SourceRange(start, start))
    var end = start
    while errorOffset == nil {
      skipBlanks()
      guard let byte = peek(), byte != 0x0A else { break }
      if let redirect = parseRedirect() {
        command.redirects.append(redirect)
        end = position
        continue
      }
      if byte == UInt8(ascii: "#") { break }
      if byte == UInt8(ascii: "(") {
        guard command.words.count == 1, command.assignments.isEmpty, command.redirects.isEmpty,
          let name = command.words[0].bareLiteral, closesFunctionHead()
        else {
          fail()
          break
        }
        return parseFunctionBody(name, start: start)
      }
      if command.words.isEmpty || ShellParser.isDeclaration(command.words[0]), let assignment = parseAssignment() {
        // `local x=1` is kept as an assignment too; the declaration stays the command's name.
        command.assignments.append(assignment)
        end = position
        continue
      }
      guard let word = parseWord() else { break }
      command.words.append(word)
      end = position
    }
    guard !command.words.isEmpty || !command.assignments.isEmpty || !command.redirects.isEmpty else {
      fail()
      return nil
    }
    command.range = fixedOffset.map { SourceRange($0, $0) } ?? SourceRange(start, max(start, min(end, bytes.count)))
    return .command(command)
  }

  private static func isDeclaration(_ word: ShellWord) -> Bool {
    switch word.bareLiteral {
    case "local", "declare", "typeset", "readonly", "export": true
    default: false
    }
  }

  private mutating func closesFunctionHead() -> Bool {
    let start = position
    position += 1
    skipBlanks()
    guard peek() == UInt8(ascii: ")") else {
      position = start
      return false
    }
    position += 1
    return true
  }

  /// `name=value`, `name+=value`, `name[i]=value` or `name=( … )`.
  private mutating func parseAssignment() -> ShellCommand.Assignment? {
    var index = position
    guard index < bytes.count, bytes[index].isNameStart else { return nil }
    while index < bytes.count, bytes[index].isNamePart { index += 1 }
    let name = bytes[position..<index].commandText
    var hasSubscript = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "[") {
      let limit = min(bytes.count, index + 200)
      while index < limit, bytes[index] != UInt8(ascii: "]"), bytes[index] != 0x0A { index += 1 }
      guard index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return nil }
      index += 1
      hasSubscript = true
    }
    var isAppending = false
    if index < bytes.count, bytes[index] == UInt8(ascii: "+") {
      isAppending = true
      index += 1
    }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return nil }
    position = index + 1
    if peek() == UInt8(ascii: "(") {
      let start = position
      position += 1
      var elements: [ShellWord] = []
      while errorOffset == nil {
        skipToCommand()
        guard let byte = peek() else {
          fail()
          break
        }
        if byte == UInt8(ascii: ")") {
          position += 1
          break
        }
        guard let word = parseWord() else {
          fail()
          break
        }
        elements.append(word)
      }
      return ShellCommand.Assignment(
        name: name,
        isAppending: isAppending,
        hasSubscript: hasSubscript,
        value: ShellWord(parts: [], range: range(from: start)),
        elements: elements
      )
    }
    let start = position
    let value = parseWord() ?? ShellWord(parts: [], range: range(from: start))
    return ShellCommand.Assignment(
      name: name,
      isAppending: isAppending,
      hasSubscript: hasSubscript,
      value: value,
      elements: nil
    )
  }
}

// MARK: - Redirections

extension ShellParser {
  /// A redirection, with the number or name of its descriptor; nil where none stands here.
  mutating func parseRedirect() -> ShellRedirect? {
    var index = position
    while index < bytes.count, bytes[index].isDigit { index += 1 }
    if index == position, peek() == UInt8(ascii: "{"), let end = endOfDescriptorName() { index = end }
    guard index < bytes.count else { return nil }
    let byte = bytes[index]
    if byte == UInt8(ascii: "&") {
      guard index == position, peek(1) == UInt8(ascii: ">") else { return nil }
      position += peek(2) == UInt8(ascii: ">") ? 3 : 2
      return redirectTarget()
    }
    guard byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") else { return nil }
    if index == position, isProcessSubstitution || endOfPlaceholder() != nil { return nil }
    position = index
    if starts(with: "<<<") {
      position += 3
      guard case .file(let word)? = redirectTarget() else { return nil }
      return .hereString(word)
    }
    if starts(with: "<<") {
      position += 2
      return parseHeredocOperator()
    }
    position += 1
    if let next = peek(), next == UInt8(ascii: "&") || next == UInt8(ascii: ">") || next == UInt8(ascii: "|") {
      position += 1
      // `>&-` closes a descriptor; the dash is a word.
    }
    return redirectTarget()
  }

  var isProcessSubstitution: Bool {
    (peek() == UInt8(ascii: "<") || peek() == UInt8(ascii: ">")) && peek(1) == UInt8(ascii: "(")
  }

  /// The end of `{name}` before a redirection operator.
  private func endOfDescriptorName() -> Int? {
    var index = position + 1
    while index < bytes.count, bytes[index].isNamePart { index += 1 }
    guard index > position + 1, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "}"),
      bytes[index + 1] == UInt8(ascii: "<") || bytes[index + 1] == UInt8(ascii: ">")
    else { return nil }
    return index + 1
  }

  private mutating func redirectTarget() -> ShellRedirect? {
    skipBlanks()
    guard let word = parseWord() else {
      fail()
      return nil
    }
    return .file(word)
  }

  private mutating func parseHeredocOperator() -> ShellRedirect? {
    var stripsTabs = false
    if peek() == UInt8(ascii: "-") {
      stripsTabs = true
      position += 1
    }
    skipBlanks()
    var delimiter: [UInt8] = []
    var isQuoted = false
    scan: while let byte = peek() {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        isQuoted = true
        position += 1
        while let inner = peek(), inner != byte, inner != 0x0A {
          delimiter.append(inner)
          position += 1
        }
        guard peek() == byte else { break scan }
        position += 1
      case UInt8(ascii: "\\"):
        isQuoted = true
        position += 1
        if let next = peek(), next != 0x0A {
          delimiter.append(next)
          position += 1
        }
      default:
        if ShellParser.endsWord(byte) || byte == 0x0D { break scan }
        delimiter.append(byte)
        position += 1
      }
    }
    guard !delimiter.isEmpty || isQuoted else {
      fail()
      return nil
    }
    heredocs.append(ShellWord(parts: [], range: range(from: position)))
    pendingHeredocs.append(
      PendingHeredoc(
        index: heredocs.count - 1,
        delimiter: delimiter,
        stripsTabs: stripsTabs,
        isQuoted: isQuoted
      )
    )
    return .heredoc(heredocs.count - 1)
  }

  /// Reads the bodies that begin at this line.
  mutating func readHeredocs() {
    let pending = pendingHeredocs
    pendingHeredocs = []
    for heredoc in pending {
      let start = position
      var body: [UInt8] = []
      var end = start
      var isClosed = false
      while position < bytes.count {
        var lineStart = position
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        var lineEnd = position
        if position < bytes.count { position += 1 }
        if lineEnd > lineStart, bytes[lineEnd - 1] == 0x0D { lineEnd -= 1 }
        if heredoc.stripsTabs { while lineStart < lineEnd, bytes[lineStart] == 0x09 { lineStart += 1 } }
        if bytes[lineStart..<lineEnd].elementsEqual(heredoc.delimiter) {
          isClosed = true
          break
        }
        body += bytes[lineStart..<lineEnd]
        body.append(0x0A)
        end = position
      }
      let range = fixedOffset.map { SourceRange($0, $0) } ?? SourceRange(start, max(start, end))
      if heredoc.isQuoted {
        heredocs[heredoc.index] = ShellWord(parts: [.text(body.commandText, isQuoted: true)], range: range)
      } else {
        heredocs[heredoc.index] = ShellWord(parts: parseCopy(body, offset: range.start), range: range)
      }
      // bash warns of an unclosed heredoc and goes on.
      if !isClosed { break }
    }
  }

  /// Parses a text without its own place in the source as the inside of double quotes.
  private mutating func parseCopy(_ text: [UInt8], offset: Int) -> [ShellWord.Part] {
    guard text.contains(where: { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") || $0 == UInt8(ascii: "\\") })
    else { return [.text(text.commandText, isQuoted: true)] }
    guard var inner = copy(of: text, offset: offset) else { return [] }
    let parts = inner.parseQuotedParts(until: .end)
    absorb(inner)
    return parts
  }

  /// A parser for a text that was unescaped out of this one; nil where that is too deep.
  mutating func copy(of text: [UInt8], offset: Int) -> ShellParser? {
    // Each level copies its text, so only a few are allowed.
    guard depth + 10 < ShellParser.maximumDepth else {
      fail()
      return nil
    }
    var inner = ShellParser(text, readsPlaceholders: readsPlaceholders)
    inner.depth = depth + 10
    inner.fixedOffset = fixedOffset ?? offset
    inner.heredocs = heredocs
    return inner
  }

  mutating func absorb(_ inner: ShellParser) {
    heredocs = inner.heredocs
    if let offset = inner.errorOffset, errorOffset == nil {
      errorOffset = offset
      position = bytes.count
    }
  }
}
