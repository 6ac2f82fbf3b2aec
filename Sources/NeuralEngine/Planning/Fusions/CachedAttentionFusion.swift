/// `cache + placeᵀ·rows`: each new row is added at the place its row of the selection matrix names.
struct CacheUpdateFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    let shape = root.type.shape
    guard root.operation == .add, shape.count == 4, shape[0] == 1, shape[2] == 1 else { return nil }
    let (places, width) = (shape[1], shape[3])
    for (_, cache, added) in graph.operands(root.value, .add) {
      // The cache must be an input nothing else reads, so that it can be written in place.
      guard graph.node(cache).operation == .input, graph.users(of: cache) == [root.id], !graph.isOutput(cache) else {
        continue
      }
      if let found = single(root, cache, added, in: graph) { return found }
      guard let (sum, moves) = graph.origin(added), let product = graph.node(sum.source, .matmul),
        let contraction = Contraction(product, in: graph)
      else {
        continue
      }
      for (isTransposed, reading) in [(false, contraction), (true, contraction.transposed)] {
        let length = reading.a.shape.last ?? 0
        guard reading.a.isMatrix([places, length], [1, places]), reading.b.isMatrix([length, width], [1, length]),
          graph.node(reading.a.source).operation == .input,
          // However the product is written, its elements must land as rows of the cache.
          sum.matches([1, places, 1, width], isTransposed ? [0, 1, 0, places] : [0, width, 0, 1])
        else { continue }
        let term = CacheTerm(cache: cache, place: reading.a.source, rows: reading.b.source)
        if let found = fusion(moves.union(contraction.nodes), root, .cacheUpdate(term), in: graph) { return found }
      }
    }
    return nil
  }

  /// The addition of a single row, whose place and numbers are multiplied element by element.
  private func single(_ root: Node, _ cache: ValueID, _ added: ValueID, in graph: GraphMatcher) -> Fusion? {
    let (places, width) = (root.type.shape[1], root.type.shape[3])
    for (product, column, row) in graph.operands(added, .mul) {
      let place = graph.view(column).view
      // The row is [1, 1, 1, width], which looks like activations of its own: what matters is what it is made from.
      guard let rows = graph.origin(row)?.view, place.matches([1, places, 1, 1], [0, 1, 0, 0]),
        graph.node(place.source).operation == .input,
        graph.shape(place.source).last == places, rows.matches([1, 1, 1, width], [0, 0, 0, 1]),
        graph.shape(rows.source).last == 1
      else { continue }
      let term = CacheTerm(cache: cache, place: place.source, rows: rows.source)
      return fusion([product.id], root, .cacheUpdate(term), in: graph)
    }
    return nil
  }
}

