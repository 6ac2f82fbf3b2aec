/// Writes `rsqrt` and `inverse` as powers, and quotients by a number as products.
public struct ReciprocalLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "reciprocal-legalization"
  /// What the pass does, in a few words.
  public let summary = "writes rsqrt and inverse as powers, quotients by numbers as products"
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
      case .rsqrt, .inverse:
        let epsilon = node.number(.epsilon) ?? 0
        let base = epsilon == 0 ? x : try rewriter.apply(.add, x, epsilon, "base")
        return try rewriter.last(.pow, base, node.operation == .rsqrt ? -0.5 : -1)
      case .realDiv:
        guard let y = node[.y], let divisor = rewriter.scalar(y), node.type == graph.type(of: source),
          node.type.element.isFloatingPoint
        else { return nil }
        let factor = node.type.element.rounded(1 / divisor)
        // A reciprocal among the subnormal numbers would have lost its digits.
        guard factor.isFinite, factor.magnitude >= 0x1p-14 else { return nil }
        return try rewriter.last(.mul, x, factor)
      default: return nil
      }
    }
  }
}
