/// `B·(A·x)` where both matrices are inputs of the program: a low-rank correction that is swapped without compiling.
struct AdapterFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    guard graph.isRows(root.value), let (wide, moves) = graph.origin(root.value),
      let outer = graph.node(wide.source, .matmul).flatMap({ Contraction($0, in: graph) }),
      let inner = graph.node(outer.b.source, .matmul).flatMap({ Contraction($0, in: graph) })
    else { return nil }
    let (outputs, length) = (root.type.shape[1], root.type.shape[3])
    let inputs = graph.shape(inner.b.source)
    guard inputs.count == 4, graph.isRows(inner.b.source), inputs[3] == length,
      let rank = outer.a.shape.last, isInput(outer.a, [outputs, rank], in: graph),
      isInput(inner.a, [rank, inputs[1]], in: graph),
      inner.b.isMatrix([inputs[1], length], [length, 1]), outer.b.isMatrix([rank, length], [length, 1]),
      wide.matches(root.type.shape, [0, length, 0, 1])
    else { return nil }
    let term = AdapterTerm(x: inner.b.source, down: inner.a.source, up: outer.a.source, rank: rank)
    return fusion(moves.union(outer.nodes).union(inner.nodes), root, .adapter(term), in: graph)
  }

  /// Whether a view is an input as it is, read as a matrix.
  private func isInput(_ view: StridedView, _ dimensions: [Int], in graph: GraphMatcher) -> Bool {
    graph.node(view.source).operation == .input && view.isMatrix(dimensions, [dimensions[1], 1])
  }
}
