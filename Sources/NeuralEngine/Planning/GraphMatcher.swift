/// A graph with what fusions ask of it: users, constants, views. What no output depends on is as if it were not there.
struct GraphMatcher {
  let graph: Graph
  /// The nodes that outputs depend on, each after those it needs.
  let nodes: [Node]
  private let users: [ValueID: [NodeID]]
  private let outputs: Set<ValueID>
  /// How many outputs are a value, as it is or reshaped.
  private var storeCounts: [ValueID: Int] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    let live = graph.liveNodes
    nodes = graph.nodes.filter { live.contains($0.id) }
    users = graph.users().mapValues { $0.filter(live.contains) }
    outputs = Set(graph.outputs.map(\.value))
    for port in graph.outputs { storeCounts[unmoved(port.value), default: 0] += 1 }
  }

  /// The node that computes a value.
  func node(_ value: ValueID) -> Node { graph[value.node] }

  /// The node that computes a value, if it is of an operator.
  func node(_ value: ValueID?, _ operation: Operator) -> Node? {
    guard let value else { return nil }
    let node = graph[value.node]
    return node.operation == operation ? node : nil
  }

  /// What a value was reshaped from, however often.
  func unmoved(_ value: ValueID) -> ValueID {
    var current = value
    while node(current).operation.keepsOrder, let x = node(current)[.x] { current = x }
    return current
  }

  /// How many outputs are a value that no reshaping gives.
  func storeCount(of value: ValueID) -> Int { storeCounts[value] ?? 0 }

  /// The type of a value.
  func type(of value: ValueID) -> TensorType { graph.type(of: value) }

  /// The shape of a value.
  func shape(_ value: ValueID) -> [Int] { graph.type(of: value).shape }

  /// Whether the outside sees a value.
  func isOutput(_ value: ValueID) -> Bool { outputs.contains(value) }

  /// The nodes that use a value.
  func users(of value: ValueID) -> [NodeID] { users[value] ?? [] }

  /// Whether all nodes of a group but its root are used within it only, so that their values need not exist.
  func isClosed(_ group: Set<NodeID>, root: NodeID) -> Bool {
    group.allSatisfy { id in
      id == root
        || graph[id].values.allSatisfy { !isOutput($0) && users(of: $0).allSatisfy(group.contains) }
    }
  }

  /// The number a constant of one element holds.
  func scalar(_ value: ValueID?) -> Double? {
    guard let value, case .numbers(let numbers) = graph.constant(value), numbers.count == 1 else { return nil }
    return numbers[0]
  }

  /// The operands of a node of two, both ways round.
  func operands(_ value: ValueID, _ operation: Operator) -> [(node: Node, ValueID, ValueID)] {
    guard let node = node(value, operation), let x = node[.x], let y = node[.y] else { return [] }
    return operation == .sub || operation == .pow || operation == .realDiv
      ? [(node, x, y)] : [(node, x, y), (node, y, x)]
  }

  /// The operand of a node whose other operand is a number.
  func scaled(_ value: ValueID, _ operation: Operator) -> (node: Node, ValueID, Double)? {
    for (node, x, y) in operands(value, operation) {
      if let number = scalar(y) { return (node, x, number) }
    }
    return nil
  }

  /// Whether a value has the form that plans keep in memory, [1, C, 1, S].
  func isRows(_ value: ValueID) -> Bool {
    let shape = shape(value)
    return shape.count == 4 && shape[0] == 1 && shape[2] == 1
  }

  /// What a value is made from by reshaping, transposing and the like, and the nodes that do it.
  ///
  /// Where a value of the form [1, C, 1, S] is on the way, the search ends at the last of them: what is computed in
  /// another form and brought into this one is a fusion of its own.
  func view(_ value: ValueID) -> (view: StridedView, nodes: Set<NodeID>) {
    var chain: [Node] = []
    var source = value
    while true {
      let node = graph[source.node]
      guard [.reshape, .transpose, .expandDims, .squeeze, .identity].contains(node.operation), let x = node[.x] else {
        break
      }
      chain.append(node)
      source = x
    }
    if !isRows(source), let last = chain.lastIndex(where: { isRows($0.value) }) {
      source = chain[last].value
      chain.removeSubrange(last...)
    }
    // A reshape that has to move elements ends the chain below it.
    while true {
      var view = StridedView(of: source, shape: shape(source))
      var failed: Int?
      for (index, node) in chain.enumerated().reversed() {
        if node.operation == .transpose, let permutation = node.integers(.permutation),
          permutation.count == view.shape.count
        {
          view = view.transposed(by: permutation)
        } else if let reshaped = view.reshaped(to: node.type.shape) {
          view = reshaped
        } else {
          failed = index
          break
        }
      }
      guard let failed else { return (view, Set(chain.map(\.id))) }
      source = chain[failed].value
      chain.removeSubrange(failed...)
    }
  }

  /// What a value [1, C, 1, S] is made from that was computed in another form, and the nodes that move it.
  func origin(_ value: ValueID) -> (view: StridedView, nodes: Set<NodeID>)? {
    let node = node(value)
    guard node.operation == .reshape, let x = node[.x] else { return nil }
    let (view, nodes) = view(x)
    return view.reshaped(to: node.type.shape).map { ($0, nodes.union([node.id])) }
  }
}
