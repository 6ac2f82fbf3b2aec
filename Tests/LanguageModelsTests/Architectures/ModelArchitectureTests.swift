import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread, .enabled(if: TorchOracle.isThere, "PyTorch or gguf is not installed"))
struct ModelArchitectureTests {
  static let tokens = [3, 71, 20, 5, 99, 0, 64, 12, 7]

  static let models: [TorchOracle.Model] = [
    .init(family: "llama"), .init(family: "llama", keyValueHeads: 4, isTied: false),
    .init(family: "llama", keyValueHeads: 1), .init(family: "qwen2"), .init(family: "qwen2", isTied: false),
    .init(family: "gpt2", keyValueHeads: 4), .init(family: "llama", encoding: "F16"),
    .init(family: "llama", encoding: "Q8_0"), .init(family: "qwen2", encoding: "Q4_0"),
    .init(family: "llama", encoding: "Q5_1"), .init(family: "gpt2", encoding: "Q8_0", keyValueHeads: 4),
  ]

  /// The greatest difference over the greatest magnitude.
  static func distance(_ found: [[Float]], _ expected: [[Float]]) -> Float {
    guard found.count == expected.count, zip(found, expected).allSatisfy({ $0.count == $1.count }) else {
      return .infinity
    }
    let peak = expected.joined().reduce(0) { max($0, abs($1)) }
    // The comparison is this way round so that NaN counts as far away.
    return zip(found.joined(), expected.joined()).reduce(0) { abs($1.0 - $1.1) <= $0 ? $0 : abs($1.0 - $1.1) } / peak
  }

  /// A chunk with padding, then a token, then a whole chunk.
  static func run(_ runner: PlainRunner) throws -> [[Float]] {
    runner.reset()
    return try runner.logits(Array(tokens[0..<3]), chunk: 4) + runner.logits([tokens[3]], chunk: 1)
      + runner.logits(Array(tokens[4..<8]), chunk: 4) + runner.logits([tokens[8]], chunk: 1)
  }

  @Test func logitsAreThoseOfPyTorch() throws {
    try ScratchFolder.with { folder in
      let expected = try TorchOracle.make(Self.models, tokens: Self.tokens, in: folder)
      for (index, model) in Self.models.enumerated() {
        let file = try GGUFFile(path: "\(folder)/\(index)/model.gguf")
        let architecture = try ModelArchitecture(file, contextLength: 32)
        // Without rounding, what is left are the halves of weights, their scales and offsets, and of surfaces.
        let exact = try Self.run(PlainRunner(architecture, numerics: .fp32, chunks: [1, 4]))
        #expect(Self.distance(exact, expected[index].logits) < 5e-3, "\(model)")
        let halves = try Self.run(PlainRunner(architecture, numerics: .fp16, chunks: [1, 4]))
        #expect(Self.distance(halves, expected[index].logits) < 1e-2, "\(model)")
        let planned = try Self.run(PlainRunner(architecture, numerics: .fused, chunks: [1, 4]))
        #expect(Self.distance(planned, expected[index].logits) < 5e-3, "\(model)")
      }
    }
  }

  @Test(arguments: [SquareScaling.fixed, .none]) func normsCanScaleSquaresInOtherWays(
    _ normalization: SquareScaling
  ) throws {
    try ScratchFolder.with { folder in
      let expected = try TorchOracle.make([.init(family: "llama")], tokens: Self.tokens, in: folder)
      let file = try GGUFFile(path: folder + "/0/model.gguf")
      let architecture = try ModelArchitecture(file, contextLength: 32, normalization: normalization)
      for numerics in [Numerics.Profile.fp16, .fused] {
        let found = try Self.run(PlainRunner(architecture, numerics: numerics, chunks: [1, 4]))
        #expect(Self.distance(found, expected[0].logits) < 1e-2)
      }
    }
  }

  @Test func adaptersAreSwappedWithoutCompiling() throws {
    let models = ["llama", "qwen2", "gpt2"].map {
      TorchOracle.Model(family: $0, keyValueHeads: $0 == "gpt2" ? 4 : 2, adapterRank: 5)
    }
    try ScratchFolder.with { folder in
      let expected = try TorchOracle.make(models, tokens: Self.tokens, in: folder)
      for (index, model) in models.enumerated() {
        let file = try GGUFFile(path: "\(folder)/\(index)/model.gguf")
        let architecture = try ModelArchitecture(file, contextLength: 32, adapterRank: 8)
        let adapter = try LowRankAdapter(try GGUFFile(path: "\(folder)/\(index)/adapter.gguf"))
        try adapter.checkFits(architecture)
        let (plain, adapted) = (expected[index].logits, expected[index].adaptedLogits)
        #expect(Self.distance(plain, adapted) > 0.05, "\(model)")
        for numerics in [Numerics.Profile.fp32, .fused] {
          let runner = try PlainRunner(architecture, numerics: numerics, chunks: [1, 4])
          let compiles = runner.device.statistics.compiles
          for (setting, logits) in [(nil, plain), (adapter, adapted), (nil, plain)] {
            try runner.set(setting)
            let found = try Self.run(runner)
            #expect(Self.distance(found, logits) < 5e-3, "\(model), \(numerics)")
          }
          #expect(runner.device.statistics.compiles == compiles)
        }
      }
    }
  }
}
