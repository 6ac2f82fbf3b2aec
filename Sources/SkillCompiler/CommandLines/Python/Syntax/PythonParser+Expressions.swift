import SkillFormat

extension PythonParser {
  /// An expression from its parts. One that nests too deep becomes opaque, so that no reader of the tree recurses
  /// without bound.
  func make(_ kind: PythonExpression.Kind, from start: Int, inside depth: Int) -> PythonExpression {
    let range = SourceRange(start, max(start, previousEnd))
    guard depth < Self.maximumDepth else { return PythonExpression(kind: .opaque, range: range, depth: 1) }
    return PythonExpression(kind: kind, range: range, depth: depth + 1)
  }

  /// Runs a reader one level deeper.
  mutating func nested<Result>(
    _ read: (inout PythonParser) throws(SyntaxError) -> Result
  ) throws(SyntaxError) -> Result {
    guard nesting < Self.maximumNesting else { throw SyntaxError() }
    nesting += 1
    defer { nesting -= 1 }
    return try read(&self)
  }

  /// One expression, or several with commas between them: a tuple.
  mutating func parseExpressionList() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    let first = try parseStarredOrNamed()
    guard kind == .comma else { return first }
    var elements = [first]
    while accept(.comma), beginsExpression { elements.append(try parseStarredOrNamed()) }
    return make(.tuple(elements), from: start, inside: elements.deepest)
  }

  /// What may stand between the commas of a list: an expression, `*expression` or `name := expression`.
  mutating func parseStarredOrNamed() throws(SyntaxError) -> PythonExpression {
    guard kind == .star else { return try parseNamedExpression() }
    let start = token.start
    advance()
    let value = try parseBinary(minimum: 4)
    return make(.starred(value), from: start, inside: value.depth)
  }

  mutating func parseNamedExpression() throws(SyntaxError) -> PythonExpression {
    guard kind == .name, nextKind == .walrus else { return try parseExpression() }
    let start = token.start
    let name = try expectName()
    advance()
    let value = try parseExpression()
    return make(.assignment(name, value), from: start, inside: value.depth)
  }

  var beginsExpression: Bool {
    switch kind {
    case .name, .number, .string, .ellipsis, .leftParenthesis, .leftBracket, .leftBrace, .star, .plus, .minus, .tilde,
      .not, .lambda, .await, .yield, .none, .true, .false:
      true
    default: false
    }
  }

  /// A whole expression, `lambda` and `a if b else c` included.
  mutating func parseExpression() throws(SyntaxError) -> PythonExpression {
    switch kind {
    case .lambda: return try parseLambda()
    case .yield: return try parseYield()
    default: break
    }
    let start = token.start
    let body = try parseBinary(minimum: 1)
    guard accept(.if) else { return body }
    let test = try parseBinary(minimum: 1)
    try expect(.else)
    let otherwise = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseExpression() }
    return make(
      .conditional(body, test: test, otherwise: otherwise),
      from: start,
      inside: max(body.depth, test.depth, otherwise.depth)
    )
  }

  private mutating func parseLambda() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    advance()
    let parameters = try parseParameters(closing: .colon, allowsAnnotations: false)
    try expect(.colon)
    let body = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseExpression() }
    return make(
      .lambda(parameters, body),
      from: start,
      inside: max(body.depth, parameters.compactMap(\.defaultValue).deepest)
    )
  }

  private mutating func parseYield() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    advance()
    if accept(.from) {
      let value = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseExpression() }
      return make(.yield(value, isFrom: true), from: start, inside: value.depth)
    }
    guard beginsExpression else { return make(.yield(nil, isFrom: false), from: start, inside: 0) }
    let value = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseExpressionList() }
    return make(.yield(value, isFrom: false), from: start, inside: value.depth)
  }

  // MARK: Operators

  /// Reads operators that bind at least as tightly as `minimum`: 1 `or`, 2 `and`, 3 `not`, 4 comparisons, 5 `|`,
  /// 6 `^`, 7 `&`, 8 shifts, 9 sums, 10 products, 11 signs.
  mutating func parseBinary(minimum: Int) throws(SyntaxError) -> PythonExpression {
    let start = token.start
    var left = try parsePrefix()
    while true {
      if minimum <= 4, let operation = acceptComparison() {
        left = try parseComparisons(after: left, operation, from: start)
        continue
      }
      guard let (operation, precedence) = Self.binaryOperator(kind), precedence >= minimum else { return left }
      advance()
      let right = try nested { (parser: inout PythonParser) throws(SyntaxError) in
        try parser.parseBinary(minimum: precedence + 1)
      }
      left = make(.binary(left, operation, right), from: start, inside: max(left.depth, right.depth))
    }
  }

  private mutating func parseComparisons(
    after left: PythonExpression,
    _ first: String,
    from start: Int
  ) throws(SyntaxError) -> PythonExpression {
    var comparisons: [PythonExpression.Comparison] = []
    var depth = left.depth
    var operation: String? = first
    while let current = operation {
      let value = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseBinary(minimum: 5) }
      depth = max(depth, value.depth)
      comparisons.append(PythonExpression.Comparison(operation: current, value: value))
      operation = acceptComparison()
    }
    return make(.comparison(left, comparisons), from: start, inside: depth)
  }

  private mutating func acceptComparison() -> String? {
    let operation: String
    switch kind {
    case .less: operation = "<"
    case .greater: operation = ">"
    case .equalEqual: operation = "=="
    case .notEqual: operation = "!="
    case .lessEqual: operation = "<="
    case .greaterEqual: operation = ">="
    case .in: operation = "in"
    case .is:
      advance()
      return accept(.not) ? "is not" : "is"
    case .not where nextKind == .in:
      advance()
      operation = "not in"
    default: return nil
    }
    advance()
    return operation
  }

  private static func binaryOperator(_ kind: PythonToken.Kind) -> (PythonExpression.Binary, Int)? {
    switch kind {
    case .or: (.or, 1)
    case .and: (.and, 2)
    case .bar: (.bitOr, 5)
    case .caret: (.bitXor, 6)
    case .ampersand: (.bitAnd, 7)
    case .leftShift: (.leftShift, 8)
    case .rightShift: (.rightShift, 8)
    case .plus: (.add, 9)
    case .minus: (.subtract, 9)
    case .star: (.multiply, 10)
    case .slash: (.divide, 10)
    case .doubleSlash: (.floorDivide, 10)
    case .percent: (.remainder, 10)
    case .at: (.matrixMultiply, 10)
    default: nil
    }
  }

  private mutating func parsePrefix() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    let operation: PythonExpression.Unary
    switch kind {
    case .not: operation = .not
    case .plus: operation = .plus
    case .minus: operation = .minus
    case .tilde: operation = .invert
    case .await:
      advance()
      let value = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parsePrefix() }
      return make(.await(value), from: start, inside: value.depth)
    default: return try parsePower()
    }
    advance()
    let operand = try nested { (parser: inout PythonParser) throws(SyntaxError) in
      try parser.parseBinary(minimum: operation == .not ? 4 : 11)
    }
    return make(.unary(operation, operand), from: start, inside: operand.depth)
  }

  private mutating func parsePower() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    let base = try parsePostfix()
    guard accept(.doubleStar) else { return base }
    let exponent = try nested { (parser: inout PythonParser) throws(SyntaxError) in
      try parser.parseBinary(minimum: 11)
    }
    return make(.binary(base, .power, exponent), from: start, inside: max(base.depth, exponent.depth))
  }

  // MARK: Attributes, calls, subscripts

  private mutating func parsePostfix() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    var value = try parseAtom()
    while true {
      switch kind {
      case .dot:
        advance()
        let name = try expectName()
        value = make(.attribute(value, name), from: start, inside: value.depth)
      case .leftParenthesis:
        let arguments = try parseArguments()
        value = make(
          .call(value, arguments),
          from: start,
          inside: max(value.depth, arguments.lazy.map(\.value).deepest)
        )
      case .leftBracket:
        advance()
        let index = try nested { (parser: inout PythonParser) throws(SyntaxError) in try parser.parseSubscript() }
        try expect(.rightBracket)
        value = make(.subscripted(value, index), from: start, inside: max(value.depth, index.depth))
      default: return value
      }
    }
  }

  /// Reads a call's arguments with their brackets.
  mutating func parseArguments() throws(SyntaxError) -> [PythonExpression.Argument] {
    try expect(.leftParenthesis)
    let arguments = try nested { (parser: inout PythonParser) throws(SyntaxError) in
      var arguments: [PythonExpression.Argument] = []
      while parser.kind != .rightParenthesis {
        arguments.append(try parser.parseArgument())
        guard parser.accept(.comma) else { break }
      }
      return arguments
    }
    try expect(.rightParenthesis)
    return arguments
  }

  private mutating func parseArgument() throws(SyntaxError) -> PythonExpression.Argument {
    if accept(.star) { return PythonExpression.Argument(form: .spread, value: try parseExpression()) }
    if accept(.doubleStar) { return PythonExpression.Argument(form: .keywordSpread, value: try parseExpression()) }
    if kind == .name, nextKind == .equal {
      let name = try expectName()
      advance()
      return PythonExpression.Argument(form: .keyword(name), value: try parseExpression())
    }
    let start = token.start
    let value = try parseNamedExpression()
    guard kind == .for || kind == .async else {
      return PythonExpression.Argument(form: .positional, value: value)
    }
    return PythonExpression.Argument(
      form: .positional,
      value: try parseComprehension(.generator, element: value, value: nil, from: start)
    )
  }

  private mutating func parseSubscript() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    let first = try parseSlice()
    guard kind == .comma else { return first }
    var elements = [first]
    while accept(.comma), kind != .rightBracket { elements.append(try parseSlice()) }
    return make(.tuple(elements), from: start, inside: elements.deepest)
  }

  private mutating func parseSlice() throws(SyntaxError) -> PythonExpression {
    let start = token.start
    var parts: [PythonExpression?] = [nil, nil, nil]
    if kind != .colon {
      let value = try parseStarredOrNamed()
      guard kind == .colon else { return value }
      parts[0] = value
    }
    for index in 1...2 where accept(.colon) {
      if beginsExpression { parts[index] = try parseExpression() }
    }
    return make(.slice(parts[0], parts[1], parts[2]), from: start, inside: parts.compactMap(\.self).deepest)
  }
}

extension Sequence where Element == PythonExpression {
  /// The greatest depth among the expressions.
  var deepest: Int { reduce(0) { Swift.max($0, $1.depth) } }
}
