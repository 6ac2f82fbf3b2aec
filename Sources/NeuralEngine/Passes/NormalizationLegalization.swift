/// Spells out `layer_norm`.
public struct NormalizationLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "normalization-legalization"
  /// What the pass does, in a few words.
  public let summary = "spells out layer_norm"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .layerNorm, let source = node[.x], let axes = node.integers(.axes) else { return nil }
      let x = rewriter.current(source)
      let shape = node.type.shape.enumerated().map { axes.contains($0.offset) ? $0.element : 1 }
      let centred = try rewriter.apply(.sub, x, try rewriter.mean(x, axes: axes, "mean"), "centred")
      let square = try rewriter.apply(.mul, centred, centred, "square")
      let variance = try rewriter.mean(square, axes: axes, "variance")
      let base = try rewriter.apply(.add, variance, node.number(.epsilon) ?? 1e-5, "base")
      var result = centred
      let scale = try rewriter.apply(.pow, base, -0.5, "scale")
      guard node[.gamma] != nil || node[.beta] != nil else { return try rewriter.last(.mul, centred, scale) }
      result = try rewriter.apply(.mul, centred, scale, "plain")
      if let gamma = node[.gamma] {
        let factor = try rewriter.shaped(rewriter.current(gamma), shape, "gamma")
        guard node[.beta] != nil else { return try rewriter.last(.mul, result, factor) }
        result = try rewriter.apply(.mul, result, factor, "scaled")
      }
      guard let beta = node[.beta] else { return result }
      return try rewriter.last(.add, result, try rewriter.shaped(rewriter.current(beta), shape, "beta"))
    }
  }
}
