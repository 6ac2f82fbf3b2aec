import LanguageModels
import NeuralEngine
import TestSupport
import Testing

/// Whole model files of each family, from the file to the text, against PyTorch.
@Suite(.onOwnThread, .enabled(if: TorchOracle.isThere, "PyTorch or gguf is not installed")) struct ModelFamilyTests {
  private static let models: [TorchOracle.Model] = [
    .init(family: "gpt2", keyValueHeads: 4), .init(family: "gpt2", encoding: "Q8_0", keyValueHeads: 4),
    .init(family: "qwen2"), .init(family: "qwen2", encoding: "Q4_0", isTied: false),
    .init(family: "llama", scaling: "llama3"), .init(family: "llama", scaling: "linear"),
  ]

  @Test func textsAndLogitsAreThoseOfPyTorch() async throws {
    let tokens = ModelArchitectureTests.tokens
    let prompt = tokens.map { TokenID($0) }
    try await ScratchFolder.with { folder in
      let expected = try TorchOracle.make(Self.models, tokens: tokens, in: folder)
      for (index, model) in Self.models.enumerated() {
        let path = "\(folder)/\(index)/model.gguf"
        for bucket in [1, 32] {
          let device = Device(Device.Configuration(numerics: Numerics(.fused)), executors: FusedExecutorProvider())
          let scoring = try TextScoring(path: path, contextSize: 64, on: device, bucket: bucket)
          var found: [[Float]] = []
          try scoring.score(prompt) { found.append(Array($1)) }
          #expect(ModelArchitectureTests.distance(found, expected[index].logits) < 5e-3, "\(model), \(bucket) at once")
        }
        let end = expected[index].continuation.firstIndex(of: 99) ?? 16
        let request = GenerationRequest(prompt: prompt, maximumTokens: 16)
        let result = try await LanguageModel(path: path, options: .init(contextSize: 64)).generate(request)
        #expect(result.tokens.map { Int($0) } == Array(expected[index].continuation[..<end]), "\(model)")
      }
    }
  }

  /// Or the test above would say nothing of scaling.
  @Test func scalingChangesTheLogits() throws {
    try ScratchFolder.with { folder in
      let models = ["", "llama3", "linear"].map { TorchOracle.Model(family: "llama", scaling: $0) }
      let logits = try TorchOracle.make(models, tokens: ModelArchitectureTests.tokens, in: folder).map(\.logits)
      #expect(ModelArchitectureTests.distance(logits[1], logits[0]) > 0.02)
      #expect(ModelArchitectureTests.distance(logits[2], logits[0]) > 0.02)
    }
  }
}
