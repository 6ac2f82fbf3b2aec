/// Adds the bias of a convolution in a step of its own, since the device's takes none.
public struct BiasLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "bias-legalization"
  /// What the pass does, in a few words.
  public let summary = "adds the bias of conv in a step of its own"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .conv, let bias = node[.bias], let x = node[.x], let weight = node[.weight] else {
        return nil
      }
      let product = try rewriter.add(
        .conv,
        [.init(.x, rewriter.current(x)), .init(.weight, rewriter.current(weight))],
        node.attributes,
        name: "\(node.name)_conv"
      )
      var shape = [Int](repeating: 1, count: node.type.shape.count)
      shape[1] = node.type.shape[1]
      return try rewriter.last(.add, product, try rewriter.shaped(rewriter.current(bias), shape, "bias"))
    }
  }
}
