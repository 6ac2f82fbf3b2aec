/// Runs a graph operator by operator.
package struct GraphEvaluator: Sendable {
  /// The graph.
  package let graph: Graph
  /// The graph's constants.
  package let constants: ConstantStore
  private let evaluator: NodeEvaluator
  /// The nodes that are computed, with the values nobody needs after each.
  private let steps: [Step]

  /// Why there are no results.
  package enum Failure: Error, Hashable {
    /// A value is needed that nothing gave.
    case missingValue(name: String)
    /// An operator that was to look at its indices was given one that names nothing.
    case invalidIndex(InvalidIndex)
  }

  private struct Step: Sendable {
    var node: Node
    var released: [ValueID]
  }

  /// Prepares a graph for evaluation.
  ///
  /// - Parameters:
  ///   - graph: A graph that verifies.
  ///   - weights: Its weight files.
  ///   - options: How strictly the files are read.
  ///   - evaluator: Carries out the operators.
  /// - Throws: `WeightError` where a weight is missing.
  package init(
    _ graph: Graph,
    weights: WeightFiles = WeightFiles(),
    options: ConstantStore.Options = .init(),
    evaluator: NodeEvaluator = NodeEvaluator()
  ) throws(WeightError) {
    self.graph = graph
    self.evaluator = evaluator
    constants = try ConstantStore(graph, weights: weights, options: options, evaluator: evaluator)
    let outputs = Set(graph.outputs.map(\.value))
    var seen = outputs
    var steps: [Step] = []
    for node in graph.nodes.reversed() {
      switch node.operation.category {
      case .input, .constant, .constantExpression: continue
      default: break
      }
      // What nobody uses is not computed.
      guard node.values.contains(where: seen.contains) else { continue }
      var released: [ValueID] = []
      for input in node.inputs where seen.insert(input.value).inserted { released.append(input.value) }
      steps.append(Step(node: node, released: released + node.values.filter { !seen.contains($0) }))
    }
    self.steps = steps.reversed()
  }

  /// Computes the outputs.
  ///
  /// - Parameter inputs: The values of the inputs.
  /// - Returns: The values of the outputs, in the graph's order.
  /// - Throws: ``Failure`` where an input was left out, a node does not give what it promises, or an index names nothing.
  package func evaluate(_ inputs: [ValueID: DenseTensor]) throws(Failure) -> [DenseTensor] {
    var values = inputs
    for (id, value) in inputs {
      guard evaluator.numerics.isFaithful, case .floats(var numbers) = value.elements else { continue }
      evaluator.numerics.receive(&numbers)
      values[id] = DenseTensor(value.type, numbers)
    }
    for step in steps {
      var arguments: [DenseTensor] = []
      for input in step.node.inputs { arguments.append(try value(input.value, in: values)) }
      if let index = evaluator.invalidIndex(step.node, arguments) { throw .invalidIndex(index) }
      for (id, result) in zip(step.node.values, evaluator.evaluate(step.node, arguments)) { values[id] = result }
      for id in step.released { values[id] = nil }
    }
    var outputs: [DenseTensor] = []
    for port in graph.outputs { outputs.append(try value(port.value, in: values)) }
    return outputs
  }

  /// About how many bytes an evaluation takes: all constants, and the values that are there together.
  package var peakByteCount: Double {
    func size(_ id: ValueID) -> Double { 4 * Double(graph.type(of: id).elementCount ?? .max) }
    var live = 0.0
    for node in graph.nodes {
      switch node.operation.category {
      case .input, .constant, .constantExpression: for value in node.values { live += size(value) }
      default: continue
      }
    }
    var peak = live
    for step in steps {
      for value in step.node.values { live += size(value) }
      peak = max(peak, live + graph.workingByteCount(of: step.node))
      for value in step.released where !isConstant(value) { live -= size(value) }
    }
    return peak
  }

  private func isConstant(_ id: ValueID) -> Bool {
    switch graph[id.node].operation.category {
    case .constant, .constantExpression: true
    default: false
    }
  }

  private func value(_ id: ValueID, in values: [ValueID: DenseTensor]) throws(Failure) -> DenseTensor {
    guard let value = values[id] ?? constants.value(id) else { throw .missingValue(name: graph.name(of: id)) }
    return value
  }
}
