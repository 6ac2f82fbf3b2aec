import SkillFormat

/// Reads Python's tokens into statements. A statement that cannot be read is skipped, and noted in the module.
struct PythonParser {
  struct SyntaxError: Error {}

  let source: [UInt8]
  let tokens: [PythonToken]
  var position = 0
  /// How many brackets, blocks and prefixes lie around the current place.
  var nesting = 0
  /// How many f-strings lie around the current place.
  let formatNesting: Int
  private(set) var reboundNames: Set<String> = []
  private var unreadable: [SourceRange] = []

  /// Deeper expressions are read as opaque; deeper blocks are skipped.
  static let maximumNesting = 60
  static let maximumDepth = 150
  static let maximumFormatNesting = 3

  static func module(of source: [UInt8]) -> PythonModule {
    var parser = PythonParser(source: source, tokens: PythonTokenizer.tokens(of: source), formatNesting: 0)
    var statements: [PythonStatement] = []
    while parser.kind != .end { parser.parseStatement(into: &statements) }
    return PythonModule(
      statements: statements,
      documentation: documentation(of: statements),
      reboundNames: parser.reboundNames,
      unreadable: parser.unreadable
    )
  }

  /// The expression in a part of a source, such as a field of an f-string.
  static func expression(in range: SourceRange, of source: [UInt8], formatNesting: Int) -> PythonExpression? {
    let tokens = PythonTokenizer.tokens(ofExpressionIn: range, of: source)
    var parser = PythonParser(source: source, tokens: tokens, formatNesting: formatNesting)
    guard let expression = try? parser.parseExpressionList(), parser.kind == .end else { return nil }
    return expression
  }

  private init(source: [UInt8], tokens: [PythonToken], formatNesting: Int) {
    self.source = source
    self.tokens = tokens
    self.formatNesting = formatNesting
  }

  /// The text of a body's first statement, where that is a string.
  static func documentation(of body: [PythonStatement]) -> String? {
    guard case .expression(let expressions)? = body.first?.kind, expressions.count == 1,
      case .string(let text)? = expressions.first?.kind
    else { return nil }
    return text
  }

  // MARK: Tokens

  // The last token is always `.end`, and nothing moves beyond it.
  var token: PythonToken { tokens[position] }
  var kind: PythonToken.Kind { tokens[position].kind }
  var nextKind: PythonToken.Kind { tokens[min(position + 1, tokens.count - 1)].kind }
  /// The end of the token before the current one.
  var previousEnd: Int { position > 0 ? tokens[position - 1].end : 0 }

  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  mutating func accept(_ kind: PythonToken.Kind) -> Bool {
    guard self.kind == kind else { return false }
    advance()
    return true
  }

  mutating func expect(_ kind: PythonToken.Kind) throws(SyntaxError) {
    guard accept(kind) else { throw SyntaxError() }
  }

  func text(_ token: PythonToken) -> String { String(decoding: source[token.start..<token.end], as: UTF8.self) }

  mutating func expectName() throws(SyntaxError) -> String {
    guard kind == .name else { throw SyntaxError() }
    defer { advance() }
    return text(token)
  }

  mutating func noteGlobal(_ name: String) { reboundNames.insert(name) }

  mutating func noteUnreadable(_ range: SourceRange) { unreadable.append(range) }
}
