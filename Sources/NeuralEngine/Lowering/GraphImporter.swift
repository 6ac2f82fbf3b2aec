/// Finds out what a program means: a graph with every name bound and every type known.
///
/// Constants that only say what is known when the program is compiled, such as a permutation, become attributes of the
/// nodes they are given to; all others become `const` nodes.
public struct GraphImporter {
  /// What was found wrong, in the order of the text.
  public private(set) var errors: [MILSemanticError] = []
  /// The graph; without meaning where there are errors.
  public private(set) var graph: Graph

  var scope: [String: Entry] = [:]
  /// Every name the text binds, which names made here keep away from.
  private var bound: Set<String> = []

  enum Entry {
    case value(ValueID)
    /// A constant that is no node, or none yet.
    case constant(MILValue, MILType)
    /// What a wrong statement would have given: nothing is said about its users.
    case broken
  }

  /// Imports a function of a program.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - name: The function's name; if there is only one, its name does not matter.
  public init(_ program: MILProgram, function name: String = "main") {
    let only = program.functions.count == 1 ? program.functions.first : nil
    if let function = program.functions.first(where: { $0.name == name }) ?? only {
      self.init(function)
    } else {
      self.init(missing: name, among: program.functions.map(\.name))
    }
  }

  private init(missing name: String, among functions: [String]) {
    graph = Graph(name: name, operatorSet: "ios18")
    let names = functions.map { "'\($0)'" }.joined(separator: ", ")
    report(.unknownFunction, "there is no function '\(name)' among \(names.isEmpty ? "none" : names)", name, nil)
  }

  /// Imports a function.
  ///
  /// - Parameter function: The function.
  public init(_ function: MILFunction) {
    graph = Graph(name: function.name, operatorSet: function.operatorSet)
    run(function)
  }

  /// Imports a function of a program.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - function: The function's name.
  /// - Returns: The graph.
  /// - Throws: The first mistake.
  public static func graph(
    from program: MILProgram,
    function: String = "main"
  ) throws(MILSemanticError) -> Graph {
    let importer = GraphImporter(program, function: function)
    if let error = importer.errors.first { throw error }
    return importer.graph
  }

  private mutating func run(_ function: MILFunction) {
    for parameter in function.parameters { bind(parameter: parameter) }
    bound = Set(function.parameters.map(\.name) + function.statements.flatMap { $0.results.map(\.name) })
    let known = namesKnownAtCompileTime(function)
    for statement in function.statements { read(statement, known: known) }
    var seen: Set<String> = []
    if function.results.isEmpty {
      report(.noResults, "the function gives nothing", function.name, function.location)
    }
    for result in function.results {
      if !seen.insert(result.name).inserted {
        report(.duplicateResult, "'\(result.name)' is given twice", result.name, result.location)
      } else if let value = value(result) {
        graph.outputs.append(.init(result.name, value))
      }
    }
  }

  /// The names of constants that arguments need when the program is compiled, and that nothing else uses.
  private func namesKnownAtCompileTime(_ function: MILFunction) -> Set<String> {
    var attributes: Set<String> = []
    var tensors = Set(function.results.map(\.name))
    for statement in function.statements {
      let signature = Operator(rawValue: statement.operation)?.signature
      for argument in statement.arguments {
        let parameter = ArgumentName(rawValue: argument.name).flatMap { signature?[$0] }
        var isConstant = ConstantFolding(rawValue: statement.operation) == .range
        if case .constant = parameter?.kind { isConstant = true }
        switch argument.operand {
        case .reference(let reference):
          if isConstant { attributes.insert(reference.name) } else { tensors.insert(reference.name) }
        case .references(let references):
          if isConstant {
            attributes.formUnion(references.map(\.name))
          } else {
            tensors.formUnion(references.map(\.name))
          }
        case .literal: break
        }
      }
    }
    return attributes.subtracting(tensors)
  }

  private mutating func bind(parameter: MILBinding) {
    guard let type = parameter.type.tensorType, type.element != .string, type.shape.allSatisfy({ $0 >= 1 }),
      type.elementCount != nil
    else {
      report(.invalidType, "a parameter cannot be of this type", parameter.name, parameter.location)
      return define(parameter, .broken)
    }
    guard isNew(parameter) else { return }
    scope[parameter.name] = .value(graph.addInput(parameter.name, type))
  }

