/// A graph as a program, and how its ports are bound.
public struct LoweredGraph: Hashable, Sendable {
  /// The program.
  public var program: MILProgram
  /// Which surfaces its inputs and outputs are bound to.
  public var surfaces: SurfaceMap
}

extension Graph {
  /// Writes the graph as a program.
  ///
  /// Each output is a computed value of its own: those that are not get an `identity` first. What is known when the
  /// program is compiled stands in constants beside the node, named after it.
  ///
  /// - Returns: The program and how its ports are bound.
  /// - Throws: The first rule the graph breaks.
  public func lowered() throws(GraphViolation) -> LoweredGraph {
    try verify()
    let graph = OutputMaterialization().rewrite(self)
    var writer = ProgramWriter(graph: graph)
    return LoweredGraph(program: writer.program(), surfaces: SurfaceMap(graph))
  }
}

private struct ProgramWriter {
  let graph: Graph
  private var statements: [MILStatement] = []
  private var names: Set<String>
  /// The constants written into the attributes of older constant expressions, and nowhere else.
  private let inlined: Set<NodeID>

  init(graph: Graph) {
    self.graph = graph
    names = Set(graph.nodes.flatMap { $0.results.map(\.name) })
    var attributes: Set<NodeID> = []
    var others: Set<NodeID> = Set(graph.outputs.map(\.value.node))
    for node in graph.nodes {
      let isOld = node.isAttributeForm(in: graph)
      for input in node.inputs {
        if isOld { attributes.insert(input.value.node) } else { others.insert(input.value.node) }
      }
    }
    inlined = attributes.subtracting(others)
  }

  mutating func program() -> MILProgram {
    for node in graph.nodes {
      switch node.operation {
      case .input: break
      case .const: if !inlined.contains(node.id) { write(constant: node) }
      default: node.isAttributeForm(in: graph) ? write(attributeForm: node) : write(node)
      }
    }
    let function = MILFunction(
      name: graph.name,
      operatorSet: graph.operatorSet,
      parameters: graph.inputs.map {
        MILBinding(MILType(declaring: graph.type(of: $0.value)), graph.name(of: $0.value))
      },
      statements: statements,
      results: graph.outputs.map { MILReference(graph.name(of: $0.value)) }
    )
    let info = [
      ("coremlc-component-MIL", "3510.2.1"), ("coremlc-version", "3505.4.1"),
      ("coremltools-component-milinternal", ""), ("coremltools-version", "9.0"),
    ]
    let type = MILType.dictionary(key: .scalar(.string), value: .scalar(.string))
    let entries = info.map { MILValue.DictionaryEntry(key: $0.0, value: $0.1) }
    return MILProgram(
      attributes: [MILAttribute("buildInfo", MILValue(type, .dictionary(entries)))],
      functions: [function]
    )
  }

  private mutating func write(constant node: Node) {
    write(constant: node.name, MILValue(node))
  }

  private mutating func write(constant name: String, _ value: MILValue) {
    guard let type = value.type else { return }
    statements.append(
      MILStatement(
        results: [MILBinding(type, name)],
        operation: "const",
        attributes: [MILAttribute("name", .string(name)), MILAttribute("val", value)]
      )
    )
  }

  private mutating func write(_ node: Node) {
    var arguments: [MILArgument] = []
    for parameter in node.operation.signature.parameters {
      let name = parameter.name
      switch parameter.kind {
      case .tensor:
        guard let value = node[name] else { continue }
        arguments.append(MILArgument(name.rawValue, .reference(MILReference(graph.name(of: value)))))
      case .tensors:
        let values = node.inputs.filter { $0.argument == name }
        let references = values.map { MILReference(graph.name(of: $0.value)) }
        arguments.append(MILArgument(name.rawValue, .references(references)))
      case .constant:
        guard let value = node.attributes[name], !isLeftOut(parameter, value, of: node) else { continue }
        let parts = name.isTuple ? value.parts : [value]
        let references = parts.map { part in
          let companion = companion(of: node, name)
          write(constant: companion, MILValue(part, of: name, element: element(of: node)))
          return MILReference(companion)
        }
        arguments.append(MILArgument(name.rawValue, name.isTuple ? .references(references) : .reference(references[0])))
      }
    }
    arguments.sort { $0.name < $1.name }
    statements.append(
      MILStatement(
        results: node.results.map { MILBinding(MILType(declaring: $0.type), $0.name) },
        operation: node.operation.rawValue,
        arguments: arguments,
        attributes: [MILAttribute("name", .string(node.name))]
      )
    )
  }

  /// Writes a constant expression as programs before iOS 18 do: everything stands in the attributes.
  private mutating func write(attributeForm node: Node) {
    var attributes = [MILAttribute("name", .string(node.name))]
    for input in node.inputs {
      attributes.append(MILAttribute(input.argument.rawValue, MILValue(graph[input.value.node])))
    }
    for (name, value) in node.attributes {
      let element: ElementType? = name == .shape ? .uint32 : nil
      attributes.append(MILAttribute(name.rawValue, MILValue(value, element: .fp16, integers: element)))
    }
    attributes.sort { $0.name < $1.name }
    statements.append(
      MILStatement(
        results: [MILBinding(MILType(declaring: node.type), node.name)],
        operation: node.operation.rawValue,
        attributes: attributes
      )
    )
  }

  /// Whether an argument may stay away, having its default value.
  private func isLeftOut(
    _ parameter: OperatorSignature.Parameter,
    _ value: AttributeValue,
    of node: Node
  ) -> Bool {
    guard !parameter.isSpelledOut, case .defaulted(let plain) = parameter.presence, let first = node.inputs.first else {
      return false
    }
    return plain.value(rank: graph.type(of: first.value).shape.count) == value
  }

  /// The element type numbers beside a node have.
  private func element(of node: Node) -> ElementType {
    node.inputs.first.map { graph.type(of: $0.value).element } ?? .fp16
  }

  private mutating func companion(of node: Node, _ argument: ArgumentName) -> String {
    let suffix = argument.companionSuffix
    var name = Identifier.spelled(node.name, suffix: suffix, length: Identifier.maximumLength)
    var number = 1
    while !names.insert(name).inserted {
      number += 1
      name = Identifier.spelled(node.name, suffix: "\(suffix)\(number)", length: Identifier.maximumLength)
    }
    return name
  }
}

extension Node {
  /// Whether the node is a constant expression of the kind that keeps everything in its attributes.
  fileprivate func isAttributeForm(in graph: Graph) -> Bool {
    switch operation {
    case .constexprAffineDequantize, .constexprCast: break
    case .constexprLUTToDense, .constexprSparseToDense: guard attributes[.shape] != nil else { return false }
    default: return false
    }
    return inputs.allSatisfy { graph[$0.value.node].operation == .const }
  }
}

extension ArgumentName {
  /// What is put behind a node's name to name the constant beside it.
  fileprivate var companionSuffix: String {
    switch self {
    case .padType: "_pt"
    case .strides: "_st"
    case .pad: "_pd"
    case .dilations: "_dl"
    case .groups: "_gr"
    case .transposeX: "_tx"
    case .transposeY: "_ty"
    case .axis, .axes: "_ax"
    case .keepDimensions: "_kd"
    case .type: "_dt"
    case .begin: "_b"
    case .end: "_e"
    case .shape: "_sh"
    case .permutation: "_pm"
    default: "_" + rawValue
    }
  }
}
