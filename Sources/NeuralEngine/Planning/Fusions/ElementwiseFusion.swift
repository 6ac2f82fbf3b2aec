/// A function of single elements that a kernel has.
struct ElementwiseFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    guard root.type.shape.count == 4, root.type.shape[0] == 1, root.type.shape[2] == 1, let x = root[.x] else {
      return nil
    }
    switch root.operation {
    case .exp, .sqrt, .sigmoid, .tanh, .silu, .relu, .abs, .square:
      return fusion([], root, .unary(root.operation, x: x), in: graph)
    case .add, .sub, .mul, .maximum, .minimum, .pow, .realDiv:
      guard let y = root[.y] else { return nil }
      if graph.shape(x) == root.type.shape, let number = graph.scalar(y) {
        return fusion([], root, .binary(root.operation, x: x, y: .number(number)), in: graph)
      }
      if graph.shape(x) == root.type.shape, graph.shape(y) == root.type.shape, graph.graph.constant(y) == nil,
        graph.graph.constant(x) == nil
      {
        return fusion([], root, .binary(root.operation, x: x, y: .value(y)), in: graph)
      }
      if [.add, .mul, .maximum, .minimum].contains(root.operation), graph.shape(y) == root.type.shape,
        let number = graph.scalar(x)
      {
        return fusion([], root, .binary(root.operation, x: y, y: .number(number)), in: graph)
      }
      return nil
    default: return nil
    }
  }
}
