/// A product of matrices on the last two axes, `a[…, M, K] · b[…, K, N]`, whatever way round the program writes it: the
/// operands as views of what they were made from.
struct Contraction {
  /// […, M, K]
  var a: StridedView
  /// […, K, N]
  var b: StridedView
  /// The nodes that move the operands, and the product's own.
  var nodes: Set<NodeID>

  init?(_ node: Node, in graph: GraphMatcher) {
    guard node.operation == .matmul, let x = node[.x], let y = node[.y] else { return nil }
    let (first, second) = (graph.view(x), graph.view(y))
    a = node.boolean(.transposeX) == true ? first.view.matrixTransposed : first.view
    b = node.boolean(.transposeY) == true ? second.view.matrixTransposed : second.view
    nodes = first.nodes.union(second.nodes).union([node.id])
  }

  /// The product read the other way round, `(a·b)ᵀ = bᵀ·aᵀ`.
  var transposed: Self {
    var other = self
    (other.a, other.b) = (b.matrixTransposed, a.matrixTransposed)
    return other
  }
}
