internal import SkillFormat

extension ShellParser {
  /// Statements up to the end, a `)`, a `;;` or a word such as `done`, none of which is taken.
  mutating func parseStatements() -> [ShellStatement] {
    var statements: [ShellStatement] = []
    while errorOffset == nil {
      skipToCommand()
      guard let byte = peek(), byte != UInt8(ascii: ")") else { break }
      if byte == UInt8(ascii: ";") {
        if peek(1) == UInt8(ascii: ";") || peek(1) == UInt8(ascii: "&") { break }
        fail()
        break
      }
      if let keyword = keyword(), keyword.endsStatements { break }
      guard var statement = parseList() else { break }
      skipBlanks()
      if peek() == UInt8(ascii: "&"), peek(1) != UInt8(ascii: "&") {
        position += 1
        statement = .background(statement)
      } else if peek() == UInt8(ascii: ";"), peek(1) != UInt8(ascii: ";"), peek(1) != UInt8(ascii: "&") {
        position += 1
      } else if let next = peek(), next != 0x0A, next != UInt8(ascii: ")"), next != UInt8(ascii: ";"),
        next != UInt8(ascii: "#")
      {
        // After a compound statement only a separator or the word that closes the statement around it may follow.
        if keyword()?.endsStatements != true { fail() }
      }
      statements.append(statement)
    }
    return statements
  }

  /// Pipelines joined by `&&` and `||`.
  private mutating func parseList() -> ShellStatement? {
    guard let first = parsePipeline() else { return nil }
    var statements = [first]
    var operators: [ShellStatement.ListOperator] = []
    while errorOffset == nil {
      skipBlanks()
      if starts(with: "&&") {
        operators.append(.and)
      } else if starts(with: "||") {
        operators.append(.or)
      } else {
        break
      }
      position += 2
      skipToCommand()
      guard let next = parsePipeline() else {
        fail()
        operators.removeLast()
        break
      }
      statements.append(next)
    }
    return operators.isEmpty ? first : .list(statements, operators: operators)
  }

  private mutating func parsePipeline() -> ShellStatement? {
    var isNegated = false
    while true {
      if take(.not) {
        isNegated.toggle()
        skipBlanks()
      } else if keyword() == .time, timesPipeline() {
        position += 4
        skipBlanks()
      } else {
        break
      }
    }
    guard let first = parseCommand() else { return nil }
    var statements = [first]
    while errorOffset == nil {
      skipBlanks()
      guard peek() == UInt8(ascii: "|"), peek(1) != UInt8(ascii: "|") else { break }
      position += peek(1) == UInt8(ascii: "&") ? 2 : 1
      skipToCommand()
      guard let next = parseCommand() else {
        fail()
        break
      }
      statements.append(next)
    }
    let pipeline = statements.count == 1 ? first : .pipeline(statements)
    return isNegated ? .negation(pipeline) : pipeline
  }

  /// Whether `time` stands before a compound statement; before a simple command it is kept as its first word.
  private func timesPipeline() -> Bool {
    var probe = self
    probe.position += 4
    probe.skipBlanks()
    if probe.peek() == UInt8(ascii: "(") { return true }
    switch probe.keyword() {
    case .if, .while, .until, .for, .case, .openBrace, .openTest, .not: return true
    default: return false
    }
  }

