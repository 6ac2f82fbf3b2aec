/// A 1×1 convolution with a constant weight, the addition of its bias, and that of a residual.
struct LinearFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    if let (term, nodes) = LinearTerm.find(root.value, in: graph) {
      return fusion(nodes, root, .linear(term, residual: nil), in: graph)
    }
    for (_, product, residual) in graph.operands(root.value, .add)
    where graph.shape(residual) == graph.shape(root.value) && graph.graph.constant(residual) == nil {
      if let (term, nodes) = LinearTerm.find(product, in: graph), graph.shape(product) == graph.shape(residual),
        let found = fusion(nodes, root, .linear(term, residual: residual), in: graph)
      {
        return found
      }
    }
    return nil
  }
}

/// `silu(gate·x) · (up·x)`, silu as an operator or as `g · sigmoid(g)`.
struct GatedLinearFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    for (_, activated, raised) in graph.operands(root.value, .mul) {
      guard let (gated, activation) = gate(activated, in: graph),
        let (gate, gateNodes) = LinearTerm.find(gated, in: graph),
        let (up, upNodes) = LinearTerm.find(raised, in: graph), gate.x == up.x,
        graph.shape(gated) == graph.shape(raised)
      else { continue }
      let nodes = gateNodes.union(upNodes).union(activation)
      return fusion(nodes, root, .gatedLinear(gate: gate, up: up), in: graph)
    }
    return nil
  }

  private func gate(_ value: ValueID, in graph: GraphMatcher) -> (ValueID, Set<NodeID>)? {
    if let silu = graph.node(value, .silu), let x = silu[.x] { return (x, [silu.id]) }
    for (product, x, share) in graph.operands(value, .mul) {
      if let sigmoid = graph.node(share, .sigmoid), sigmoid[.x] == x { return (x, [product.id, sigmoid.id]) }
    }
    return nil
  }
}

extension LinearTerm {
  /// The product a value is, with its bias, and the nodes that make it, the value's own among them.
  static func find(_ value: ValueID, in graph: GraphMatcher) -> (LinearTerm, Set<NodeID>)? {
    if let node = graph.node(value, .conv), let term = LinearTerm(node, in: graph) { return (term, [node.id]) }
    for (sum, product, bias) in graph.operands(value, .add) {
      let shape = graph.shape(bias)
      guard graph.graph.constant(bias) != nil, let node = graph.node(product, .conv),
        var term = LinearTerm(node, in: graph), shape == [1, graph.shape(product)[1], 1, 1]
      else { continue }
      term.bias = bias
      return (term, [sum.id, node.id])
    }
    return nil
  }

  private init?(_ node: Node, in graph: GraphMatcher) {
    guard let x = node[.x], let weight = node[.weight], node[.bias] == nil, node.integer(.groups) == 1,
      node.integers(.strides).map({ $0.allSatisfy { $0 == 1 } }) ?? true
    else { return nil }
    let (input, kernel) = (graph.shape(x), graph.shape(weight))
    guard input.count == 4, input[0] == 1, input[2] == 1, kernel.count == 4, kernel[2] == 1, kernel[3] == 1,
      node.type.shape == [1, kernel[0], 1, input[3]]
    else { return nil }
    switch graph.node(weight).operation {
    case .const, .constexprBlockwiseShiftScale: break
    default: return nil
    }
    self.init(x: x, weight: weight)
  }
}
