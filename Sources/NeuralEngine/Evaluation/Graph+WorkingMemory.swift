extension Graph {
  /// About how many bytes computing a node takes beside its arguments and results.
  ///
  /// Convolutions and pools keep which cell each output sees under each tap of their kernel, convolutions what it holds,
  /// too.
  func workingByteCount(of node: Node) -> Double {
    let (kernel, channels): (ArraySlice<Int>, Int)
    switch node.operation {
    case .conv:
      guard let weight = node[.weight] else { return 0 }
      let shape = type(of: weight).shape
      (kernel, channels) = (shape.dropFirst(2), shape[1])
    case .averagePool, .maximumPool, .l2Pool: (kernel, channels) = ((node.integers(.kernelSizes) ?? [])[...], 0)
    default: return 0
    }
    guard kernel.contains(where: { $0 > 1 }) else { return 0 }
    let cells = (node.type.shape.dropFirst(2) + kernel).reduce(1) { $0 * Double($1) }
    return cells * Double(MemoryLayout<Int>.stride + channels * MemoryLayout<Float>.stride)
  }
}
