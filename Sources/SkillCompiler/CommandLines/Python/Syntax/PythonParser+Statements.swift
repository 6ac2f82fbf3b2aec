import SkillFormat

extension PythonParser {
  /// Reads one logical line, or a compound statement with its blocks.
  mutating func parseStatement(into statements: inout [PythonStatement]) {
    let start = token.start
    let first = position
    do throws(SyntaxError) {
      switch kind {
      case .newline, .dedent:
        advance()
      case .indent:
        // A block that no header asked for.
        let body = skippingHeader()
        statements.append(PythonStatement(kind: .block(body), range: SourceRange(start, previousEnd)))
      case .if: statements.append(try parseIf())
      case .while: statements.append(try parseWhile())
      case .for: statements.append(try parseFor(from: start))
      case .try: statements.append(try parseTry())
      case .with: statements.append(try parseWith(from: start))
      case .def: statements.append(try parseFunction(decorators: [], from: start))
      case .class: statements.append(try parseClass(decorators: [], from: start))
      case .at: statements.append(try parseDecorated())
      case .async:
        advance()
        switch kind {
        case .for: statements.append(try parseFor(from: start))
        case .with: statements.append(try parseWith(from: start))
        case .def: statements.append(try parseFunction(decorators: [], from: start))
        default: throw SyntaxError()
        }
      case .name where isMatchStatement(): statements.append(try parseMatch())
      default: try parseSimpleStatements(into: &statements)
      }
    } catch {
      // The place that could not be read is the line that the failure lies on, not the whole block before it.
      let place = position > first && tokens[position - 1].kind == .dedent ? token.start : start
      noteUnreadable(SourceRange(place, max(place, token.end)))
      if position == first { advance() }
      let body = skippingHeader()
      if !body.isEmpty {
        statements.append(PythonStatement(kind: .block(body), range: SourceRange(start, previousEnd)))
      }
    }
  }

  /// Goes to the next logical line and reads the block that follows it, if one does.
  private mutating func skippingHeader() -> [PythonStatement] {
    while kind != .newline, kind != .indent, kind != .dedent, kind != .end { advance() }
    if kind == .newline { advance() }
    guard kind == .indent else { return [] }
    return parseIndentedBlock()
  }

  /// Reads from an indent to its dedent.
  private mutating func parseIndentedBlock() -> [PythonStatement] {
    advance()
    var body: [PythonStatement] = []
    guard nesting < Self.maximumNesting else {
      noteUnreadable(token.range)
      var depth = 1
      while kind != .end, depth > 0 {
        if kind == .indent { depth += 1 } else if kind == .dedent { depth -= 1 }
        advance()
      }
      return body
    }
    nesting += 1
    while kind != .dedent, kind != .end { parseStatement(into: &body) }
    nesting -= 1
    _ = accept(.dedent)
    return body
  }

  /// Reads what follows a header: a colon, then a block or the rest of the line.
  mutating func parseBody() throws(SyntaxError) -> [PythonStatement] {
    try expect(.colon)
    if accept(.newline) {
      guard kind == .indent else { return [] }
      return parseIndentedBlock()
    }
    var body: [PythonStatement] = []
    try parseSimpleStatements(into: &body)
    return body
  }

  // MARK: Simple statements

  private mutating func parseSimpleStatements(into statements: inout [PythonStatement]) throws(SyntaxError) {
    repeat {
      if kind == .newline { break }
      statements.append(try parseSimpleStatement())
    } while accept(.semicolon)
    if kind != .end { try expect(.newline) }
  }

