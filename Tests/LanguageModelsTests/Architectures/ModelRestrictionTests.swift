import LanguageModels
import NeuralEngine
import TestSupport
import Testing

/// Programs of real models' shapes against what the device takes; their weights are holes in files.
@Suite(.onOwnThread) struct ModelRestrictionTests {
  private func model(_ shape: SparseModel, adapterRank: Int? = nil) throws -> ModelArchitecture {
    try ScratchFolder.with { folder in
      try shape.write(to: folder + "/model.gguf")
      // The mapping outlives the file.
      let file = try GGUFFile(path: folder + "/model.gguf")
      return try ModelArchitecture(file, contextLength: 1024, adapterRank: adapterRank)
    }
  }

  @Test(arguments: [
    (SparseModel.gpt2, nil), (.gpt2, 16), (.smolLM, nil), (.smolLM, 16), (.llama1B, nil), (.qwenHalfB, nil),
  ])
  func everyProgramPassesStrictly(_ shape: SparseModel, _ adapterRank: Int?) throws {
    let model = try model(shape, adapterRank: adapterRank)
    for program in try [1, 32, 512].map({ try model.trunk(tokens: $0) }) + [try model.head()] {
      let check = MILCheck(program.source.text, profile: .strict, weights: program.source.weights)
      #expect(check.program != nil)
      // Notes say how surfaces are to be allocated, and what would be faster.
      let findings = check.findings.filter { $0.severity != .note }
      #expect(findings.isEmpty, "\(findings.count) findings, such as \(findings.first?.message ?? "")")
    }
  }

  @Test func allProgramsOfGPT2CompileWithinTheBudget() throws {
    let model = try model(.gpt2)
    #expect(model.weights.paths.count == 1)
    for profile in RestrictionProfile.all {
      let device = Device(Device.Configuration(profile: profile))
      let budget = device.remainingCompiles
      var programs: [CompiledProgram] = []
      for program in try [1, 32, 128, 512].map({ try model.trunk(tokens: $0) }) + [try model.head()] {
        programs.append(try device.compile(program.source))
      }
      #expect(device.remainingCompiles == budget - 5)
      #expect(device.statistics.failedCompiles == 0)
      #expect(programs.allSatisfy { $0.procedures.count == 1 })
    }
  }

  @Test func portsAreBoundInTheOrderOfTheirNames() throws {
    let model = try model(.smolLM, adapterRank: 16)
    let trunk = try model.trunk(tokens: 32)
    for ports in [trunk.inputs, trunk.outputs] {
      let names = ports.map(\.name)
      #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
    #expect(Set(trunk.inputs.map(\.name)).isSuperset(of: ["cos", "sin", "k00", "v29", "mask", "place", "x"]))
    #expect(trunk.outputs.map(\.name) == ["hidden"] + model.caches.map(\.nextKeys) + model.caches.map(\.nextValues))
    // What the text calls them is bound in the same order.
    let program = try MILParser.parse(trunk.source.text)
    let parameters = program.functions[0].parameters.map(\.name)
    #expect(parameters == parameters.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(zip(parameters, trunk.inputs).allSatisfy { $0 == $1.name || $0 == $1.name + "_in" })
  }
}
