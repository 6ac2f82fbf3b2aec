/// `x · cos + (P·x) · sin` by heads, where P brings the partners of a pair to each other's place.
struct RotaryFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    let shape = root.type.shape
    guard root.operation == .add, shape.count == 4, shape[0] == 1 else { return nil }
    let (heads, width, length) = (shape[1], shape[2], shape[3])
    for (_, straight, crossed) in graph.operands(root.value, .add) {
      for (scaling, kept, cosines) in graph.operands(straight, .mul) {
        for (weighing, partners, sines) in graph.operands(crossed, .mul) {
          guard let exchange = PartnerExchange(partners, in: graph), exchange.width == width else { continue }
          let (x, xMoves) = graph.view(kept)
          let expected = (shape: [1, heads, width, length], strides: [0, width * length, length, 1])
          guard x.matches(expected.shape, expected.strides), exchange.x.source == x.source,
            exchange.x.reshaped(to: expected.shape)?.matches(expected.shape, expected.strides) == true
          else { continue }
          let (cosine, cosineMoves) = graph.view(cosines)
          let (sine, sineMoves) = graph.view(sines)
          guard [cosine, sine].allSatisfy({ $0.matches([1, 1, width, length], [0, 0, length, 1]) }) else { continue }
          let nodes = xMoves.union(exchange.nodes).union([scaling.id, weighing.id])
          // Tables moved into shape are shared by layers: their moves cost nothing and stay outside of the group.
          let shared = cosineMoves.union(sineMoves)
          let term = RotaryTerm(
            x: x.source,
            cosines: cosine.source,
            sines: sine.source,
            heads: heads,
            width: width,
            isInterleaved: exchange.isInterleaved
          )
          if let found = fusion(nodes.subtracting(shared), root, .rotary(term), in: graph) { return found }
        }
      }
    }
    return nil
  }
}

/// A product with a constant matrix that brings the partners of pairs to each other's place, one with its sign turned.
private struct PartnerExchange {
  var x: StridedView
  var width: Int
  var isInterleaved: Bool
  var nodes: Set<NodeID>

  init?(_ value: ValueID, in graph: GraphMatcher) {
    let matrix: StridedView
    if let product = graph.node(value, .matmul), let contraction = Contraction(product, in: graph) {
      (matrix, x, nodes) = (contraction.a, contraction.b, contraction.nodes)
    } else {
      // A single head's product may have become a convolution.
      let (view, moves) = graph.view(value)
      guard let node = graph.node(view.source, .conv), let (term, inner) = LinearTerm.find(view.source, in: graph),
        term.bias == nil
      else { return nil }
      let kernel = graph.shape(term.weight)
      matrix = StridedView(of: term.weight, shape: [1, 1, kernel[0], kernel[1]])
      x = StridedView(of: term.x, shape: graph.shape(term.x))
      nodes = moves.union(inner).union([node.id])
    }
    guard matrix.shape.count == 4, matrix.shape[0] == 1, matrix.shape[1] == 1, matrix.shape[2] == matrix.shape[3],
      matrix.shape[2] % 2 == 0, case .numbers(let numbers) = graph.graph.constant(matrix.source),
      numbers.count == matrix.shape[2] * matrix.shape[2]
    else { return nil }
    let width = matrix.shape[2]
    let style = [true, false].first { isInterleaved in
      (0..<width).allSatisfy { row in
        let partner = isInterleaved ? row ^ 1 : (row + width / 2) % width
        return (0..<width).allSatisfy { column in
          let expected: Double = column == partner ? (partner > row ? -1 : 1) : 0
          return numbers[row * matrix.strides[2] + column * matrix.strides[3]] == expected
        }
      }
    }
    guard let style else { return nil }
    self.width = width
    isInterleaved = style
  }
}
