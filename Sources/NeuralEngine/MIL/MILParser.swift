/// Reads the text of a program in the model intermediate language.
///
/// The text may come from anywhere: time and memory are linear in its length, nesting and counts are bounded.
public struct MILParser {
  /// How much of a text is read before it is refused.
  public struct Limits: Hashable, Sendable {
    /// The longest text, in bytes.
    public var textLength = 64 << 20
    /// The longest name, in bytes.
    public var identifierLength = 1024
    /// How many elements all lists of the text hold together.
    public var listElements = 4 << 20
    /// How deep types and lists nest.
    public var nesting = 16
    /// The most dimensions a type has.
    public var rank = 32

    /// Creates the default limits.
    public init() {}
  }

  private(set) var lexer: MILLexer
  var token: MILLexer.Token
  var elementCount = 0
  let limits: MILParser.Limits

  private init(_ bytes: [UInt8], limits: Limits) throws(MILSyntaxError) {
    guard bytes.count <= limits.textLength else {
      throw MILSyntaxError(
        .limitExceeded,
        at: MILLocation(line: 1, column: 1, offset: 0),
        expected: "\(limits.textLength)",
        found: "the text has \(bytes.count) bytes"
      )
    }
    lexer = MILLexer(bytes, limits: limits)
    self.limits = limits
    token = try lexer.next()
  }

  /// Reads a program.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - limits: How much is read before the text is refused.
  /// - Returns: The program, each node with its place.
  /// - Throws: `MILSyntaxError` for the first fault.
  public static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(MILSyntaxError) -> MILProgram {
    var parser = try MILParser(bytes, limits: limits)
    return try parser.program()
  }

  /// Reads a program.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limits: How much is read before the text is refused.
  /// - Returns: The program, each node with its place.
  /// - Throws: `MILSyntaxError` for the first fault.
  public static func parse(_ text: String, limits: Limits = Limits()) throws(MILSyntaxError) -> MILProgram {
    try parse(Array(text.utf8), limits: limits)
  }

  mutating func advance() throws(MILSyntaxError) { token = try lexer.next() }

  func unexpected(_ expected: String) -> MILSyntaxError {
    MILSyntaxError(.unexpectedToken, at: token.location, expected: expected, found: lexer.words(token))
  }

  func isAt(_ punctuation: Unicode.Scalar) -> Bool { token.kind == .punctuation(UInt8(ascii: punctuation)) }

  mutating func take(_ punctuation: Unicode.Scalar, _ context: StaticString = "") throws(MILSyntaxError) {
    guard isAt(punctuation) else { throw unexpected("'\(punctuation)'\(context)") }
    try advance()
  }

  mutating func takeIf(_ punctuation: Unicode.Scalar) throws(MILSyntaxError) -> Bool {
    guard isAt(punctuation) else { return false }
    try advance()
    return true
  }

  private mutating func take(word: StaticString) throws(MILSyntaxError) {
    guard token.kind == .identifier, lexer.isText(token, word) else { throw unexpected("'\(word)'") }
    try advance()
  }

  mutating func identifier(_ role: String) throws(MILSyntaxError) -> String {
    guard token.kind == .identifier else { throw unexpected(role) }
    let name = lexer.text(token)
    try advance()
    return name
  }
}

// MARK: - Programs and statements

extension MILParser {
  private mutating func program() throws(MILSyntaxError) -> MILProgram {
    try take(word: "program")
    try take("(", " and the version")
    guard token.kind == .integer || token.kind == .number else { throw unexpected("a version") }
    let version = lexer.text(token)
    try advance()
    try take(")")
    let attributes = try attributes()
    try take("{")
    var functions = [try function()]
    while !isAt("}") { functions.append(try function()) }
    try advance()
    guard token.kind == .end else { throw unexpected("the end of the text") }
    return MILProgram(version: version, attributes: attributes, functions: functions)
  }

  private mutating func function() throws(MILSyntaxError) -> MILFunction {
    let location = token.location
    try take(word: "func")
    let name = try identifier("the function's name")
    try take("<", " and the operator set")
    let operatorSet = try identifier("an operator set")
    try take(">")
    try take("(", " and the parameters")
    var parameters: [MILBinding] = []
    if !isAt(")") {
      repeat { parameters.append(try binding()) } while try takeIf(",")
    }
    try take(")", " or ','")
    try take("{")
    var statements: [MILStatement] = []
    while !isAt("}") { statements.append(try statement()) }
    try advance()
    guard token.kind == .arrow else { throw unexpected("'->'") }
    try advance()
    let results = try references()
    try take(";")
    return MILFunction(
      name: name,
      operatorSet: operatorSet,
      parameters: parameters,
      statements: statements,
      results: results,
      location: location
    )
  }

  private mutating func binding() throws(MILSyntaxError) -> MILBinding {
    let type = try type()
    let location = token.location
    // A use would be read as the literal.
    if token.kind == .identifier, bareWord() != nil { throw unexpected("a name that is no literal") }
    return MILBinding(type, try identifier("a name"), location: location)
  }

  private mutating func references() throws(MILSyntaxError) -> [MILReference] {
    try take("(")
    var references: [MILReference] = []
    repeat {
      let location = token.location
      references.append(MILReference(try identifier("the name of a value"), location: location))
    } while try takeIf(",")
    try take(")", " or ','")
    return references
  }

  private mutating func statement() throws(MILSyntaxError) -> MILStatement {
    var results: [MILBinding] = []
    repeat { results.append(try binding()) } while try takeIf(",")
    try take("=")
    let location = token.location
    let operation = try identifier("the name of an operator")
    try take("(", " and the arguments")
    var arguments: [MILArgument] = []
    if !isAt(")") {
      repeat { arguments.append(try argument()) } while try takeIf(",")
    }
    try take(")", " or ','")
    let attributes = try attributes()
    try take(";")
    return MILStatement(
      results: results,
      operation: operation,
      arguments: arguments,
      attributes: attributes,
      location: location
    )
  }

  private mutating func argument() throws(MILSyntaxError) -> MILArgument {
    let location = token.location
    let name = try identifier("the name of an argument")
    try take("=")
    return MILArgument(name, try operand(), location: location)
  }

  private mutating func operand() throws(MILSyntaxError) -> MILArgument.Operand {
    if isAt("(") { return .references(try references()) }
    if token.kind == .identifier, bareWord() == nil {
      // A name that an opening bracket follows is a type's; any other is a value's.
      let reference = token
      var ahead = lexer
      let following = try ahead.next()
      if following.kind != .punctuation(UInt8(ascii: "(")), following.kind != .punctuation(UInt8(ascii: "<")) {
        lexer = ahead
        token = following
        return .reference(MILReference(lexer.text(reference), location: reference.location))
      }
    }
    return .literal(try value())
  }

  private mutating func attributes() throws(MILSyntaxError) -> [MILAttribute] {
    guard try takeIf("[") else { return [] }
    var attributes: [MILAttribute] = []
    if !isAt("]") {
      repeat {
        let location = token.location
        let name = try identifier("the name of an attribute")
        try take("=")
        attributes.append(MILAttribute(name, try value(), location: location))
      } while try takeIf(",")
    }
    try take("]", " or ','")
    return attributes
  }
}
