/// `B·(A·x)` where both matrices are inputs of the program: a low-rank correction that is swapped without compiling.
struct AdapterFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    let shape = root.type.shape
    guard root.operation == .matmul, shape.count == 4, let outer = Contraction(root, in: graph),
      let product = graph.node(outer.b.source, .matmul), let inner = Contraction(product, in: graph)
    else { return nil }
    let (outputs, length) = (shape[2], shape[3])
    let inputs = graph.shape(inner.b.source).reduce(1, *) / max(length, 1)
    guard shape[0] == 1, shape[1] == 1, graph.shape(inner.b.source).last == length,
      let rank = outer.a.shape.last, isInput(outer.a, [outputs, rank], in: graph),
      isInput(inner.a, [rank, inputs], in: graph),
      inner.b.isMatrix([inputs, length], [length, 1]), outer.b.isMatrix([rank, length], [length, 1])
    else { return nil }
    let term = AdapterTerm(x: inner.b.source, down: inner.a.source, up: outer.a.source, rank: rank)
    // Layers that read the same activations share the move of these: it costs nothing and stays outside of the group.
    return fusion(outer.nodes.union([product.id]), root, .adapter(term), in: graph)
  }

  /// Whether a view is an input as it is, read as a matrix.
  private func isInput(_ view: StridedView, _ dimensions: [Int], in graph: GraphMatcher) -> Bool {
    graph.node(view.source).operation == .input && view.isMatrix(dimensions, [dimensions[1], 1])
  }
}
