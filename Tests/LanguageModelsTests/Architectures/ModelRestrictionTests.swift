import LanguageModels
import NeuralEngine
import TestSupport
import Testing

/// Programs of real models' shapes against what the device takes; their weights are holes in files.
@Suite struct ModelRestrictionTests {
  private func model(_ shape: SparseModel, context: Int, adapterRank: Int? = nil) throws -> ModelArchitecture {
    try ScratchFolder.with { folder in
      try shape.write(to: folder + "/model.gguf")
      // The mapping outlives the file.
      let file = try GGUFFile(path: folder + "/model.gguf")
      return try ModelArchitecture(file, contextLength: context, adapterRank: adapterRank)
    }
  }

  @Test(arguments: [SparseModel.gpt2, .smolLM]) func findings(_ shape: SparseModel) throws {
    let model = try model(shape, context: 1024)
    for program in [try model.trunk(tokens: 1), try model.trunk(tokens: 512), try model.head()] {
      let check = MILCheck(program.source.text, profile: .strict, weights: program.source.weights)
      var counts: [String: Int] = [:]
      for f in check.findings { counts["\(f.code) \(f.severity.rawValue)", default: 0] += 1 }
      print(shape.family, program.source.text.count, counts)
      for f in check.findings where f.severity != .note { print(f.code, f.message); break }
    }
  }
}
