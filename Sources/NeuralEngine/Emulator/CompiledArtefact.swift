/// What compilation gives: the procedures of a program, with the weights they were compiled with.
struct CompiledArtefact: Sendable {
  /// A function of a program.
  struct Procedure: Sendable {
    /// The function's name.
    var name: String
    /// What executors are made from.
    var code: any ExecutableProcedure
    /// The names and types of the parameters, as the text lists them.
    var inputs: [ProgramPort]
    /// The names and types of the results, as the text lists them.
    var outputs: [ProgramPort]
    /// For each surface of a request, the parameter it meets.
    var inputOrder: [Int]
    /// For each surface of a request, the result it meets.
    var outputOrder: [Int]
    /// How many multiplications and additions an evaluation takes.
    var operationCount: Double
    /// How many nodes the device's compiler sees.
    var nodeCount: Int

    /// How many bytes an evaluation reads.
    var inputByteCount: Int { inputs.reduce(0) { $0 + ($1.type.byteCount ?? 0) } }

    /// How many bytes an evaluation writes.
    var outputByteCount: Int { outputs.reduce(0) { $0 + ($1.type.byteCount ?? 0) } }
  }

  /// What tells the text and the options from others; they are not needed themselves.
  let text: ContentHash
  let options: ContentHash
  var procedures: [Procedure]
  var weights: WeightFiles
  /// The faults the device keeps silent about.
  var diagnostics: [RestrictionFinding]
}

/// A parameter or result of a program.
public struct ProgramPort: Hashable, Sendable {
  /// The name in the text.
  public var name: String
  /// Its type.
  public var type: TensorType
}

extension CompiledArtefact.Procedure {
  init(_ graph: Graph, _ configuration: Device.Configuration, _ provider: any ExecutorProvider) {
    let profile = configuration.profile
    name = graph.name
    inputs = graph.inputs.map { ProgramPort(name: $0.name, type: graph.type(of: $0.value)) }
    outputs = graph.outputs.map { ProgramPort(name: $0.name, type: graph.type(of: $0.value)) }
    inputOrder = profile.bindingOrder(of: inputs.map(\.name), .input)
    outputOrder = profile.bindingOrder(of: outputs.map(\.name), .output)
    operationCount = graph.nodes.reduce(0) { $0 + graph.operationCount(of: $1) }
    nodeCount = graph.nodes.count { $0.operation != .input && $0.operation != .const }
    code = provider.procedure(
      for: ExecutorRequest(
        graph: graph,
        weightOptions: profile.weightOptions,
        inputOrder: inputOrder,
        outputOrder: outputOrder,
        numerics: configuration.numerics,
        ignoresAttentionMask: profile.enforces(.init(6)),
        rowLayout: configuration.rowLayout,
        memoryLimit: configuration.memoryLimit
      )
    )
  }
}

extension Graph {
  /// How many multiplications and additions a node takes.
  fileprivate func operationCount(of node: Node) -> Double {
    let results = Double(node.type.elementCount ?? 0)
    func size(_ argument: ArgumentName, _ axis: (Int) -> Int) -> Double {
      guard let value = node[argument] else { return 1 }
      let shape = type(of: value).shape
      let place = axis(shape.count)
      return shape.indices.contains(place) ? Double(shape[place]) : 1
    }
    switch node.operation {
    case .conv:
      guard let weight = node[.weight] else { return results }
      return 2 * results * Double(type(of: weight).shape.dropFirst().reduce(1, *))
    case .convTranspose:
      guard let x = node[.x], let weight = node[.weight] else { return results }
      return 2 * Double(type(of: x).elementCount ?? 0) * Double(type(of: weight).shape.dropFirst().reduce(1, *))
    case .einsum: return 2 * results * size(.values) { $0 - 1 }
    case .matmul: return 2 * results * size(.x) { $0 - (node.boolean(.transposeX) == true ? 2 : 1) }
    case .linear: return 2 * results * size(.x) { $0 - 1 }
    case .scaledDotProductAttention: return 4 * results * size(.key) { $0 - 2 }
    case .input, .const: return 0
    default: return results
    }
  }
}
