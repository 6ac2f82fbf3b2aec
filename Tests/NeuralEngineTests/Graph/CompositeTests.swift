import Foundation
import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct CompositeTests {
  /// Numbers that do not repeat soon.
  private func numbers(_ count: Int, seed: UInt64, scale: Double = 1) -> [Double] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in Double.random(in: -scale...scale, using: &random) }
  }

  private func run(
    _ inputs: [String: (shape: [Int], values: [Double])],
    rounds: Bool = false,
    _ body: (GraphBuilder, [String: Tensor]) -> Tensor
  ) throws -> [Double] {
    let builder = GraphBuilder()
    var tensors: [String: Tensor] = [:]
    for (name, input) in inputs.sorted(by: { $0.key < $1.key }) {
      tensors[name] = builder.input(name, .fp16, input.shape)
    }
    builder.output("y", body(builder, tensors))
    let graph = try builder.build()
    let evaluator = ReferenceEvaluator(rounds: rounds)
    return try evaluator.evaluate(graph, inputs.mapValues(\.values))["y"]?.values ?? []
  }

  @Test func layerNormCentresAndScalesChannels() throws {
    let (channels, length) = (6, 3)
    let x = numbers(channels * length, seed: 1)
    let (gamma, beta) = (numbers(channels, seed: 2), numbers(channels, seed: 3))
    let y = try run([
      "x": ([1, channels, 1, length], x), "g": ([1, channels, 1, 1], gamma), "b": ([1, channels, 1, 1], beta),
    ]) { builder, t in
      t["x"].flatMap { x in t["g"].flatMap { g in t["b"].map { x.layerNorm(gamma: g, beta: $0) } } }
        ?? builder.scalar(0)
    }
    var expected = [Double](repeating: 0, count: x.count)
    for column in 0..<length {
      let values = (0..<channels).map { x[$0 * length + column] }
      let mean = values.reduce(0, +) / Double(channels)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
      for row in 0..<channels {
        expected[row * length + column] =
          (values[row] - mean) / (variance + 1e-5).squareRoot() * gamma[row] + beta[row]
      }
    }
    #expect(distance(y, expected) < 1e-3)
  }

  @Test(arguments: [SquareScaling.perColumn, .fixed, .none]) func rmsNormScalesChannels(_ scaling: SquareScaling) throws
  {
    let (channels, length) = (64, 2)
    let x = numbers(channels * length, seed: 4)
    let y = try rms(x, [1, channels, 1, length], scaling, rounds: false)
    #expect(distance(y, rmsByHand(x, channels, length)) < 1e-3)
  }

  @Test(arguments: [0.01, 1, 100, 4000]) func rmsNormOfHalvesNeitherOverflowsNorFades(_ scale: Double) throws {
    let (channels, length) = (576, 1)
    let x = numbers(channels * length, seed: 5, scale: scale).map(ElementType.fp16.rounded)
    let y = try rms(x, [1, channels, 1, length], .perColumn, rounds: true)
    #expect(distance(y, rmsByHand(x, channels, length)) < 0.01)
  }

  @Test func rmsNormOfZerosIsZero() throws {
    #expect(try rms([0, 0, 0, 0], [1, 4, 1, 1], .perColumn, rounds: true) == [0, 0, 0, 0])
  }

  private func rms(_ x: [Double], _ shape: [Int], _ scaling: SquareScaling, rounds: Bool) throws -> [Double] {
    try run(["x": (shape, x), "w": ([1, shape[1], 1, 1], [Double](repeating: 1, count: shape[1]))], rounds: rounds) {
      builder,
      t in
      t["x"].flatMap { x in t["w"].map { x.rmsNorm(weight: $0, scaling: scaling) } } ?? builder.scalar(0)
    }
  }

  private func rmsByHand(_ x: [Double], _ channels: Int, _ length: Int) -> [Double] {
    x.indices.map { index in
      let square = (0..<channels).reduce(0.0) { $0 + x[$1 * length + index % length] * x[$1 * length + index % length] }
      return x[index] / (square / Double(channels) + 1e-5).squareRoot()
    }
  }

  @Test(arguments: [RotaryStyle.interleaved, .halfSplit]) func rotaryTurnsPairs(_ style: RotaryStyle) throws {
    let (heads, width, positions) = (2, 6, [0, 3, 7])
    let length = positions.count
    let x = numbers(heads * width * length, seed: 6)
    let table = RotaryTable.angles(positions: positions, width: width, base: 100, style: style)
    let y = try run([
      "x": ([1, heads * width, 1, length], x), "cos": ([1, width, 1, length], table.cosines),
      "sin": ([1, 1, width, length], table.sines),
    ]) { builder, t in
      t["x"].flatMap { x in
        t["cos"].flatMap { c in t["sin"].map { x.rotated(cosines: c, sines: $0, heads: heads, style: style) } }
      } ?? builder.scalar(0)
    }
    var expected = x
    for head in 0..<heads {
      for pair in 0..<width / 2 {
        let (first, second) = style == .interleaved ? (2 * pair, 2 * pair + 1) : (pair, pair + width / 2)
        for (column, position) in positions.enumerated() {
          let angle = Double(position) * Foundation.pow(100, -2 * Double(pair) / Double(width))
          let (a, b) = ((head * width + first) * length + column, (head * width + second) * length + column)
          expected[a] = x[a] * cos(angle) - x[b] * sin(angle)
          expected[b] = x[a] * sin(angle) + x[b] * cos(angle)
        }
      }
    }
    #expect(distance(y, expected) < 1e-9)
  }

  /// Attention written as loops.
  private func attentionByHand(
    _ q: [Double],
    _ k: [Double],
    _ v: [Double],
    heads: Int,
    shared: Int,
    width: Int,
    queries: Int,
    keys: Int,
    isShown: (Int, Int) -> Bool
  ) -> [Double] {
    var result = [Double](repeating: 0, count: heads * width * queries)
    for head in 0..<heads {
      let group = head / (heads / shared)
      for query in 0..<queries {
        let weights = (0..<keys).map { key -> Double in
          guard isShown(query, key) else { return 0 }
          let product = (0..<width).reduce(0) {
            $0 + q[(head * width + $1) * queries + query] * k[(group * width + $1) * keys + key]
          }
          return Foundation.exp(product / Double(width).squareRoot())
        }
        let sum = weights.reduce(0, +)
        for channel in 0..<width {
          result[(head * width + channel) * queries + query] =
            (0..<keys).reduce(0) { $0 + weights[$1] * v[(group * width + channel) * keys + $1] } / sum
        }
      }
    }
    return result
  }

  @Test(arguments: [(4, 4), (4, 2), (6, 1)]) func groupedCausalAttention(_ heads: Int, _ shared: Int) throws {
    let (width, length) = (4, 5)
    let q = numbers(heads * width * length, seed: 7)
    let k = numbers(shared * width * length, seed: 8)
    let v = numbers(shared * width * length, seed: 9)
    let y = try run([
      "q": ([1, heads * width, 1, length], q), "k": ([1, shared * width, 1, length], k),
      "v": ([1, shared * width, 1, length], v),
    ]) { builder, t in
      t["q"].flatMap { q in
        t["k"].flatMap { k in
          t["v"].map {
            q.attention(keys: k, values: $0, heads: heads, keyValueHeads: shared, mask: builder.causalMask(length))
          }
        }
      } ?? builder.scalar(0)
    }
    let expected = attentionByHand(
      q,
      k,
      v,
      heads: heads,
      shared: shared,
      width: width,
      queries: length,
      keys: length,
      isShown: { $1 <= $0 }
    )
    #expect(distance(y, expected) < 1e-9)
  }

  @Test(arguments: [(4, 2, 2), (3, 3, 2), (4, 1, 2), (4, 2, 1), (3, 3, 1)])
  func cachedAttentionPutsRowsInPlaceAndLooksAtThem(_ heads: Int, _ shared: Int, _ queries: Int) throws {
    let (width, keys, offset) = (4, 6, 3)
    let channels = shared * width
    let q = numbers(heads * width * queries, seed: 10)
    let (k, v) = (numbers(channels * queries, seed: 11), numbers(channels * queries, seed: 12))
    var (kAll, vAll) = (numbers(channels * keys, seed: 13), numbers(channels * keys, seed: 14))
    for index in offset * channels..<keys * channels { (kAll[index], vAll[index]) = (0, 0) }
    var place = [Double](repeating: 0, count: queries * keys)
    var mask = [Double](repeating: -1e4, count: queries * keys)
    for query in 0..<queries {
      place[query * keys + offset + query] = 1
      for key in 0...offset + query { mask[query * keys + key] = 0 }
    }
    let builder = GraphBuilder()
    let tensors = [
      builder.input("q", .fp16, [1, heads * width, 1, queries]), builder.input("k", .fp16, [1, channels, 1, queries]),
      builder.input("v", .fp16, [1, channels, 1, queries]), builder.input("k_cache", .fp16, [1, keys, 1, channels]),
      builder.input("v_cache", .fp16, [1, keys, 1, channels]), builder.input("place", .fp16, [1, 1, queries, keys]),
      builder.input("mask", .fp16, [1, 1, queries, keys]),
    ]
    let step = tensors[0].cachedAttention(
      keys: tensors[1],
      values: tensors[2],
      keyCache: tensors[3],
      valueCache: tensors[4],
      place: tensors[5],
      mask: tensors[6],
      heads: heads,
      keyValueHeads: shared
    )
    builder.output("y", step.output)
    builder.output("k_all", step.keys)
    builder.output("v_all", step.values)
    let results = try ReferenceEvaluator().evaluate(
      try builder.build(),
      ["q": q, "k": k, "v": v, "k_cache": kAll, "v_cache": vAll, "place": place, "mask": mask]
    )
    for channel in 0..<channels {
      for query in 0..<queries {
        kAll[(offset + query) * channels + channel] = k[channel * queries + query]
        vAll[(offset + query) * channels + channel] = v[channel * queries + query]
      }
    }
    #expect(results["k_all"]?.values == kAll)
    #expect(results["v_all"]?.values == vAll)
    func channelMajor(_ rows: [Double]) -> [Double] {
      (0..<channels * keys).map { rows[$0 % keys * channels + $0 / keys] }
    }
    let expected = attentionByHand(
      q,
      channelMajor(kAll),
      channelMajor(vAll),
      heads: heads,
      shared: shared,
      width: width,
      queries: queries,
      keys: keys,
      isShown: { $1 <= offset + $0 }
    )
    #expect(distance(results["y"]?.values ?? [], expected) < 1e-9)
  }

  @Test func loraLinearAddsTheLowRankProduct() throws {
    let (inputs, outputs, rank, length) = (5, 4, 2, 3)
    let x = numbers(inputs * length, seed: 15)
    let (a, b) = (numbers(inputs * rank, seed: 16), numbers(outputs * rank, seed: 17))
    let weight = numbers(outputs * inputs, seed: 18).map(ElementType.fp16.rounded)
    let y = try run([
      "x": ([1, inputs, 1, length], x), "a": ([1, rank, 1, inputs], a), "b": ([1, outputs, 1, rank], b),
    ]) { builder, t in
      let w = builder.constant(weight, TensorType(.fp16, [outputs, inputs, 1, 1]))
      return t["x"].flatMap { x in
        t["a"].flatMap { a in t["b"].map { x.loraLinear(w, down: a, up: $0, scale: 0.5) } }
      } ?? builder.scalar(0)
    }
    let expected = (0..<outputs * length).map { place -> Double in
      let (output, column) = (place / length, place % length)
      return (0..<inputs).reduce(0) { sum, input in
        let low = (0..<rank).reduce(0) { $0 + a[$1 * inputs + input] * b[output * rank + $1] }
        return sum + x[input * length + column] * (weight[output * inputs + input] + 0.5 * low)
      }
    }
    #expect(distance(y, expected) < 1e-9)
  }

  @Test func activationsAreWhatTheirNamesSay() throws {
    let x = numbers(16, seed: 19, scale: 4)
    let gelu = try run(["x": ([1, 4, 1, 4], x)]) { builder, t in t["x"]?.gelu() ?? builder.scalar(0) }
    #expect(distance(gelu, x.map { 0.5 * $0 * (1 + tanh(0.7978845608 * ($0 + 0.044715 * $0 * $0 * $0))) }) < 1e-3)
    let silu = try run(["x": ([1, 4, 1, 4], x)]) { builder, t in t["x"]?.silu() ?? builder.scalar(0) }
    #expect(distance(silu, x.map { $0 / (1 + exp(-$0)) }) < 1e-9)
  }

  @Test func swiGLUGatesItsHalf() throws {
    let x = numbers(8, seed: 20)
    let weights = (0..<3).map { numbers($0 == 2 ? 12 : 12, seed: 21 + UInt64($0)).map(ElementType.fp16.rounded) }
    let y = try run(["x": ([1, 4, 1, 2], x)]) { builder, t in
      let w = weights.enumerated().map { index, values in
        builder.constant(values, TensorType(.fp16, index == 2 ? [4, 3, 1, 1] : [3, 4, 1, 1]))
      }
      return t["x"]?.swiGLU(gate: w[0], up: w[1], down: w[2]) ?? builder.scalar(0)
    }
    func linear(_ weight: [Double], _ x: [Double], _ inputs: Int) -> [Double] {
      (0..<weight.count / inputs * 2).map { place in
        (0..<inputs).reduce(0) { $0 + weight[place / 2 * inputs + $1] * x[$1 * 2 + place % 2] }
      }
    }
    let gate = linear(weights[0], x, 4).map { $0 / (1 + exp(-$0)) }
    let gated = zip(gate, linear(weights[1], x, 4)).map { $0 * $1 }
    #expect(distance(y, linear(weights[2], gated, 3)) < 1e-9)
  }
}
