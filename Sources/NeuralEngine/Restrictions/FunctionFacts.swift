/// What rules ask about a function: who binds a name, who uses it, what is known of it.
struct FunctionFacts {
  let function: MILFunction
  /// The declared type of each name; the first declaration counts.
  private(set) var types: [String: TensorType] = [:]
  /// The statement that binds each name; parameters have none.
  private(set) var definitions: [String: Int] = [:]
  /// The statements that use each name.
  private(set) var consumers: [String: [Int]] = [:]

  init(_ function: MILFunction) {
    self.function = function
    for parameter in function.parameters where types[parameter.name] == nil {
      types[parameter.name] = parameter.type.tensorType
    }
    for (index, statement) in function.statements.enumerated() {
      for reference in statement.references { consumers[reference.name, default: []].append(index) }
      for result in statement.results where definitions[result.name] == nil {
        if types[result.name] == nil { types[result.name] = result.type.tensorType }
        definitions[result.name] = index
      }
    }
  }

  /// The statement that binds a name.
  func definition(of name: String) -> MILStatement? { definitions[name].map { function.statements[$0] } }

  /// What a statement is given for an argument, in parentheses or, as older operators want it, in brackets.
  func operand(_ name: String, of statement: MILStatement) -> MILArgument.Operand? {
    if let argument = statement.arguments.first(where: { $0.name == name }) { return argument.operand }
    return statement.attributes.first { $0.name == name }.map { .literal($0.value) }
  }

  /// The literal behind an argument, itself or bound by a `const`.
  func value(_ name: String, of statement: MILStatement) -> MILValue? {
    switch operand(name, of: statement) {
    case .literal(let value): value
    case .reference(let reference): constant(reference.name)
    case .references, nil: nil
    }
  }

  /// The literal a `const` binds to a name.
  func constant(_ name: String) -> MILValue? {
    guard let statement = definition(of: name), statement.operation == "const" else { return nil }
    return statement.attributes.first { $0.name == "val" }?.value
  }

  /// The type of what an argument is given.
  func type(_ name: String, of statement: MILStatement) -> TensorType? {
    switch operand(name, of: statement) {
    case .literal(let value): value.type?.tensorType
    case .reference(let reference): types[reference.name]
    case .references, nil: nil
    }
  }

  /// Whether an argument is known when the program is compiled.
  func isConstant(_ name: String, of statement: MILStatement) -> Bool {
    switch operand(name, of: statement) {
    case .literal: true
    case .reference(let reference): definition(of: reference.name)?.isConstant ?? false
    case .references, nil: false
    }
  }

  /// The operator that computes what an argument is given.
  func producer(_ name: String, of statement: MILStatement) -> MILStatement? {
    guard case .reference(let reference) = operand(name, of: statement) else { return nil }
    return definition(of: reference.name)
  }
}

extension MILStatement {
  /// Whether the results are known when the program is compiled.
  var isConstant: Bool { operation == "const" || operation.hasPrefix("constexpr_") }

  /// The names the statement uses.
  var references: [MILReference] {
    var references: [MILReference] = []
    for argument in arguments {
      switch argument.operand {
      case .reference(let reference): references.append(reference)
      case .references(let several): references += several
      case .literal: break
      }
    }
    return references
  }

  /// The literals in the statement.
  var literals: [MILValue] {
    attributes.map(\.value)
      + arguments.compactMap { if case .literal(let value) = $0.operand { value } else { nil } }
  }

  /// What diagnostics call the statement.
  var subject: String { results.first?.name ?? operation }

  /// Where an argument stands, or the statement where it is not given.
  func location(of argument: String) -> MILLocation? {
    arguments.first { $0.name == argument }?.location ?? attributes.first { $0.name == argument }?.location ?? location
  }
}
