import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite(.enabled(if: TorchOracle.isThere, "PyTorch or gguf is not installed")) struct ModelArchitectureTests {
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
  static func run(_ runner: ModelRunner) throws -> [[Float]] {
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
        let exact = try Self.run(ModelRunner(architecture, numerics: .fp32, chunks: [1, 4]))
        #expect(Self.distance(exact, expected[index].logits) < 5e-3, "\(model)")
        let halves = try Self.run(ModelRunner(architecture, numerics: .fp16, chunks: [1, 4]))
        #expect(Self.distance(halves, expected[index].logits) < 1e-2, "\(model)")
      }
    }
  }

  @Test(arguments: [SquareScaling.perColumn, .none]) func normsCanScaleSquaresInOtherWays(
    _ normalization: SquareScaling
  ) throws {
    try ScratchFolder.with { folder in
      let expected = try TorchOracle.make([.init(family: "llama")], tokens: Self.tokens, in: folder)
      let file = try GGUFFile(path: folder + "/0/model.gguf")
      let architecture = try ModelArchitecture(file, contextLength: 32, normalization: normalization)
      let found = try Self.run(ModelRunner(architecture, numerics: .fp16, chunks: [1, 4]))
      #expect(Self.distance(found, expected[0].logits) < 1e-2)
    }
  }

  @Test(arguments: ["llama", "qwen2", "gpt2"]) func adaptersAreSwappedWithoutCompiling(_ family: String) throws {
    try ScratchFolder.with { folder in
      let model = TorchOracle.Model(family: family, keyValueHeads: family == "gpt2" ? 4 : 2, adapterRank: 5)
      let expected = try TorchOracle.make([model], tokens: Self.tokens, in: folder)[0]
      let architecture = try ModelArchitecture(
        try GGUFFile(path: folder + "/0/model.gguf"),
        contextLength: 32,
        adapterRank: 8
      )
      let adapter = try LowRankAdapter(try GGUFFile(path: folder + "/0/adapter.gguf"))
      try adapter.checkFits(architecture)
      let runner = try ModelRunner(architecture, numerics: .fp32, chunks: [1, 4])
      let compiles = runner.device.statistics.compiles
      #expect(Self.distance(try Self.run(runner), expected.logits) < 5e-3)
      try runner.set(adapter)
      #expect(Self.distance(try Self.run(runner), expected.adaptedLogits) < 5e-3)
      #expect(Self.distance(expected.logits, expected.adaptedLogits) > 0.05)
      try runner.set(nil)
      #expect(Self.distance(try Self.run(runner), expected.logits) < 5e-3)
      #expect(runner.device.statistics.compiles == compiles)
    }
  }
}
