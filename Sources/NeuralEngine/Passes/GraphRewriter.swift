/// Makes a graph from another one node by node, in order, so that what a node uses has been dealt with before it.
struct GraphRewriter {
  /// The graph as it was.
  let source: Graph
  /// The graph so far.
  private(set) var result: Graph
  /// The name of the node being rewritten, which its steps are named after.
  private(set) var name = ""
  private var substitutes: [ValueID: ValueID] = [:]
  private var names: Set<String>

  fileprivate init(_ source: Graph) {
    self.source = source
    result = source.emptied()
    names = Set(source.nodes.flatMap { $0.results.map(\.name) })
  }

  /// What stands for a value of the source now.
  func current(_ value: ValueID) -> ValueID { substitutes[value] ?? value }

  /// A node of the source as it is now, given what stands for its inputs.
  func current(_ node: Node) -> Node {
    var node = node
    for index in node.inputs.indices { node.inputs[index].value = current(node.inputs[index].value) }
    return node
  }

  /// The node that now computes a value of the source, as it stands in the result.
  func definition(_ value: ValueID) -> Node { result[current(value).node] }

  /// What a value of the source holds, if it is a scalar constant written into the program.
  func scalar(_ value: ValueID) -> Double? {
    let node = definition(value)
    guard node.type.elementCount == 1, case .numbers(let numbers) = node.constant else { return nil }
    return numbers.first
  }

  /// Lets a value of the result stand for one of the source from here on.
  mutating func replace(_ value: ValueID, with other: ValueID) {
    substitutes[value] = other
  }

  /// Adds a node; values are those of the result.
  mutating func add(
    _ operation: Operator,
    _ inputs: [Node.Input],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    name: String
  ) throws(GraphError) -> ValueID {
    ValueID(try result.add(operation, inputs, attributes, names: [unique(name)]))
  }

  /// Adds a constant.
  mutating func add(_ type: TensorType, _ payload: ConstantPayload, name: String) throws(GraphError) -> ValueID {
    try result.addConstant(unique(name), type, payload)
  }

  /// Adds a number that can be combined with a value.
  mutating func number(_ number: Double, like value: ValueID, name: String) throws(GraphError) -> ValueID {
    try add(TensorType(result.type(of: value).element), .numbers([number]), name: name)
  }

  private mutating func unique(_ name: String) -> String {
    var candidate = Identifier.spelled(name)
    var number = 1
    while !names.insert(candidate).inserted {
      number += 1
      candidate = Identifier.spelled(name, suffix: "_\(number)")
    }
    return candidate
  }

  fileprivate mutating func finish() -> Graph {
    for index in result.outputs.indices { result.outputs[index].value = current(result.outputs[index].value) }
    return result
  }

  /// Turns to a node: what it is replaced by may have its name.
  fileprivate mutating func turn(to node: Node) {
    name = node.name
    for result in node.results { names.remove(result.name) }
  }

  /// Keeps a node that was turned to.
  fileprivate mutating func leave(_ node: Node) {
    for result in node.results { names.insert(result.name) }
    result.append(current(node))
  }

  /// Takes back the nodes added since there were some number of them.
  fileprivate mutating func takeBack(to count: Int) {
    result.truncate(to: count)
  }
}

extension Graph {
  /// The graph with some nodes rewritten.
  ///
  /// - Parameter rule: Called with each node in order. It gives the value of the result that stands for the node's from
  ///   here on, or `nil` to keep the node. A rule that throws leaves the node as it was.
  /// - Returns: The graph that is left.
  func rewriting(_ rule: (inout GraphRewriter, Node) throws(GraphError) -> ValueID?) -> Graph {
    var rewriter = GraphRewriter(self)
    for node in nodes {
      let count = rewriter.result.nodes.count
      rewriter.turn(to: node)
      do throws(GraphError) {
        if let value = try rule(&rewriter, node) {
          rewriter.replace(node.value, with: value)
        } else {
          rewriter.takeBack(to: count)
          rewriter.leave(node)
        }
      } catch {
        rewriter.takeBack(to: count)
        rewriter.leave(node)
      }
    }
    return rewriter.finish()
  }

  /// The graph without the nodes a rule refuses; none of those kept may use them.
  func filtering(_ isKept: (Node) -> Bool) -> Graph {
    var graph = emptied()
    for node in nodes where isKept(node) { graph.append(node) }
    return graph
  }
}
