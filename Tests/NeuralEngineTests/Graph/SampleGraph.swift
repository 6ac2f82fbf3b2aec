import TestSupport

@testable import NeuralEngine

/// Graphs of random shape, each valid, small enough to be computed element by element.
enum SampleGraph {
  static func make(seed: UInt64, nodes: Int = 24) throws -> Graph {
    var random = SplitMix(seed: seed)
    let builder = GraphBuilder()
    var pool = (0..<Int.random(in: 1...3, using: &random)).map { index in
      builder.input("in\(index)", .fp16, shape(&random))
    }
    for _ in 0..<nodes {
      guard let x = pool.randomElement(using: &random) else { break }
      let made = step(x, pool, builder, &random)
      // What was built wrongly is left out: the generator asks for shapes blindly where that is simpler.
      pool += made.filter { $0.value != nil && ($0.type.elementCount ?? 0) <= 400 && $0.shape.count <= 5 }
    }
    let outputs = pool.filter { $0.type.element == .fp16 }.shuffled(using: &random).prefix(3)
    for (index, tensor) in outputs.enumerated() { builder.output("out\(index)", tensor) }
    return builder.graph
  }

  /// A number for each element of each input.
  static func inputs(of graph: Graph, seed: UInt64) -> [String: [Double]] {
    var random = SplitMix(seed: seed)
    return Dictionary(
      uniqueKeysWithValues: graph.inputs.map { port in
        (port.name, (0..<(graph.type(of: port.value).elementCount ?? 0)).map { _ in number(&random) })
      }
    )
  }

  private static func number(_ random: inout SplitMix) -> Double {
    Double(Int.random(in: -32...32, using: &random)) / 16
  }

  private static func shape(_ random: inout SplitMix) -> [Int] {
    [1, Int.random(in: 1...4, using: &random), 1, Int.random(in: 1...4, using: &random)]
  }

  private static func constant(_ shape: [Int], _ builder: GraphBuilder, _ random: inout SplitMix) -> Tensor {
    builder.constant((0..<shape.reduce(1, *)).map { _ in number(&random) }, TensorType(.fp16, shape))
  }

  private static func step(
    _ x: Tensor,
    _ pool: [Tensor],
    _ builder: GraphBuilder,
    _ random: inout SplitMix
  ) -> [Tensor] {
    let rank = x.shape.count
    guard x.type.element == .fp16 else { return [x.cast(to: .fp16)] }
    switch Int.random(in: 0..<27, using: &random) {
    case 0: return [x.identity()]
    case 1: return [x.cast(to: .fp32)]
    case 2: return [x.cast(to: .fp32).cast(to: .fp16)]
    case 3: return [x.relu()]
    case 4: return [x.tanh()]
    case 5: return [x.unary(.silu)]
    case 6: return [builder.apply(.gelu, [(.x, x)], [.mode: .string("TANH_APPROXIMATION")])]
    case 7: return [x + x]
    case 8: return [x * number(&random)]
    case 9: return [x * 1]
    case 10:
      let other = pool.filter { $0.type.element == .fp16 && TensorType.broadcast($0.shape, x.shape) != nil }
      return other.randomElement(using: &random).map { [x - $0] } ?? []
    case 11:
      let order = [Int](0..<rank).shuffled(using: &random)
      return [x.transposed(order)]
    case 12:
      let order = [Int](0..<rank).shuffled(using: &random)
      return [x.transposed(order).transposed([Int](0..<rank).shuffled(using: &random))]
    case 13: return [x.reshaped([1, -1, 1, 1])]
    case 14: return [x.reshaped([-1]).reshaped(x.shape.reversed())]
    case 15: return rank < 5 ? [x.expanded(axes: [Int.random(in: 0...rank, using: &random)])] : []
    case 16:
      guard let axis = x.shape.indices.randomElement(using: &random) else { return [] }
      let start = Int.random(in: 0..<x.shape[axis], using: &random)
      return [x.sliced(axis: axis, start..<x.shape[axis])]
    case 17:
      guard let axis = x.shape.indices.filter({ x.shape[$0] > 1 }).randomElement(using: &random) else { return [] }
      return x.split(sizes: [1, x.shape[axis] - 1], axis: axis)
    case 18:
      guard let axis = x.shape.indices.randomElement(using: &random) else { return [] }
      return [builder.apply(.concat, [(.values, x), (.values, x.relu())], [.axis: .integer(axis)])]
    case 19:
      guard let axis = x.shape.indices.randomElement(using: &random) else { return [] }
      return [x.mean(axes: [axis], keepDimensions: Bool.random(using: &random))]
    case 20: return rank > 0 ? [x.softmax(axis: Int.random(in: -rank..<rank, using: &random))] : []
    case 21:
      guard rank >= 2 else { return [] }
      return [x.matmul(constant([x.shape[rank - 1], 3], builder, &random))]
    case 22:
      guard rank == 4 else { return [] }
      return [
        x.linear(constant([2, x.shape[1], 1, 1], builder, &random), bias: constant([1, 2, 1, 1], builder, &random))
      ]
    case 23:
      guard rank >= 2 else { return [] }
      let weight = constant([2, x.shape[rank - 1]], builder, &random)
      return [builder.apply(.linear, [(.x, x), (.weight, weight), (.bias, constant([2], builder, &random))])]
    case 24: return [x.padded([1, 0], with: 0.5)]
    case 25: return [x.greater(than: x.tanh()).select(x, else: x * 0.25)]
    default: return [x * (builder.scalar(0.5) + builder.scalar(number(&random)))]
    }
  }
}
