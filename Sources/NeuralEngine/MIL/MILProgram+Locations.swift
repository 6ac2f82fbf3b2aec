extension MILProgram {
  /// The same program without the places of its nodes, as a compiler would have made it.
  public var withoutLocations: MILProgram {
    var program = self
    program.attributes = attributes.map(\.withoutLocations)
    program.functions = functions.map(\.withoutLocations)
    return program
  }
}

extension MILFunction {
  fileprivate var withoutLocations: MILFunction {
    MILFunction(
      name: name,
      operatorSet: operatorSet,
      parameters: parameters.map { MILBinding($0.type, $0.name) },
      statements: statements.map(\.withoutLocations),
      results: results.map { MILReference($0.name) }
    )
  }
}

extension MILStatement {
  fileprivate var withoutLocations: MILStatement {
    MILStatement(
      results: results.map { MILBinding($0.type, $0.name) },
      operation: operation,
      arguments: arguments.map { MILArgument($0.name, $0.operand.withoutLocations) },
      attributes: attributes.map(\.withoutLocations)
    )
  }
}

extension MILArgument.Operand {
  fileprivate var withoutLocations: MILArgument.Operand {
    switch self {
    case .reference(let reference): .reference(MILReference(reference.name))
    case .references(let references): .references(references.map { MILReference($0.name) })
    case .literal(let value): .literal(MILValue(value.type, value.payload))
    }
  }
}

extension MILAttribute {
  fileprivate var withoutLocations: MILAttribute { MILAttribute(name, MILValue(value.type, value.payload)) }
}
