/// `x · cos + (P·x) · sin` by heads, where P brings the partners of a pair to each other's place.
struct RotaryFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    // The root is the last move back to [1, C, 1, S].
    guard graph.isRows(root.value), let (turned, moves) = graph.origin(root.value) else { return nil }
    let (channels, length) = (root.type.shape[1], root.type.shape[3])
    guard turned.matches(root.type.shape, [0, length, 0, 1]) else { return nil }
    for (sum, straight, crossed) in graph.operands(turned.source, .add) {
      for (scaling, kept, cosines) in graph.operands(straight, .mul) {
        for (weighing, partners, sines) in graph.operands(crossed, .mul) {
          guard let product = graph.node(partners, .matmul), let contraction = Contraction(product, in: graph),
            let matrix = partnerMatrix(contraction.a, in: graph)
          else { continue }
          let width = matrix.width
          guard channels % width == 0 else { continue }
          let heads = channels / width
          let (x, xMoves) = graph.view(kept)
          let expected = (shape: [1, heads, width, length], strides: [0, width * length, length, 1])
          guard x.matches(expected.shape, expected.strides), contraction.b.source == x.source,
            contraction.b.matches(expected.shape, expected.strides)
          else { continue }
          let (cosine, cosineMoves) = graph.view(cosines)
          let (sine, sineMoves) = graph.view(sines)
          guard [cosine, sine].allSatisfy({ $0.matches([1, 1, width, length], [0, 0, length, 1]) }) else { continue }
          let nodes = moves.union(xMoves).union(contraction.nodes).union([sum.id, scaling.id, weighing.id])
          // Tables moved into shape are shared by layers: their moves cost nothing and stay outside of the group.
          let shared = cosineMoves.union(sineMoves)
          let term = RotaryTerm(
            x: x.source,
            cosines: cosine.source,
            sines: sine.source,
            heads: heads,
            width: width,
            isInterleaved: matrix.isInterleaved
          )
          if let found = fusion(nodes.subtracting(shared), root, .rotary(term), in: graph) { return found }
        }
      }
    }
    return nil
  }

  /// What a constant matrix [1, 1, d, d] exchanges, if it is one that turns pairs.
  private func partnerMatrix(_ view: StridedView, in graph: GraphMatcher) -> (width: Int, isInterleaved: Bool)? {
    guard view.shape.count == 4, view.shape[0] == 1, view.shape[1] == 1, view.shape[2] == view.shape[3],
      case .numbers(let numbers) = graph.graph.constant(view.source), numbers.count == view.shape[2] * view.shape[2]
    else { return nil }
    let width = view.shape[2]
    guard width % 2 == 0 else { return nil }
    for isInterleaved in [true, false] {
      let matches = (0..<width).allSatisfy { row in
        let partner = isInterleaved ? row ^ 1 : (row + width / 2) % width
        return (0..<width).allSatisfy { column in
          let expected: Double = column == partner ? (partner > row ? -1 : 1) : 0
          return numbers[row * view.strides[2] + column * view.strides[3]] == expected
        }
      }
      if matches { return (width, isInterleaved) }
    }
    return nil
  }
}
