import SkillIR

/// Reads the fence of a workflow. The first mistake ends the reading, since what follows it would be guesswork.
struct DeclarationParser {
  typealias Token = DeclarationLexer.Token

  let text: WorkflowText
  private let tokens: [Token]
  private var index = 0

  init(_ text: WorkflowText, in range: Range<Int>? = nil) throws(WorkflowSyntaxError) {
    self.text = text
    tokens = try DeclarationLexer.tokens(of: text, in: range)
  }

  /// The declaration of a whole fence.
  static func declaration(in text: WorkflowText) throws(WorkflowSyntaxError) -> WorkflowDeclaration {
    var parser = try DeclarationParser(text)
    return try parser.declaration()
  }

  // MARK: Tokens

  var current: Token { tokens[min(index, tokens.count - 1)] }

  mutating func advance() -> Token {
    defer { index += 1 }
    return current
  }

  func isSymbol(_ symbol: Unicode.Scalar) -> Bool { current.kind == .symbol(UInt8(ascii: symbol)) }

  mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    guard isSymbol(symbol) else { return false }
    index += 1
    return true
  }

  func isWord(_ word: String) -> Bool { current.kind == .identifier && current.text == word }

  func failure(_ message: WorkflowMessage, at token: Token? = nil) -> WorkflowSyntaxError {
    WorkflowSyntaxError(message: message, offset: offset(of: token ?? current))
  }

  func offset(of token: Token) -> Int { text.sourceOffset(token.range.lowerBound) }

  mutating func expect(_ symbol: Unicode.Scalar, _ place: String) throws(WorkflowSyntaxError) {
    guard take(symbol) else { throw failure(.expected("'\(symbol)' \(place)", found: current)) }
  }

  mutating func name(of what: String) throws(WorkflowSyntaxError) -> WorkflowName {
    guard current.kind == .identifier else { throw failure(.expected("the name of \(what)", found: current)) }
    let token = advance()
    return WorkflowName(text: token.text, offset: offset(of: token))
  }

  // MARK: Declarations

  private mutating func declaration() throws(WorkflowSyntaxError) -> WorkflowDeclaration {
    var function: WorkflowDeclaration.Function?
    var types: [WorkflowDeclaration.TypeSyntax] = []
    while current.kind != .end {
      if take(";") { continue }
      let keyword = current
      guard keyword.kind == .identifier else { throw failure(.expectedDeclaration(found: keyword)) }
      switch keyword.text {
      case "func":
        guard function == nil else { throw failure(.secondFunction) }
        function = try self.function()
      case "struct": types.append(try structure())
      case "enum": types.append(try enumeration())
      default: throw failure(.expectedDeclaration(found: keyword))
      }
    }
    guard let function else { throw failure(.missingFunction) }
    return WorkflowDeclaration(function: function, types: types)
  }

  private mutating func function() throws(WorkflowSyntaxError) -> WorkflowDeclaration.Function {
    let documentation = advance().documentation
    let name = try name(of: "the workflow")
    let parameters = try parameterList()
    while isWord("async") || isWord("throws") { _ = advance() }
    var result: WorkflowDeclaration.TypeReference?
    if current.kind == .arrow {
      _ = advance()
      result = try type()
    }
    if isSymbol("{") { throw failure(.functionBody) }
    try endOfDeclaration()
    return WorkflowDeclaration.Function(
      name: name,
      parameters: parameters,
      result: result,
      documentation: documentation
    )
  }

  private mutating func parameterList() throws(WorkflowSyntaxError) -> [WorkflowDeclaration.Member] {
    try expect("(", "after the workflow's name")
    var parameters: [WorkflowDeclaration.Member] = []
    while !take(")") {
      let documentation = current.documentation
      let name = try name(of: "a parameter")
      if current.kind == .identifier { throw failure(.secondParameterName(name.text, current.text)) }
      parameters.append(try member(name, documentation: documentation))
      guard take(",") else {
        try expect(")", "after the parameters")
        break
      }
    }
    return parameters
  }

  /// The type and default after the name of a parameter or field.
  private mutating func member(
    _ name: WorkflowName,
    documentation: String
  ) throws(WorkflowSyntaxError) -> WorkflowDeclaration.Member {
    try expect(":", "and a type after '\(name.text)'")
    let type = try type()
    var defaultValue: LiteralSyntax?
    if take("=") { defaultValue = try literal(allowsReferences: false) }
    return WorkflowDeclaration.Member(
      name: name,
      type: type,
      defaultValue: defaultValue,
      documentation: documentation
    )
  }

  private mutating func structure() throws(WorkflowSyntaxError) -> WorkflowDeclaration.TypeSyntax {
    let documentation = advance().documentation
    let name = try name(of: "the structure")
    if isSymbol(":") { throw failure(.conformance) }
    try expect("{", "after '\(name.text)'")
    var fields: [WorkflowDeclaration.Member] = []
    while !take("}") {
      if take(";") { continue }
      let documentation = current.documentation
      if isWord("let") || isWord("var") { _ = advance() }
      if ["func", "struct", "enum", "case", "init"].contains(current.text), current.kind == .identifier {
        throw failure(.onlyFields(current.text))
      }
      fields.append(try member(try self.name(of: "a field, or '}'"), documentation: documentation))
      guard isSymbol("}") || isSymbol(";") || current.startsLine else {
        throw failure(
          isSymbol(",") ? .commaBetweenFields : .expected("';', a new line or '}' after the field", found: current)
        )
      }
    }
    return WorkflowDeclaration.TypeSyntax(name: name, kind: .structure(fields), documentation: documentation)
  }

  private mutating func enumeration() throws(WorkflowSyntaxError) -> WorkflowDeclaration.TypeSyntax {
    let documentation = advance().documentation
    let name = try name(of: "the enumeration")
    if take(":") {
      guard isWord("String") else { throw failure(.rawType) }
      _ = advance()
    }
    try expect("{", "after '\(name.text)'")
    var cases: [WorkflowDeclaration.TypeSyntax.Case] = []
    while !take("}") {
      if take(";") { continue }
      guard isWord("case") else { throw failure(.expected("'case' or '}'", found: current)) }
      _ = advance()
      repeat { cases.append(try enumCase()) } while take(",")
      guard isSymbol("}") || isSymbol(";") || current.startsLine else {
        throw failure(.expected("',', ';', a new line or '}' after the case", found: current))
      }
    }
    return WorkflowDeclaration.TypeSyntax(name: name, kind: .enumeration(cases), documentation: documentation)
  }

  private mutating func enumCase() throws(WorkflowSyntaxError) -> WorkflowDeclaration.TypeSyntax.Case {
    let name = try name(of: "a case")
    if isSymbol("(") { throw failure(.associatedValues) }
    guard take("=") else { return .init(name: name, rawValue: name.text) }
    guard current.kind == .string else { throw failure(.expected("a string in double quotes", found: current)) }
    return .init(name: name, rawValue: advance().text)
  }

  private mutating func endOfDeclaration() throws(WorkflowSyntaxError) {
    guard current.kind == .end || current.startsLine || isSymbol(";") else {
      throw failure(.expected("a new line after the declaration", found: current))
    }
  }
}

