import TestSupport
import Testing

@testable import NeuralEngine

/// A layer of a language model of random weights, small enough to be computed element by element.
struct LayerSample: Sendable, CustomTestStringConvertible {
  var length: Int
  var keyValueHeads = 2
  var isInterleaved = false
  /// The rank of an adapter of the first product, if it has one.
  var adapterRank: Int?
  /// Whether masks hide by halves, tokens go to several places, and partners turn by different angles: what no language
  /// model asks for, and every program may.
  var isIrregular = false

  private var width: Int { 64 }
  private var heads: Int { 4 }
  private var places: Int { 32 }
  private var hidden: Int { 96 }

  var testDescription: String {
    "\(length) tokens, \(keyValueHeads) heads of keys\(isInterleaved ? ", interleaved" : "")"
      + (isIrregular ? ", irregular" : "")
      + (adapterRank.map { ", an adapter of \($0)" } ?? "")
  }

  private var keyWidth: Int { width / heads * keyValueHeads }

  /// What programs for the device go through, but for the order of ports.
  private static var passes: PassPipeline {
    PassPipeline(PassPipeline.device.passes.filter { !($0 is PortOrdering) })
  }

  /// The program's text with its constants in it.
  func source() throws -> ProgramSource {
    let builder = GraphBuilder()
    var random = SplitMix(seed: 7)
    func weight(_ rows: Int, _ columns: Int) -> Tensor {
      let numbers = (0..<rows * columns).map { _ in
        ElementType.fp16.rounded(Double.random(in: -1...1, using: &random) / Double(columns).squareRoot())
      }
      return builder.constant(numbers, TensorType(.fp16, [rows, columns, 1, 1]))
    }
    func vector(_ count: Int, around middle: Double) -> Tensor {
      let numbers = (0..<count).map { _ in ElementType.fp16.rounded(middle + .random(in: -0.2...0.2, using: &random)) }
      return builder.constant(numbers, TensorType(.fp16, [1, count, 1, 1]))
    }
    let x = builder.input("x", .fp16, [1, width, 1, length])
    let cosines = builder.input("cos", .fp16, [1, width / heads, 1, length])
    let sines = builder.input("sin", .fp16, [1, width / heads, 1, length])
    let mask = builder.input("mask", .fp16, [1, 1, length, places])
    let place = builder.input("place", .fp16, [1, 1, length, places])
    let keyCache = builder.input("k", .fp16, [1, places, 1, keyWidth])
    let valueCache = builder.input("v", .fp16, [1, places, 1, keyWidth])

    let style: RotaryStyle = isInterleaved ? .interleaved : .halfSplit
    let normed = x.rmsNorm(weight: vector(width, around: 1), epsilon: 1e-5, scaling: .fixed)
    let projection = weight(width, width)
    let bias = vector(width, around: 0)
    let product =
      adapterRank.map { rank in
        normed.loraLinear(
          projection,
          down: builder.input("lora_a", .fp16, [1, rank, 1, width]),
          up: builder.input("lora_b", .fp16, [1, width, 1, rank]),
          bias: bias
        )
      } ?? normed.linear(projection, bias: bias)
    let q =
      product
      .rotated(cosines: cosines, sines: sines, heads: heads, style: style)
    let k = normed.linear(weight(keyWidth, width)).rotated(
      cosines: cosines,
      sines: sines,
      heads: keyValueHeads,
      style: style
    )
    let v = normed.linear(weight(keyWidth, width))
    let attention = q.cachedAttention(
      keys: k,
      values: v,
      keyCache: keyCache,
      valueCache: valueCache,
      place: place,
      mask: mask,
      heads: heads,
      keyValueHeads: keyValueHeads
    )
    let middle = x + attention.output.linear(weight(width, width))
    let second = middle.rmsNorm(weight: vector(width, around: 1), epsilon: 1e-5, scaling: .fixed)
    let result =
      middle
      + second.swiGLU(gate: weight(hidden, width), up: weight(hidden, width), down: weight(width, hidden))
    builder.output("hidden", result)
    builder.output("k_next", attention.keys)
    builder.output("v_next", attention.values)
    return ProgramSource(
      [UInt8](MILPrinter.text(of: try Self.passes.run(builder.build()).graph.lowered().program).utf8)
    )
  }

  func device(_ profile: Numerics.Profile) -> Device {
    Device(
      Device.Configuration(profile: .lenient, numerics: Numerics(profile)),
      executors: FusedExecutorProvider(PlanOptions(precision: .exact))
    )
  }

  /// The layer's outputs after a number of rounds, each `tokens` further, with caches as resident state.
  func run(_ profile: Numerics.Profile, tokens: Int, position: Int, rounds: Int) throws -> [String: [Float]] {
    let session = try EmulatorSession(try source(), device: device(profile))
    var random = SplitMix(seed: 3)
    var values: [String: [Float]] = [:]
    for cache in ["k", "v"] {
      values[cache] = (0..<places * keyWidth).map { index in
        index / keyWidth < position ? Float.random(in: -1...1, using: &random) : 0
      }
    }
    if let adapterRank {
      for name in ["lora_a", "lora_b"] {
        values[name] = (0..<width * adapterRank).map { _ in .random(in: -0.5...0.5, using: &random) }
      }
    }
    var outputs: [String: [Float]] = [:]
    for round in 0..<rounds {
      let first = position + round * tokens
      values["x"] = (0..<width * length).map { _ in .random(in: -1...1, using: &random) }
      var (mask, place) = (
        [Float](repeating: -1e4, count: length * places), [Float](repeating: 0, count: length * places)
      )
      for row in 0..<length {
        for column in 0..<(row < tokens ? first + row + 1 : 1) { mask[row * places + column] = 0 }
        if row < tokens { place[row * places + first + row] = 1 }
      }
      (values["mask"], values["place"]) = (mask, place)
      let angles = RotaryTable.angles(
        positions: (0..<length).map { first + $0 },
        width: width / heads,
        base: 10000,
        style: isInterleaved ? .interleaved : .halfSplit
      )
      (values["cos"], values["sin"]) = (angles.cosines.map { Float($0) }, angles.sines.map { Float($0) })
      if isIrregular {
        values["mask"] = mask.map { _ in .random(in: -4...0, using: &random) }
        values["place"] = place.map { _ in .random(in: 0...1, using: &random) > 0.9 ? 0.25 : 0 }
        for name in ["cos", "sin"] { values[name] = values[name]?.map { _ in .random(in: -1...1, using: &random) } }
      }
      outputs = try session.run(values)
      (values["k"], values["v"]) = (outputs["k_next"], outputs["v_next"])
    }
    return outputs
  }
}

extension LayerSample {
  /// The plan of the layer.
  func plan() throws -> ExecutionPlan {
    let device = device(.fused)
    let artefact = try device.compile(try source()).artefact
    let procedure = try #require(artefact.procedures.first)
    return try #require(try procedure.code.executor(with: artefact.weights) as? ExecutionPlan)
  }
}