  private mutating func read(_ statement: MILStatement, known: Set<String>) {
    if statement.operation == "const" { return readConstant(statement, known: known) }
    if settle(statement) { return }
    guard let operation = Operator(rawValue: statement.operation), operation != .input else {
      report(.unknownOperator, "there is no operator '\(statement.operation)'", statement)
      return abandon(statement)
    }
    let errorCount = errors.count
    let call = readArguments(statement, operation)
    guard let call, errors.count == errorCount else { return abandon(statement) }
    do throws(GraphError) {
      let node = try graph.makeNode(
        graph.nextID,
        operation,
        call.inputs,
        call.attributes,
        names: statement.results.map(\.name)
      )
      guard check(statement, node) else { return abandon(statement) }
      graph.append(node)
      for (binding, value) in zip(statement.results, node.values) { define(binding, .value(value)) }
    } catch {
      errors.append(
        MILSemanticError(
          code: error.code == .wrongResultCount ? .wrongResultCount : .invalidOperation,
          cause: error.code,
          message: "\(operation.rawValue): \(error.message)",
          name: statement.results.first?.name ?? "",
          location: statement.location
        )
      )
      abandon(statement)
    }
  }

  /// Whether a statement declares what its operator gives.
  private mutating func check(_ statement: MILStatement, _ node: Node) -> Bool {
    for (binding, result) in zip(statement.results, node.results) where binding.type.tensorType != result.type {
      let declared = binding.type.tensorType.map(\.description) ?? "dict"
      report(
        .typeMismatch,
        "'\(binding.name)' is declared \(declared), but '\(node.operation.rawValue)' gives \(result.type)",
        binding.name,
        binding.location ?? statement.location
      )
      return false
    }
    return true
  }

  private mutating func readConstant(_ statement: MILStatement, known: Set<String>) {
    guard statement.results.count == 1, let binding = statement.results.first else {
      report(.wrongResultCount, "'const' gives one value", statement)
      return abandon(statement)
    }
    var literal = statement.attributes.first { $0.name == "val" }?.value
    if literal == nil, case .literal(let value)? = statement.arguments.first(where: { $0.name == "val" })?.operand {
      literal = value
    }
    guard let literal else {
      report(.invalidConstant, "'const' needs 'val'", statement)
      return abandon(statement)
    }
    guard let declared = binding.type.tensorType else {
      report(.invalidType, "a constant cannot be of this type", binding.name, binding.location)
      return abandon(statement)
    }
    if let type = literal.type, type.tensorType != declared {
      let given = type.tensorType.map(\.description) ?? "dict"
      report(
        .typeMismatch,
        "'\(binding.name)' is declared \(declared), but 'val' is \(given)",
        binding.name,
        literal.location ?? binding.location
      )
      return abandon(statement)
    }
    guard isNew(binding) else { return }
    scope[binding.name] = .constant(literal, binding.type)
    if !known.contains(binding.name) { _ = value(MILReference(binding.name, location: binding.location)) }
  }

  private mutating func readArguments(
    _ statement: MILStatement,
    _ operation: Operator
  ) -> (inputs: [Node.Input], attributes: [ArgumentName: AttributeValue])? {
    var arguments = statement.arguments
    if operation.category == .constantExpression {
      // The older form keeps its arguments in the square brackets.
      arguments += statement.attributes.filter { $0.name != "name" }
        .map { MILArgument($0.name, .literal($0.value), location: $0.location) }
    }
    var inputs: [Node.Input] = []
    var attributes: [ArgumentName: AttributeValue] = [:]
    var seen: Set<String> = []
    let label = statement.results.first?.name ?? operation.rawValue
    var isSound = true
    for argument in arguments {
      let place = argument.location ?? statement.location
      guard let name = ArgumentName(rawValue: argument.name), let parameter = operation.signature[name] else {
        report(.unknownArgument, "'\(operation.rawValue)' takes no argument '\(argument.name)'", label, place)
        continue
      }
      guard seen.insert(argument.name).inserted else {
        report(.duplicateArgument, "'\(argument.name)' is given twice", label, place)
        continue
      }
      switch parameter.kind {
      case .tensor, .tensors:
        let values = values(of: argument, label: label, isList: parameter.kind == .tensors, place: place)
        isSound = isSound && values != nil
        inputs += (values ?? []).map { Node.Input(name, $0) }
      case .constant(let kind):
        guard let attribute = attribute(of: argument, kind, label: label, place: place) else {
          isSound = false
          continue
        }
        attributes[name] = attribute
      }
    }
    return isSound ? (inputs, attributes) : nil
  }

