/// Removes what no output depends on. Inputs stay, since they are declared.
public struct DeadCodeElimination: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "dead-code"
  /// What the pass does, in a few words.
  public let summary = "removes nodes no output depends on"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    let live = graph.liveNodes
    guard graph.nodes.contains(where: { $0.operation != .input && !live.contains($0.id) }) else { return graph }
    return graph.filtering { $0.operation == .input || live.contains($0.id) }
  }
}

extension Graph {
  /// The nodes that outputs depend on.
  var liveNodes: Set<NodeID> {
    var live = Set(outputs.map(\.value.node))
    for node in nodes.reversed() where live.contains(node.id) {
      for input in node.inputs { live.insert(input.value.node) }
    }
    return live
  }
}