/// `softmax(scale · q·kᵀ + mask) · v` by groups of heads.
struct CachedAttentionFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    let shape = root.type.shape
    guard shape.count == 4, let length = shape.last else { return nil }
    // The product may come out channel by channel, or be brought into that form afterwards.
    let out: StridedView
    var moves: Set<NodeID> = []
    switch root.operation {
    case .matmul: out = StridedView(of: root.value, shape: shape)
    case .reshape:
      guard graph.isRows(root.value), let blocks = root[.x] else { return nil }
      (out, moves) = graph.view(blocks)
    default: return nil
    }
    guard let product = graph.node(out.source, .matmul), let weighted = Contraction(product, in: graph) else {
      return nil
    }
    for (isTransposed, reading) in [(false, weighted), (true, weighted.transposed)] {
      guard let softmax = graph.node(reading.a.source, .softmax), isLastAxis(softmax), let masked = softmax[.x],
        softmax.type.shape.count == 4, let heads = HeadGrouping(shares: softmax.type.shape, values: reading.b.shape)
      else { continue }
      // Scores are [outer, group, S, T]; the product is [outer, group, S, d] or has the last two axes exchanged, and
      // must be brought to [outer, group, d, S], which is channel by channel.
      let (width, shares) = (heads.width, softmax.type.shape)
      let block = width * length
      guard shares[2] == length, shape.dropLast().reduce(1, *) == heads.count * width,
        reading.a.matches(shares, StridedView.packed(shares)), heads.areRows(reading.b),
        out.matches(
          [shares[0], shares[1], width, length],
          [shares[1] * block, block] + (isTransposed ? [length, 1] : [1, width])
        )
      else { continue }
      guard var (term, nodes) = scores(masked, shares, heads, in: graph) else { continue }
      term.values = reading.b.source
      nodes = nodes.union(moves).union(weighted.nodes).union([softmax.id])
      if let fusion = fusion(nodes, root, .attention(term), in: graph) { return fusion }
    }
    return nil
  }

  /// The scaled and masked scores [outer, group, S, T].
  private func scores(
    _ masked: ValueID,
    _ shape: [Int],
    _ heads: HeadGrouping,
    in graph: GraphMatcher
  ) -> (term: AttentionTerm, nodes: Set<NodeID>)? {
    let (length, places, width) = (shape[2], shape[3], heads.width)
    for (sum, scored, mask) in graph.operands(masked, .add) {
      let (maskView, maskMoves) = graph.view(mask)
      guard maskView.matches([1, 1, length, places], [0, 0, places, 1]),
        graph.node(maskView.source).operation == .input
      else { continue }
      var nodes: Set<NodeID> = maskMoves.union([sum.id])
      var scale = 1.0
      var product = scored
      if let (scaling, x, factor) = graph.scaled(scored, .mul) {
        nodes.insert(scaling.id)
        scale *= factor
        product = x
      }
      guard let node = graph.node(product, .matmul), node.type.shape == shape,
        let contraction = Contraction(node, in: graph)
      else { continue }
      nodes.formUnion(contraction.nodes)
      var queries = contraction.a.source
      let block = [shape[1] * width * length, width * length, 1, length]
      guard contraction.a.matches([shape[0], shape[1], length, width], block),
        heads.areRows(contraction.b.matrixTransposed)
      else { continue }
      if let (scaling, x, factor) = graph.scaled(queries, .mul) {
        nodes.insert(scaling.id)
        scale *= factor
        queries = x
      }
      let term = AttentionTerm(
        queries: queries,
        keys: contraction.b.source,
        values: contraction.b.source,
        mask: maskView.source,
        scale: scale,
        heads: heads.count,
        keyValueHeads: heads.keyValueCount,
        width: width
      )
      return (term, nodes)
    }
    return nil
  }

  private func isLastAxis(_ node: Node) -> Bool {
    node.integer(.axis) == -1 || node.integer(.axis) == node.type.shape.count - 1
  }
}

/// How query heads share heads of keys and values in a product of rank 4.
private struct HeadGrouping {
  /// How many query heads there are.
  var count: Int
  /// How many heads of keys and values there are.
  var keyValueCount: Int
  /// How many numbers a head has.
  var width: Int
  /// How many cached rows there are.
  var places: Int
  /// Whether heads of keys lie on the first axis, [heads, 1, T, d]; on the second otherwise, [1, heads, T, d].
  var isGrouped: Bool

  /// The grouping of shares [outer, group, S, T] of values of a shape, if it is one.
  init?(shares: [Int], values: [Int]) {
    guard shares.count == 4, values.count == 4, values[2] == shares[3] else { return nil }
    (count, places, width) = (shares[0] * shares[1], values[2], values[3])
    switch (values[0], values[1]) {
    case (shares[0], 1): (isGrouped, keyValueCount) = (true, shares[0])
    case (1, shares[1]) where shares[0] == 1: (isGrouped, keyValueCount) = (false, shares[1])
    default: return nil
    }
  }

  /// Whether a view is of token-major rows, [T, heads · d].
  func areRows(_ view: StridedView) -> Bool {
    let row = keyValueCount * width
    return isGrouped
      ? view.matches([keyValueCount, 1, places, width], [width, 0, row, 1])
      : view.matches([1, keyValueCount, places, width], [0, width, row, 1])
  }
}

extension StridedView {
  /// Whether this is one matrix of two dimensions with strides, all axes in front being 1.
  func isMatrix(_ dimensions: [Int], _ strides: [Int]) -> Bool {
    let ones = shape.dropLast(2).map { _ in 1 }
    return matches(ones + dimensions, ones.map { _ in 0 } + strides)
  }
}
