/// Adds the bias of a convolution in a step of its own, since the device's takes none.
package struct BiasLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  package let id = "bias-legalization"
  /// What the pass does, in a few words.
  package let summary = "adds the bias of conv in a step of its own"
  /// Whether values stay the same bit for bit.
  package let isExact = false

  /// Creates the pass.
  package init() {}

  /// The graph after the pass.
  package func rewrite(_ graph: Graph) -> Graph {
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