  private mutating func parseCommand() -> ShellStatement? {
    guard errorOffset == nil, depth < ShellParser.maximumDepth else {
      fail()
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    let start = position
    if let keyword = keyword(), let compound = parseCompound(keyword, start: start) { return redirected(compound) }
    if errorOffset != nil { return nil }
    if peek() == UInt8(ascii: "(") {
      if peek(1) == UInt8(ascii: "("), let end = endOfArithmetic(from: position + 2) {
        position += 2
        let word = parseArithmetic(to: end)
        return redirected(.arithmetic(word))
      }
      position += 1
      let body = parseStatements()
      take(UInt8(ascii: ")"))
      return redirected(.subshell(body))
    }
    return parseSimpleCommand()
  }

  mutating func take(_ byte: UInt8) {
    if peek() == byte { position += 1 } else { fail() }
  }

  /// A compound statement that begins with a reserved word; nil where the word begins a simple command.
  private mutating func parseCompound(_ keyword: ShellKeyword, start: Int) -> ShellStatement? {
    switch keyword {
    case .if:
      position += 2
      return parseConditional()
    case .while, .until:
      position += 5
      let condition = parseStatements()
      expect(.do)
      let body = parseStatements()
      expect(.done)
      return .loop(
        ShellLoop(
          kind: keyword == .while ? .whileTrue : .untilTrue,
          condition: condition,
          body: body,
          range: range(from: start)
        )
      )
    case .for, .select:
      position += keyword.rawValue.utf8.count
      return parseFor(keyword, start: start)
    case .case:
      position += 4
      return parseMatch(start: start)
    case .openBrace:
      position += 1
      let body = parseStatements()
      expect(.closeBrace)
      return .group(body)
    case .openTest:
      position += 2
      return parseTest(start: start)
    case .function:
      position += 8
      skipBlanks()
      guard let name = parseWord()?.bareLiteral else {
        fail()
        return nil
      }
      skipBlanks()
      if peek() == UInt8(ascii: "("), peek(1) == UInt8(ascii: ")") { position += 2 }
      return parseFunctionBody(name, start: start)
    default: return nil
    }
  }

  private mutating func parseConditional() -> ShellStatement {
    var branches: [ShellStatement.Branch] = []
    var alternative: [ShellStatement]?
    repeat {
      let condition = parseStatements()
      expect(.then)
      let body = parseStatements()
      branches.append(ShellStatement.Branch(condition: condition, body: body))
      skipToCommand()
    } while errorOffset == nil && take(.elif)
    if take(.else) { alternative = parseStatements() }
    expect(.fi)
    return .conditional(branches, alternative: alternative)
  }

  private mutating func parseFor(_ keyword: ShellKeyword, start: Int) -> ShellStatement? {
    skipBlanks()
    if peek() == UInt8(ascii: "("), peek(1) == UInt8(ascii: "("), let end = endOfArithmetic(from: position + 2) {
      position += 2
      let header = parseArithmetic(to: end)
      skipBlanks()
      if peek() == UInt8(ascii: ";") { position += 1 }
      expect(.do)
      let body = parseStatements()
      expect(.done)
      return .loop(ShellLoop(kind: .forArithmetic, words: [header], body: body, range: range(from: start)))
    }
    guard let variable = parseWord()?.bareLiteral else {
      fail()
      return nil
    }
    skipToCommand()
    var words: [ShellWord]?
    if take(.in) {
      var list: [ShellWord] = []
      while true {
        skipBlanks()
        guard let word = parseWord() else { break }
        list.append(word)
      }
      words = list
    }
    skipBlanks()
    if peek() == UInt8(ascii: ";") { position += 1 }
    skipToCommand()
    var body: [ShellStatement] = []
    if take(.openBrace) {
      body = parseStatements()
      expect(.closeBrace)
    } else {
      expect(.do)
      body = parseStatements()
      expect(.done)
    }
    return .loop(
      ShellLoop(
        kind: keyword == .select ? .select : .forEach,
        variable: variable,
        words: words,
        body: body,
        range: range(from: start)
      )
    )
  }

  private mutating func parseMatch(start: Int) -> ShellStatement? {
    skipBlanks()
    guard let subject = parseWord() else {
      fail()
      return nil
    }
    expect(.in)
    var arms: [ShellMatch.Arm] = []
    while errorOffset == nil {
      skipToCommand()
      if take(.esac) { break }
      let armStart = position
      if peek() == UInt8(ascii: "(") { position += 1 }
      var patterns: [ShellWord] = []
      repeat {
        skipBlanks()
        guard let pattern = parseWord() else {
          fail()
          break
        }
        patterns.append(pattern)
        skipBlanks()
      } while takeIf(UInt8(ascii: "|"))
      take(UInt8(ascii: ")"))
      let body = parseStatements()
      arms.append(ShellMatch.Arm(patterns: patterns, body: body, range: range(from: armStart)))
      skipToCommand()
      if starts(with: ";;&") {
        position += 3
      } else if starts(with: ";;") || starts(with: ";&") {
        position += 2
      } else if keyword() != .esac {
        fail()
      }
    }
    return .match(ShellMatch(subject: subject, arms: arms, range: range(from: start)))
  }

  private mutating func takeIf(_ byte: UInt8) -> Bool {
    guard errorOffset == nil, peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func parseTest(start: Int) -> ShellStatement {
    var words: [ShellWord] = []
    while errorOffset == nil {
      skipToCommand()
      guard let byte = peek() else {
        fail()
        break
      }
      if byte == UInt8(ascii: "]"), starts(with: "]]"), peek(2).map(ShellParser.endsWord) != false || peek(2) == 0x0D {
        position += 2
        break
      }
      let wordStart = position
      if starts(with: "&&") || starts(with: "||") {
        position += 2
      } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "<")
        || byte == UInt8(ascii: ">")
      {
        position += 1
      } else if words.last?.bareLiteral == "=~" {
        words.append(parseRegularExpression())
        continue
      } else if let word = parseWord() {
        words.append(word)
        continue
      } else {
        fail()
        break
      }
      let text = bytes[wordStart..<position].commandText
      words.append(ShellWord(parts: [.text(text, isQuoted: false)], range: range(from: wordStart)))
    }
    return .test(words, range: range(from: start))
  }

  mutating func parseFunctionBody(_ name: String, start: Int) -> ShellStatement? {
    skipToCommand()
    let isCompound: Bool =
      switch keyword() {
      case .openBrace, .if, .while, .until, .for, .case, .openTest, .select: true
      default: peek() == UInt8(ascii: "(")
      }
    guard isCompound, let body = parseCommand() else {
      fail()
      return nil
    }
    return .function(name, body: body, range: range(from: start))
  }

  /// Takes the redirections behind a compound statement.
  private mutating func redirected(_ statement: ShellStatement) -> ShellStatement {
    if case .function = statement { return statement }
    var redirects: [ShellRedirect] = []
    while errorOffset == nil {
      skipBlanks()
      guard let redirect = parseRedirect() else { break }
      redirects.append(redirect)
    }
    return redirects.isEmpty ? statement : .redirected(statement, redirects)
  }
}
