/// Spells out fused attention, whose mask the device ignores.
public struct AttentionLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "attention-legalization"
  /// What the pass does, in a few words.
  public let summary = "spells out scaled_dot_product_attention"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .scaledDotProductAttention, let query = node[.query], let key = node[.key],
        let value = node[.value], let width = graph.type(of: query).shape.last
      else { return nil }
      let scaled = try rewriter.apply(.mul, rewriter.current(query), 1 / Double(width).squareRoot(), "scaled")
      var scores = try rewriter.add(
        .matmul,
        [.init(.x, scaled), .init(.y, rewriter.current(key))],
        [.transposeY: .boolean(true)],
        name: "\(node.name)_scores"
      )
      if let mask = node[.attentionMask] {
        var addend = rewriter.current(mask)
        if graph.type(of: mask).element == .bool {
          let shown = try rewriter.number(0, like: scaled, name: "\(node.name)_shown")
          let hidden = try rewriter.number(-1e4, like: scaled, name: "\(node.name)_hidden")
          addend = try rewriter.add(
            .select,
            [.init(.condition, addend), .init(.a, shown), .init(.b, hidden)],
            name: "\(node.name)_mask"
          )
        }
        scores = try rewriter.apply(.add, scores, addend, "masked")
      }
      let shares = try rewriter.apply(.softmax, scores, "shares", [.axis: .integer(-1)])
      return try rewriter.last(.matmul, shares, rewriter.current(value))
    }
  }
}