extension WorkflowMessage {
  static func expected(_ what: String, found token: DeclarationLexer.Token) -> Self {
    let found = token.kind == .end ? "the end" : token.kind == .string ? "a string" : "'\(token.text)'"
    return .syntax("expected \(what), found \(found)")
  }

  fileprivate static func expectedDeclaration(found token: DeclarationLexer.Token) -> Self {
    .expected("'func', 'struct' or 'enum'", found: token)
  }

  fileprivate static let missingFunction = Self.error(
    "missing-function",
    "a workflow declaration needs a function, such as 'func brief(sales: File) -> String'"
  )
  fileprivate static let secondFunction = Self.error(
    "second-function",
    "a declaration has one function; give the second workflow a fence and steps of its own"
  )
  fileprivate static let functionBody = Self.syntax(
    "a workflow has no body in braces; its steps are the numbered list after the declaration"
  )
  fileprivate static let conformance = Self.syntax(
    "a structure of a workflow names no protocols; remove the colon and what follows it"
  )
  fileprivate static let commaBetweenFields = Self.syntax(
    "fields are separated by ';' or a new line, not by ','"
  )
  fileprivate static let rawType = Self.syntax(
    "the values of an enumeration are strings; write ': String' or nothing"
  )
  fileprivate static let associatedValues = Self.syntax(
    "cases have no associated values here; use a structure"
  )

  fileprivate static func secondParameterName(_ first: String, _ second: String) -> Self {
    .syntax(
      "a parameter of a workflow has one name, which the steps use too; write '\(second):' or '\(first):'"
    )
  }

  fileprivate static func onlyFields(_ word: String) -> Self {
    .syntax("'\(word)' cannot stand in a structure, which has fields only, such as 'name: String'")
  }
}
