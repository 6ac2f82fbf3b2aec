/// Recognises one kind of fusion by the structure around its last node.
protocol FusionRule: Sendable {
  /// The fusion that ends at a node, if the rule knows one.
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion?
}

extension FusionRule {
  /// A fusion, unless a value inside it is needed outside.
  func fusion(_ nodes: Set<NodeID>, _ root: Node, _ kernel: Fusion.Kernel, in graph: GraphMatcher) -> Fusion? {
    let all = nodes.union([root.id])
    guard graph.isClosed(all, root: root.id) else { return nil }
    return Fusion(nodes: all, result: root.value, kernel: kernel)
  }
}
