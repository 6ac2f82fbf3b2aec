/// Removes what no output depends on. Inputs stay, since they are declared.
public struct DeadCodeElimination: GraphPass {
  public let id = "dead-code"
  public let summary = "removes nodes no output depends on"
  public let isExact = true

  /// Creates the pass.
  public init() {}

  public func rewrite(_ graph: Graph) -> Graph {
    var live = Set(graph.outputs.map(\.value.node))
    for node in graph.nodes.reversed() where live.contains(node.id) {
      for input in node.inputs { live.insert(input.value.node) }
    }
    guard graph.nodes.contains(where: { $0.operation != .input && !live.contains($0.id) }) else { return graph }
    return graph.filtering { $0.operation == .input || live.contains($0.id) }
  }
}
