/// Removes what no output depends on. Inputs stay, since they are declared.
package struct DeadCodeElimination: GraphPass {
  package let id = "dead-code"
  package let summary = "removes nodes no output depends on"
  package let isExact = true

  /// Creates the pass.
  package init() {}

  package func rewrite(_ graph: Graph) -> Graph {
    var live = Set(graph.outputs.map(\.value.node))
    for node in graph.nodes.reversed() where live.contains(node.id) {
      for input in node.inputs { live.insert(input.value.node) }
    }
    guard graph.nodes.contains(where: { $0.operation != .input && !live.contains($0.id) }) else { return graph }
    return graph.filtering { $0.operation == .input || live.contains($0.id) }
  }
}