  /// The values an argument is given, or `nil` after a mistake.
  private mutating func values(
    of argument: MILArgument,
    label: String,
    isList: Bool,
    place: MILLocation?
  ) -> [ValueID]? {
    switch argument.operand {
    case .reference(let reference): return value(reference).map { [$0] }
    case .references(let references):
      guard isList || references.count == 1 else {
        report(.invalidOperation, "'\(argument.name)' takes one value", label, place)
        return nil
      }
      var values: [ValueID] = []
      for reference in references {
        guard let value = value(reference) else { return nil }
        values.append(value)
      }
      return values
    case .literal(let literal):
      guard let type = literal.type else {
        report(.invalidConstant, "'\(argument.name)' is a number without a type", label, literal.location ?? place)
        return nil
      }
      let name = freeName("\(label)_\(argument.name)")
      return addConstant(name, literal, type, place: literal.location ?? place).map { [$0] }
    }
  }

  mutating func attribute(
    of argument: MILArgument,
    _ kind: AttributeValue.Kind,
    label: String,
    place: MILLocation?
  ) -> AttributeValue? {
    var literal: MILValue
    switch argument.operand {
    case .literal(let value): literal = value
    case .references(let references):
      return attributes(of: argument, references, kind, label: label, place: place)
    case .reference(let reference):
      switch scope[reference.name] {
      case .constant(let value, _): literal = value
      case .broken: return nil
      case .value(let value):
        guard let known = MILValue(constant: graph[value.node]) else {
          let message =
            "'\(argument.name)' has to be known when the program is compiled, but '\(reference.name)' is not"
          report(.notConstant, message, label, reference.location ?? place)
          return nil
        }
        literal = known
      case nil:
        report(
          .undeclaredName,
          "there is no '\(reference.name)' before this statement",
          label,
          reference.location ?? place
        )
        return nil
      }
    }
    guard let value = AttributeValue(literal, as: kind) else {
      let message = "'\(argument.name)' cannot be this: \(kind.expectation) expected"
      report(.invalidConstant, message, label, literal.location ?? place)
      return nil
    }
    return value
  }

  /// The value a name stands for; a constant becomes a node now. `nil` after a mistake.
  mutating func value(_ reference: MILReference) -> ValueID? {
    switch scope[reference.name] {
    case .value(let value): return value
    case .broken: return nil
    case .constant(let literal, let type):
      let value = addConstant(reference.name, literal, type, place: literal.location ?? reference.location)
      scope[reference.name] = value.map(Entry.value) ?? .broken
      return value
    case nil:
      report(.undeclaredName, "there is no '\(reference.name)' before this", reference.name, reference.location)
      return nil
    }
  }

  private mutating func addConstant(
    _ name: String,
    _ literal: MILValue,
    _ type: MILType,
    place: MILLocation?
  ) -> ValueID? {
    guard let type = type.tensorType else {
      report(.invalidType, "a constant cannot be of this type", name, place)
      return nil
    }
    guard let payload = ConstantPayload(literal.payload, type) else {
      report(.invalidConstant, "the elements are not those of \(type)", name, place)
      return nil
    }
    do throws(GraphError) {
      return try graph.addConstant(name, type, payload)
    } catch {
      report(.invalidConstant, error.message, name, place)
      return nil
    }
  }

  /// A name no value has, for a literal that has none.
  private mutating func freeName(_ name: String) -> String {
    var candidate = Identifier.spelled(name)
    var number = 1
    while !bound.insert(candidate).inserted {
      number += 1
      candidate = Identifier.spelled(name, suffix: "_\(number)")
    }
    return candidate
  }

  mutating func isNew(_ binding: MILBinding) -> Bool {
    guard scope[binding.name] != nil else { return true }
    report(.redeclaredName, "there is a '\(binding.name)' already", binding.name, binding.location)
    return false
  }

  mutating func define(_ binding: MILBinding, _ entry: Entry) {
    if isNew(binding) { scope[binding.name] = entry }
  }

  mutating func abandon(_ statement: MILStatement) {
    for binding in statement.results where scope[binding.name] == nil { scope[binding.name] = .broken }
  }

  mutating func report(
    _ code: MILSemanticError.Code,
    _ message: String,
    _ statement: MILStatement,
    cause: GraphError.Code? = nil
  ) {
    report(code, message, statement.results.first?.name ?? "", statement.location, cause: cause)
  }

  mutating func report(
    _ code: MILSemanticError.Code,
    _ message: String,
    _ name: String,
    _ location: MILLocation?,
    cause: GraphError.Code? = nil
  ) {
    errors.append(MILSemanticError(code: code, cause: cause, message: message, name: name, location: location))
  }
}
