import SkillFormat

// Functions and classes.
extension PythonParser {
  /// Reads decorators and what they decorate.
  mutating func parseDecorated() throws(SyntaxError) -> PythonStatement {
    let start = token.start
    var decorators: [PythonExpression] = []
    while accept(.at) {
      decorators.append(try parseNamedExpression())
      try expect(.newline)
    }
    _ = accept(.async)
    return kind == .class
      ? try parseClass(decorators: decorators, from: start) : try parseFunction(decorators: decorators, from: start)
  }

  mutating func parseFunction(
    decorators: [PythonExpression],
    from start: Int
  ) throws(SyntaxError) -> PythonStatement {
    let line = token.start
    try expect(.def)
    let name = try expectName()
    if kind == .leftBracket { try skipTypeParameters() }
    try expect(.leftParenthesis)
    let parameters = try parseParameters(closing: .rightParenthesis, allowsAnnotations: true)
    try expect(.rightParenthesis)
    if accept(.arrow) { _ = try parseExpressionList() }
    let body = try parseBody()
    let function = PythonFunction(
      name: name,
      parameters: parameters,
      decorators: decorators,
      body: body,
      documentation: Self.documentation(of: body),
      range: SourceRange(start, previousEnd),
      line: line
    )
    return PythonStatement(kind: .function(function), range: function.range)
  }

  mutating func parseClass(
    decorators: [PythonExpression],
    from start: Int
  ) throws(SyntaxError) -> PythonStatement {
    try expect(.class)
    let name = try expectName()
    if kind == .leftBracket { try skipTypeParameters() }
    var bases: [PythonExpression] = []
    if kind == .leftParenthesis {
      bases = try parseArguments().filter { $0.form == .positional }.map(\.value)
    }
    let body = try parseBody()
    let definition = PythonClass(
      name: name,
      bases: bases,
      decorators: decorators,
      body: body,
      range: SourceRange(start, previousEnd)
    )
    return PythonStatement(kind: .classDefinition(definition), range: definition.range)
  }

  private mutating func skipTypeParameters() throws(SyntaxError) {
    var depth = 0
    repeat {
      if kind == .leftBracket { depth += 1 } else if kind == .rightBracket { depth -= 1 }
      if kind == .newline || kind == .end { throw SyntaxError() }
      advance()
    } while depth > 0
  }
}
