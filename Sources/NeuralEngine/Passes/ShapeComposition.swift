/// Makes one transposition of two.
public struct TransposeComposition: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "transpose-composition"
  /// What the pass does, in a few words.
  public let summary = "makes one transposition of two in a row"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .transpose, let x = node[.x], let outer = node.integers(.permutation) else { return nil }
      let inner = rewriter.definition(x)
      guard inner.operation == .transpose, let origin = inner[.x], let first = inner.integers(.permutation) else {
        return nil
      }
      let both = outer.map { first[$0] }
      return try rewriter.add(.transpose, [.init(.x, origin)], [.permutation: .integers(both)], name: node.name)
    }
  }
}

/// Makes one reshaping of two, axes put in and taken out among them.
public struct ReshapeComposition: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "reshape-composition"
  /// What the pass does, in a few words.
  public let summary = "makes one reshaping of two in a row"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  private static let reshapings: Set<Operator> = [.reshape, .expandDims, .squeeze]

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard Self.reshapings.contains(node.operation), let x = node[.x] else { return nil }
      let inner = rewriter.definition(x)
      guard Self.reshapings.contains(inner.operation), let origin = inner[.x] else { return nil }
      return try rewriter.add(.reshape, [.init(.x, origin)], [.shape: .integers(node.type.shape)], name: node.name)
    }
  }
}
