import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct ModelProgramTests {
  /// A model as the file of ``ModelConfigurationTests`` has it.
  private func model(_ adapterRank: Int? = nil, _ normalization: SquareScaling = .perColumn) throws -> ModelArchitecture
  {
    let file = try GGUFFile(bytes: ModelConfigurationTests.sample().bytes())
    return try ModelArchitecture(
      file,
      contextLength: 32,
      adapterRank: adapterRank,
      normalization: normalization
    )
  }

  @Test(arguments: [nil, 8], [SquareScaling.perColumn, .fixed, .none])
  func everyProgramHasAPlan(_ adapterRank: Int?, _ normalization: SquareScaling) throws {
    // The runner fails where there is none.
    let runner = try PlainRunner(model(adapterRank, normalization), numerics: .fused, chunks: [1, 2, 32])
    let logits = try runner.logits([1, 2, 3], chunk: 32) + runner.logits([4], chunk: 1) + runner.logits([5], chunk: 2)
    #expect(logits == [[Float]](repeating: [Float](repeating: 0, count: 10), count: 5))
  }

  @Test(arguments: [0, -1]) func chunksWithoutTokensAreRefused(_ length: Int) throws {
    let model = try model()
    #expect(throws: GraphBuildingError.self) { try model.trunk(tokens: length) }
    #expect(throws: GraphBuildingError.self) { try model.head(tokens: length) }
  }

  @Test func vocabulariesArePartedWhereConvolutionsEnd() throws {
    let model = try ScratchFolder.with { folder in
      try SparseModel.qwenHalfB.write(to: folder + "/model.gguf")
      return try ModelArchitecture(try GGUFFile(path: folder + "/model.gguf"), contextLength: 32)
    }
    let outputs = try model.head().outputs
    #expect(outputs.map(\.name) == ["logits00", "logits01", "logits02"])
    #expect(outputs.allSatisfy { $0.type.shape[1] <= 65_536 && $0.type.shape[1] % 64 == 0 })
    #expect(outputs.reduce(0) { $0 + $1.type.shape[1] } == 151_936)
  }

  @Test func damagedFilesEndInErrors() throws {
    let bytes = ModelConfigurationTests.sample().bytes()
    var random = SplitMix(seed: 41)
    var built = 0
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        // The numbers of weights behind the table do not matter.
        let place = Int.random(in: 24..<1600, using: &random)
        damaged[place] = Bool.random(using: &random) ? .random(in: 0...255, using: &random) : damaged[place] ^ 1
      }
      do {
        let model = try ModelArchitecture(try GGUFFile(bytes: damaged), contextLength: 32, adapterRank: 4)
        _ = try model.trunk(tokens: 2)
        built += 1
      } catch is GGUFError {
        continue
      }
    }
    #expect(built > 0 && built < 400)
  }
}
