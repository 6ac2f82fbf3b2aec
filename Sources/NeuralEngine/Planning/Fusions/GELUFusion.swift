/// `½x · (1 + tanh(√(2/π) · (x + 0.044715·x³)))`
struct GELUFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    if root.operation == .gelu, let x = root[.x], root.string(.mode) == "TANH_APPROXIMATION" {
      return fusion([], root, .gelu(x: x), in: graph)
    }
    for (_, half, share) in graph.operands(root.value, .mul) {
      guard let (halving, x, factor) = graph.scaled(half, .mul), factor == 0.5,
        let (raising, bent, one) = graph.scaled(share, .add), one == 1,
        let tanh = graph.node(bent, .tanh), let inner = tanh[.x],
        let (scaling, sum, outer) = graph.scaled(inner, .mul), isNear(outer, 0.797_884_56)
      else { continue }
      for (addition, first, cubic) in graph.operands(sum, .add) where first == x {
        guard let (weighing, cube, weight) = graph.scaled(cubic, .mul), isNear(weight, 0.044715) else { continue }
        for (cubing, squared, third) in graph.operands(cube, .mul) where third == x {
          guard let square = graph.node(squared, .mul), square[.x] == x, square[.y] == x else { continue }
          let nodes: Set<NodeID> = [
            halving.id, raising.id, tanh.id, scaling.id, addition.id, weighing.id, cubing.id, square.id,
          ]
          return fusion(nodes, root, .gelu(x: x), in: graph)
        }
      }
    }
    return nil
  }

  /// Whether a constant is a number within the precision of a half, or of the four digits some printers keep.
  private func isNear(_ number: Double, _ expected: Double) -> Bool {
    abs(number / expected - 1) < 0x1p-9
  }
}
