/// Spells out activations the device's compiler refuses.
///
/// `gelu` becomes its tanh form or, if that was asked for, its sigmoid form; `silu` becomes `x · σ(x)`.
public struct ActivationLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "activation-legalization"
  /// What the pass does, in a few words.
  public let summary = "spells out gelu and silu"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard let source = node[.x] else { return nil }
      let x = rewriter.current(source)
      switch node.operation {
      case .silu:
        let gate = try rewriter.apply(.sigmoid, x, "gate")
        return try rewriter.last(.mul, x, gate)
      case .gelu where node.string(.mode) == "SIGMOID_APPROXIMATION":
        let gate = try rewriter.apply(.sigmoid, try rewriter.apply(.mul, x, 1.702, "scaled"), "gate")
        return try rewriter.last(.mul, x, gate)
      case .gelu:
        let cube = try rewriter.apply(.mul, try rewriter.apply(.mul, x, x, "square"), x, "cube")
        let sum = try rewriter.apply(.add, x, try rewriter.apply(.mul, cube, 0.044715, "bent"), "sum")
        let bend = try rewriter.apply(.tanh, try rewriter.apply(.mul, sum, 0.7978845608028654, "inner"), "bend")
        let half = try rewriter.apply(.mul, x, 0.5, "half")
        return try rewriter.last(.mul, half, try rewriter.apply(.add, bend, 1, "gate"))
      default: return nil
      }
    }
  }
}
