import SkillIR

extension DeclarationParser {
  /// How deep types and literals may nest.
  static let nestingLimit = 16

  mutating func type() throws(WorkflowSyntaxError) -> WorkflowDeclaration.TypeReference {
    let offset = offset(of: current)
    var names: [WorkflowName] = []
    let type = try type(depth: 0, names: &names)
    return WorkflowDeclaration.TypeReference(type: type, names: names, offset: offset)
  }

  private mutating func type(
    depth: Int,
    names: inout [WorkflowName]
  ) throws(WorkflowSyntaxError) -> SkillType {
    guard depth < Self.nestingLimit else { throw failure(.tooDeep("types")) }
    var result: SkillType
    if take("[") {
      let keyToken = current
      let first = try type(depth: depth + 1, names: &names)
      if take(":") {
        guard first == .string else { throw failure(.keyType(first), at: keyToken) }
        result = .dictionary(try type(depth: depth + 1, names: &names))
      } else {
        result = .array(first)
      }
      try expect("]", "after the element type")
    } else {
      if isSymbol("(") { throw failure(.tupleType) }
      let name = try name(of: "a type")
      if isSymbol("<") { throw failure(.genericType(name.text)) }
      if let builtIn = SkillType(builtIn: name.text) {
        result = builtIn
      } else {
        names.append(name)
        result = .named(name.text)
      }
    }
    while take("?") {
      // An optional of an optional says no more than an optional.
      if case .optional = result { continue }
      result = .optional(result)
    }
    return result
  }

  /// A value; in calls also a name in scope.
  mutating func literal(allowsReferences: Bool) throws(WorkflowSyntaxError) -> LiteralSyntax {
    try literal(allowsReferences: allowsReferences, depth: 0)
  }

  private mutating func literal(allowsReferences: Bool, depth: Int) throws(WorkflowSyntaxError) -> LiteralSyntax {
    guard depth < Self.nestingLimit else { throw failure(.tooDeep("values")) }
    let start = current
    let offset = offset(of: start)
    switch start.kind {
    case .string:
      _ = advance()
      return LiteralSyntax(value: .string(start.text), offset: offset)
    case .integer, .number: return LiteralSyntax(value: try number(isNegative: false), offset: offset)
    case .symbol(UInt8(ascii: "-")):
      _ = advance()
      guard current.kind == .integer || current.kind == .number else {
        throw failure(.expected("a number after '-'", found: current))
      }
      return LiteralSyntax(value: try number(isNegative: true), offset: offset)
    case .symbol(UInt8(ascii: ".")):
      _ = advance()
      return LiteralSyntax(value: .enumCase(try name(of: "a case").text), offset: offset)
    case .symbol(UInt8(ascii: "[")):
      _ = advance()
      return LiteralSyntax(value: try collection(depth: depth), offset: offset)
    case .identifier:
      switch start.text {
      case "true", "false":
        _ = advance()
        return LiteralSyntax(value: .bool(start.text == "true"), offset: offset)
      case "nil":
        _ = advance()
        return LiteralSyntax(value: .null, offset: offset)
      default:
        guard allowsReferences else { throw failure(.notALiteral(start.text)) }
        return LiteralSyntax(value: .reference(try path()), offset: offset)
      }
    default: throw failure(.expected("a value", found: start))
    }
  }

  private mutating func number(isNegative: Bool) throws(WorkflowSyntaxError) -> LiteralSyntax.Value {
    let token = advance()
    let spelling = (isNegative ? "-" : "") + token.text
    if token.kind == .integer {
      guard let value = Int(spelling) else { throw failure(.numberOutOfRange(spelling), at: token) }
      return .integer(value)
    }
    guard let value = Double(spelling), value.isFinite else { throw failure(.numberOutOfRange(spelling), at: token) }
    return .number(value)
  }

  /// What follows the opening bracket of an array or dictionary.
  private mutating func collection(depth: Int) throws(WorkflowSyntaxError) -> LiteralSyntax.Value {
    if take(":") {
      try expect("]", "after ':'")
      return .dictionary([])
    }
    var elements: [LiteralSyntax] = []
    var entries: [LiteralSyntax.Entry] = []
    while !take("]") {
      let start = current
      let element = try literal(allowsReferences: false, depth: depth + 1)
      if take(":") {
        guard case .string(let key) = element.value, elements.isEmpty else {
          throw failure(.expected("a string as key", found: start), at: start)
        }
        entries.append(.init(key: key, value: try literal(allowsReferences: false, depth: depth + 1)))
      } else {
        guard entries.isEmpty else { throw failure(.expected("':' and a value after the key", found: current)) }
        elements.append(element)
      }
      guard take(",") else {
        try expect("]", "after the elements")
        break
      }
    }
    return entries.isEmpty ? .array(elements) : .dictionary(entries)
  }

  private mutating func path() throws(WorkflowSyntaxError) -> WorkflowPath {
    let root = try name(of: "a value")
    var fields: [WorkflowName] = []
    while take(".") { fields.append(try name(of: "a field")) }
    guard fields.count < Self.nestingLimit else { throw failure(.tooDeep("paths")) }
    return WorkflowPath(root: root, fields: fields)
  }
}

extension WorkflowMessage {
  fileprivate static func tooDeep(_ what: String) -> Self {
    .error("nesting", "\(what) nest at most \(DeclarationParser.nestingLimit) deep")
  }

  fileprivate static func keyType(_ type: SkillType) -> Self {
    .syntax("the keys of a dictionary are strings: write '[String: …]', not '[\(type): …]'")
  }

  fileprivate static let tupleType = Self.syntax(
    "there are no tuples; declare a structure, or leave '-> ()' out where nothing is returned"
  )

  fileprivate static func genericType(_ name: String) -> Self {
    let mend =
      switch name {
      case "Array", "List", "Set": "write '[T]'"
      case "Dictionary", "Map", "Dict": "write '[String: T]'"
      case "Optional": "write 'T?'"
      default: "there are no generic types"
      }
    return .syntax("'\(name)<…>' is not a type of a workflow; \(mend)")
  }

  fileprivate static func notALiteral(_ word: String) -> Self {
    .syntax(
      "'\(word)' is not a literal; a default is a string, a number, 'true', 'false', 'nil', a '.case', or an array or dictionary of these"
    )
  }

  fileprivate static func numberOutOfRange(_ text: String) -> Self {
    .syntax("'\(text)' does not fit an Int or Double")
  }
}