  private mutating func parseSimpleStatement() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    let kind: PythonStatement.Kind
    switch self.kind {
    case .pass, .break, .continue:
      advance()
      kind = .expression([])
    case .return:
      advance()
      kind = .return(endsStatement ? nil : try parseExpressionList())
    case .raise, .assert, .del:
      advance()
      var expressions: [PythonExpression] = []
      if !endsStatement {
        expressions.append(try parseExpressionList())
        if accept(.from) { expressions.append(try parseExpression()) }
      }
      kind = .expression(expressions)
    case .global, .nonlocal:
      let isGlobal = self.kind == .global
      advance()
      var names: [String] = []
      repeat { names.append(try expectName()) } while accept(.comma)
      if isGlobal { for name in names { noteGlobal(name) } }
      kind = isGlobal ? .global(names) : .expression([])
    case .import:
      advance()
      var names: [PythonStatement.ImportedName] = []
      repeat { names.append(try parseImportedName(isDotted: true)) } while accept(.comma)
      kind = .import(names)
    case .from: kind = try parseImportFrom()
    default: kind = try parseExpressionStatement()
    }
    return PythonStatement(kind: kind, range: SourceRange(start, previousEnd))
  }

  private var endsStatement: Bool { kind == .newline || kind == .semicolon || kind == .end }

  private mutating func parseDottedName() throws(SyntaxError) -> String {
    var name = try expectName()
    while accept(.dot) { name += "." + (try expectName()) }
    return name
  }

  private mutating func parseImportedName(isDotted: Bool) throws(SyntaxError) -> PythonStatement.ImportedName {
    let name = isDotted ? try parseDottedName() : try expectName()
    return PythonStatement.ImportedName(name: name, alias: accept(.as) ? try expectName() : nil)
  }

  private mutating func parseImportFrom() throws(SyntaxError) -> PythonStatement.Kind {
    advance()
    var level = 0
    while kind == .dot || kind == .ellipsis {
      level += kind == .dot ? 1 : 3
      advance()
    }
    let module = kind == .import ? "" : try parseDottedName()
    try expect(.import)
    if accept(.star) { return .importAll(module: module) }
    let hasBrackets = accept(.leftParenthesis)
    var names: [PythonStatement.ImportedName] = []
    repeat {
      if kind == .rightParenthesis { break }
      names.append(try parseImportedName(isDotted: false))
    } while accept(.comma)
    if hasBrackets { try expect(.rightParenthesis) }
    return .importFrom(module: module, level: level, names)
  }

  private mutating func parseExpressionStatement() throws(SyntaxError) -> PythonStatement.Kind {
    let first = try parseExpressionList()
    switch kind {
    case .equal:
      var targets: [PythonExpression] = []
      var value = first
      while accept(.equal) {
        targets.append(value)
        value = try parseExpressionList()
      }
      return .assignment(targets, value)
    case .colon:
      advance()
      let annotation = try parseExpression()
      return .annotated(first, annotation, accept(.equal) ? try parseExpressionList() : nil)
    case .augmentedAssignment:
      advance()
      return .augmented(first, try parseExpressionList())
    default:
      return .expression([first])
    }
  }

  // MARK: Compound statements

  private mutating func parseIf() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    var branches: [PythonStatement.Branch] = []
    repeat {
      advance()
      let test = try parseNamedExpression()
      branches.append(PythonStatement.Branch(test: test, body: try parseBody()))
    } while kind == .elif
    let otherwise = accept(.else) ? try parseBody() : []
    return PythonStatement(kind: .branches(branches, otherwise: otherwise), range: SourceRange(start, previousEnd))
  }

  private mutating func parseWhile() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    advance()
    let test = try parseNamedExpression()
    let body = try parseBody()
    let otherwise = accept(.else) ? try parseBody() : []
    return PythonStatement(
      kind: .loop(target: nil, over: test, body: body, otherwise: otherwise),
      range: SourceRange(start, previousEnd)
    )
  }

  private mutating func parseFor(from start: Int) throws(SyntaxError) -> PythonStatement {
    advance()
    let target = try parseTargets()
    try expect(.in)
    let iterable = try parseExpressionList()
    let body = try parseBody()
    let otherwise = accept(.else) ? try parseBody() : []
    return PythonStatement(
      kind: .loop(target: target, over: iterable, body: body, otherwise: otherwise),
      range: SourceRange(start, previousEnd)
    )
  }

  private mutating func parseTry() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    advance()
    let body = try parseBody()
    var handlers: [[PythonStatement]] = []
    while accept(.except) {
      // The exceptions' names mean nothing here, and Python 2 writes them otherwise.
      while kind != .colon, kind != .newline, kind != .end { advance() }
      handlers.append(try parseBody())
    }
    let otherwise = accept(.else) ? try parseBody() : []
    let last = accept(.finally) ? try parseBody() : []
    return PythonStatement(
      kind: .attempt(body: body, handlers: handlers, otherwise: otherwise, finally: last),
      range: SourceRange(start, previousEnd)
    )
  }

  private mutating func parseWith(from start: Int) throws(SyntaxError) -> PythonStatement {
    advance()
    // `with (a as b, c as d):` needs brackets to be read as part of the statement.
    let bracketed = kind == .leftParenthesis && closingColonFollows()
    if bracketed { advance() }
    var items: [PythonExpression] = []
    var targets: [(target: PythonExpression, item: Int)] = []
    repeat {
      if kind == .rightParenthesis { break }
      items.append(try parseExpression())
      if accept(.as) { targets.append((try parseTarget(), items.count - 1)) }
    } while accept(.comma)
    if bracketed { try expect(.rightParenthesis) }
    let body = try parseBody()
    return PythonStatement(
      kind: .with(items, targets: targets, body: body),
      range: SourceRange(start, previousEnd)
    )
  }

  /// Whether the bracket at the current place closes right before a colon.
  private func closingColonFollows() -> Bool {
    var depth = 0
    var i = position
    while i < tokens.count - 1 {
      switch tokens[i].kind {
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace:
        depth -= 1
        if depth == 0 { return tokens[i + 1].kind == .colon }
      case .newline: return false
      default: break
      }
      i += 1
    }
    return false
  }

  // MARK: match

  /// Whether a line that begins with the name `match` is a statement: it ends in a colon, and a block follows.
  private func isMatchStatement() -> Bool {
    guard token.end - token.start == 5, text(token) == "match" else { return false }
    switch nextKind {
    case .newline, .equal, .dot, .comma, .colon, .end: return false
    default: break
    }
    var i = position
    while tokens[i].kind != .newline, tokens[i].kind != .end { i += 1 }
    return tokens[i - 1].kind == .colon && i + 1 < tokens.count && tokens[i + 1].kind == .indent
  }

  private mutating func parseMatch() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    advance()
    let subject = try parseExpressionList()
    try expect(.colon)
    try expect(.newline)
    guard kind == .indent, nesting < Self.maximumNesting else { throw SyntaxError() }
    advance()
    nesting += 1
    defer { nesting -= 1 }
    var handlers: [[PythonStatement]] = []
    while kind != .dedent, kind != .end {
      guard kind == .name, text(token) == "case" else { throw SyntaxError() }
      skipPattern()
      handlers.append(try parseBody())
    }
    _ = accept(.dedent)
    // Each case may run or not, like the handlers of a `try`.
    let cases = PythonStatement.Kind.attempt(
      body: [PythonStatement(kind: .expression([subject]), range: subject.range)],
      handlers: handlers,
      otherwise: [],
      finally: []
    )
    return PythonStatement(kind: cases, range: SourceRange(start, previousEnd))
  }

  /// Goes to the colon that ends a `case` header.
  private mutating func skipPattern() {
    var depth = 0
    while kind != .newline, kind != .end {
      switch kind {
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
      case .colon where depth == 0: return
      default: break
      }
      advance()
    }
  }
}
