import Testing

@testable import NeuralEngine

@Suite struct ProgramCacheTests {
  private func key(_ layer: Int, _ weights: String = "base") -> ProgramKey {
    ProgramKey("scale", layer: layer, weightsID: weights, bucket: 32)
  }

  @Test func compilesEachProgramOnce() throws {
    let device = Device()
    let cache = ProgramCache(device: device)
    let sources = (0..<4).map { EmulatorExamples.scaling($0) }
    for _ in 0..<3 {
      for layer in 0..<4 {
        #expect(try cache.program(for: key(layer), from: sources[layer]).state == .loaded)
      }
    }
    #expect(device.statistics.compiles == 4)
    #expect(cache.statistics == .init(hits: 8, misses: 4))
    #expect(cache.program(for: key(2)) != nil)
    #expect(cache.program(for: key(9)) == nil)
    #expect(key(2).description == "scale:2:base:32")
  }

  @Test func replacesWhatWasMadeFromSomethingElse() throws {
    let device = Device()
    let cache = ProgramCache(device: device)
    let old = try cache.program(for: key(0), from: EmulatorExamples.scaling())
    let source = ProgramSource(EmulatorExamples.scaling().text, weights: EmulatorExamples.scalingWeights(3))
    let new = try cache.program(for: key(0), from: source)
    #expect(new !== old && old.state == .released)
    #expect(cache.count == 1 && cache.statistics.mismatches == 1)
  }

  @Test func aReloadedProgramIsNoLongerWhatWasAskedFor() throws {
    let device = Device()
    let cache = ProgramCache(device: device)
    let source = EmulatorExamples.scaling()
    func value(_ program: CompiledProgram) throws -> Float {
      let surfaces = try EmulatorExamples.surfaces(49152, 49152)
      try surfaces[0].write([Float](repeating: 1, count: 768 * 32))
      try program.evaluate(EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]]))
      return try surfaces[1].read(1)[0]
    }
    let first = try cache.program(for: key(0), from: source)
    #expect(try value(first) == 2)
    try first.reload(EmulatorExamples.scalingWeights(5))
    #expect(try value(first) == 5)
    #expect(try value(cache.program(for: key(0), from: source)) == 2)
    #expect(cache.statistics.mismatches == 1 && cache.count == 1)
  }

  @Test func whatIsThereAlreadyNeedsNoBudget() throws {
    var profile = RestrictionProfile.orion
    profile.compileBudget = 2
    let device = Device(.init(profile: profile))
    let cache = ProgramCache(device: device, compileReserve: 1)
    let source = EmulatorExamples.scaling()
    _ = try cache.program(for: key(0), from: source)
    #expect(device.remainingCompiles == 1)
    _ = try cache.program(for: key(1), from: source)
    #expect(device.statistics.compiles == 1 && device.statistics.reusedCompiles == 1)
    let error = #expect(throws: EmulatorError.self) {
      try cache.program(for: key(2), from: EmulatorExamples.scaling(2))
    }
    #expect(error?.description == "the process has compiled 1 programs and may compile no other")
  }

  @Test func whatWasUsedLongestAgoLeavesFirst() throws {
    let measured = ProgramCache(device: Device())
    _ = try measured.program(for: key(0), from: EmulatorExamples.scaling(0))
    let size = measured.byteCount
    let cache = ProgramCache(device: Device(), byteBudget: 3 * size + size / 2)
    let programs = try (0..<3).map { try cache.program(for: key($0), from: EmulatorExamples.scaling($0)) }
    _ = cache.program(for: key(0))
    _ = try cache.program(for: key(3), from: EmulatorExamples.scaling(3))
    #expect(programs.map(\.state) == [.loaded, .released, .loaded])
    #expect(cache.statistics.evictions == 1 && cache.count == 3)
    #expect(cache.byteCount <= cache.byteBudget)
  }

  @Test func evictsByWeights() throws {
    let cache = ProgramCache(device: Device())
    for layer in 0..<2 {
      for weights in ["base", "step_00000001"] {
        _ = try cache.program(for: key(layer, weights), from: EmulatorExamples.scaling(layer))
      }
    }
    #expect(cache.weightsIDs == ["base", "step_00000001"])
    #expect(cache.evict(weightsID: "base") == 2)
    #expect(cache.weightsIDs == ["step_00000001"])
    cache.clear()
    #expect(cache.count == 0 && cache.byteCount == 0)
  }

  @Test func refusesBeforeTheBudgetIsGoneAndPatchesInstead() throws {
    var profile = RestrictionProfile.orion
    profile.compileBudget = 3
    let device = Device(.init(profile: profile))
    let cache = ProgramCache(device: device, compileReserve: 1)
    for layer in 0..<2 { _ = try cache.program(for: key(layer), from: EmulatorExamples.scaling(layer)) }
    #expect(throws: EmulatorError.budgetExhausted(count: 2)) {
      try cache.program(for: key(2), from: EmulatorExamples.scaling(2))
    }
    #expect(device.remainingCompiles == 1)
    let next = ProgramSource(EmulatorExamples.scaling(1).text, weights: EmulatorExamples.scalingWeights(9))
    let patched = try cache.program(for: key(1, "step_00000001"), from: next, patching: true)
    #expect(patched.state == .loaded)
    #expect(device.statistics.compiles == 2 && cache.statistics.patches == 1)
  }

  @Test func threadsThatAskTogetherGetOneProgram() async throws {
    let device = Device()
    let cache = ProgramCache(device: device)
    let source = EmulatorExamples.scaling()
    let programs = try await withThrowingTaskGroup(of: CompiledProgram.self) { group in
      for _ in 0..<8 { group.addTask { try cache.program(for: key(0), from: source) } }
      var programs: [CompiledProgram] = []
      for try await program in group { programs.append(program) }
      return programs
    }
    #expect(programs.allSatisfy { $0 === programs[0] && $0.state == .loaded })
    #expect(cache.count == 1)
  }
}
