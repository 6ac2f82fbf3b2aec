/// `x · (mean(x²) + ε)^−½ · w`, with the mean taken as a mean, as a scaled sum, or of an x scaled beforehand.
struct RMSNormFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    for (_, normalized, weight) in graph.operands(root.value, .mul) where isChannelVector(weight, in: graph) {
      for (product, x, inverse) in graph.operands(normalized, .mul) {
        guard let root2 = InverseRoot(inverse, in: graph),
          let mean = MeanOfSquares(root2.operand, in: graph), mean.x == x
        else { continue }
        let nodes = root2.nodes.union(mean.nodes).union([product.id])
        return fusion(nodes, root, .rmsNorm(x: x, weight: weight, epsilon: root2.epsilon), in: graph)
      }
    }
    return nil
  }
}

/// `x · (p · (mean((x·p)²) + p²·ε)^−½) · w`, where p is one over the greatest magnitude of a column: squares do not
/// overflow, whatever x is. Any positive p gives the same in exact arithmetic.
struct PeakScaledNormFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    for (_, normalized, weight) in graph.operands(root.value, .mul) where isChannelVector(weight, in: graph) {
      for (product, x, factor) in graph.operands(normalized, .mul) {
        for (joining, inverse, scale) in graph.operands(factor, .mul) {
          guard let power = graph.node(scale, .pow), let base = power[.x], graph.scalar(power[.y]) == -0.5,
            let peak = PeakInverse(inverse, of: x, in: graph)
          else { continue }
          for (sum, squares, shift) in graph.operands(base, .add) {
            guard let (weighing, squared, epsilon) = graph.scaled(shift, .mul),
              let square = graph.node(squared, .mul), square[.x] == inverse, square[.y] == inverse,
              let mean = MeanOfSquares(squares, in: graph), let scaling = graph.node(mean.x, .mul),
              [scaling[.x], scaling[.y]] == [x, inverse] || [scaling[.x], scaling[.y]] == [inverse, x]
            else { continue }
            let nodes = peak.nodes.union(mean.nodes)
              .union([product.id, joining.id, power.id, sum.id, weighing.id, square.id, scaling.id])
            return fusion(nodes, root, .rmsNorm(x: x, weight: weight, epsilon: epsilon), in: graph)
          }
        }
      }
    }
    return nil
  }

  /// `max(max(|x|), floor)^−1` over channels, which is positive.
  private struct PeakInverse {
    var nodes: Set<NodeID>

    init?(_ value: ValueID, of x: ValueID, in graph: GraphMatcher) {
      guard let power = graph.node(value, .pow), graph.scalar(power[.y]) == -1, let base = power[.x],
        let (bounding, peak, floor) = graph.scaled(base, .maximum), floor > 0,
        let reduction = graph.node(peak, .reduceMax), reduction.integers(.axes) == [1],
        reduction.boolean(.keepDimensions) == true, let magnitudes = graph.node(reduction[.x], .abs),
        magnitudes[.x] == x
      else { return nil }
      nodes = [power.id, bounding.id, reduction.id, magnitudes.id]
    }
  }
}

/// `(x − mean(x)) · (mean((x − mean(x))²) + ε)^−½ · γ + β`
struct LayerNormFusion: FusionRule {
  func match(_ root: Node, in graph: GraphMatcher) -> Fusion? {
    for (_, scaled, bias) in graph.operands(root.value, .add) where isChannelVector(bias, in: graph) {
      for (scaling, normalized, weight) in graph.operands(scaled, .mul) where isChannelVector(weight, in: graph) {
        for (product, centered, inverse) in graph.operands(normalized, .mul) {
          guard let centering = graph.node(centered, .sub), let x = centering[.x], let mean = centering[.y],
            let reduction = graph.node(mean, .reduceMean), reduction[.x] == x, reduction.integers(.axes) == [1],
            let root2 = InverseRoot(inverse, in: graph),
            let variance = MeanOfSquares(root2.operand, in: graph), variance.x == centered
          else { continue }
          let nodes = root2.nodes.union(variance.nodes)
            .union([scaling.id, product.id, centering.id, reduction.id])
          let kernel = Fusion.Kernel.layerNorm(x: x, weight: weight, bias: bias, epsilon: root2.epsilon)
          return fusion(nodes, root, kernel, in: graph)
        }
      }
    }
    return nil
  }
}

/// Whether a value is a constant with a number for each channel, [1, C, 1, 1].
private func isChannelVector(_ value: ValueID, in graph: GraphMatcher) -> Bool {
  let shape = graph.shape(value)
  return graph.graph.constant(value) != nil && shape.count == 4 && shape[0] == 1 && shape[2] == 1 && shape[3] == 1
}

/// `(operand + ε)^−½`
private struct InverseRoot {
  var operand: ValueID
  var epsilon: Double
  var nodes: Set<NodeID>

  init?(_ value: ValueID, in graph: GraphMatcher) {
    if let node = graph.node(value, .rsqrt), let x = node[.x], let epsilon = node.number(.epsilon) {
      (operand, self.epsilon, nodes) = (x, epsilon, [node.id])
    } else if let power = graph.node(value, .pow), let base = power[.x], graph.scalar(power[.y]) == -0.5,
      let (sum, x, epsilon) = graph.scaled(base, .add)
    {
      (operand, self.epsilon, nodes) = (x, epsilon, [power.id, sum.id])
    } else {
      return nil
    }
  }
}

/// The mean over channels of a value's squares. Constants of the program are halves, so a factor that should be 1/C is
/// recognised when it is that within the precision of a half.
private struct MeanOfSquares {
  var x: ValueID
  var nodes: Set<NodeID>

  init?(_ value: ValueID, in graph: GraphMatcher) {
    var nodes: Set<NodeID> = []
    var factor = 1.0
    var current = value
    if let (node, x, number) = graph.scaled(current, .mul) {
      nodes.insert(node.id)
      factor *= number
      current = x
    }
    guard graph.shape(current).count == 4 else { return nil }
    let node = graph.node(current)
    guard let folded = node[.x], node.integers(.axes) == [1], node.boolean(.keepDimensions) == true else { return nil }
    let channels = Double(graph.shape(folded)[1])
    nodes.insert(node.id)
    var squared = folded
    switch node.operation {
    case .reduceMean: factor *= channels
    case .reduceSum: factor *= 1
    case .reduceSumSquare: break
    default: return nil
    }
    if node.operation != .reduceSumSquare {
      let square = graph.node(folded)
      guard let x = square[.x], square.operation == .square || square.operation == .mul && square[.y] == x else {
        return nil
      }
      nodes.insert(square.id)
      squared = x
    }
    if let (scaling, x, number) = graph.scaled(squared, .mul) {
      // (k·x)² sums to k²·Σx².
      nodes.insert(scaling.id)
      factor *= number * number
      squared = x
    }
    // A mean contributes 1/C by itself: the factor left must be 1, or C with the mean counted as a sum above.
    let expected = node.operation == .reduceMean ? channels : 1 / channels
    guard abs(factor / expected - 1) < 0x1p-9 else { return nil }
    self.x = squared
    self.nodes = nodes
  }
}
