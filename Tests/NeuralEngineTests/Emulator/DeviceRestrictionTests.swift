import Testing

@testable import NeuralEngine

@Suite struct DeviceRestrictionTests {
  /// What surfaces break which rule under which profile.
  struct Case: Sendable {
    var rule: String
    var profile: RestrictionProfile
    var channels: Int
    var width: Int
    var inputs: [Int]
    var outputs: [Int]
  }

  private static func profile(_ rules: Set<Restriction.ID>, _ chip: RestrictionProfile.Chip = .m4) -> RestrictionProfile
  {
    var profile = RestrictionProfile(name: "test", rules: rules)
    profile.chips = [chip]
    return profile
  }

  static let cases = [
    // 768 rows of 2 bytes take 64 each: the published minimum.
    Case(rule: "U", profile: .lenient, channels: 768, width: 1, inputs: [49151, 49152], outputs: [49152, 49152]),
    Case(rule: "U", profile: .lenient, channels: 768, width: 1, inputs: [49152, 49152], outputs: [49152, 49151]),
    Case(rule: "U", profile: profile([]), channels: 64, width: 32, inputs: [4095, 4096], outputs: [4096, 4096]),
    Case(rule: "R4", profile: .orion, channels: 64, width: 32, inputs: [4096, 4096], outputs: [49152, 49152]),
    Case(rule: "R4", profile: .orion, channels: 64, width: 32, inputs: [49152, 49152], outputs: [4096, 4096]),
    Case(rule: "R18", profile: .orion, channels: 64, width: 32, inputs: [49152, 65536], outputs: [49152, 49152]),
    Case(rule: "R2", profile: .orion, channels: 64, width: 32, inputs: [49152, 49152], outputs: [65536, 49152]),
    Case(
      rule: "R48",
      profile: profile([.u, .init(48)], .m5),
      channels: 64,
      width: 32,
      inputs: [4096, 8192],
      outputs: [8192, 8192]
    ),
    Case(rule: "surfaces", profile: .orion, channels: 64, width: 32, inputs: [49152], outputs: [49152, 49152]),
    Case(rule: "surfaces", profile: .orion, channels: 64, width: 32, inputs: [49152, 49152], outputs: [49152]),
  ]

  @Test(arguments: cases) func refusesToEvaluate(_ item: Case) throws {
    let device = Device(.init(profile: item.profile))
    let source = EmulatorExamples.source(EmulatorExamples.broadcast(item.channels, item.width))
    let program = try device.compile(source)
    try program.load()
    let request = EvaluationRequest(
      inputs: try item.inputs.map { try Surface(allocationSize: $0) },
      outputs: try item.outputs.map { try Surface(allocationSize: $0) }
    )
    let error = #expect(throws: EmulatorError.self) { try program.evaluate(request) }
    guard case .inferenceFailed(let status, let rule, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(status == 0x1d)
    #expect(rule == item.rule)
    #expect(error?.description.hasPrefix("ANEProgramProcessRequestDirect() Failed with status=0x1d") == true)
    #expect(device.statistics.evaluations == 0 && device.statistics.failedEvaluations == 1)
  }

  @Test func smallSurfacesPassWhereOnlyRuleUHolds() throws {
    let program = try Device(.init(profile: .lenient))
      .compile(EmulatorExamples.source(EmulatorExamples.broadcast(64, 32)))
    try program.load()
    let surfaces = try EmulatorExamples.surfaces(4096, 8192, 4096, 4096)
    try program.evaluate(EvaluationRequest(inputs: [surfaces[0], surfaces[1]], outputs: [surfaces[2], surfaces[3]]))
  }

  @Test func takesNoMoreThan127Requests() throws {
    let program = try Device().compile(EmulatorExamples.source(MILExamples.add))
    func wait(_ depth: Int) throws(EmulatorError) {
      try program.queued { () throws(EmulatorError) in if depth > 1 { try wait(depth - 1) } }
    }
    try wait(127)
    let error = #expect(throws: EmulatorError.self) { try wait(128) }
    guard case .inferenceFailed(0x1d, "R42", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try wait(127)
  }

  @Test func trapsWhereTheProcessWouldCrash() throws {
    let device = Device()
    let string = #expect(throws: EmulatorError.self) { try device.compile(stringObject: MILExamples.add) }
    let missing = #expect(throws: EmulatorError.self) {
      try device.compile(ProgramSource([UInt8](MILExamples.add.utf8), weights: nil))
    }
    for (error, expected) in [(string, "R9"), (missing, "R11")] {
      guard case .trap(let rule, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(rule == expected)
    }
    let lenient = Device(.init(profile: RestrictionProfile(name: "none", rules: [])))
    #expect(try lenient.compile(stringObject: MILExamples.add, weights: nil).state == .compiled)
  }

  @Test func refusesToCompile() throws {
    let device = Device()
    let concat = MILExamples.wrapped(
      "tensor<fp16, [1,768,1,32]> a, tensor<fp16, [1,768,1,32]> b",
      """
              int32 ax = const()[name=string("ax"), val=int32(1)];
              bool il = const()[name=string("il"), val=bool(false)];
              tensor<fp16, [1,1536,1,32]> c = concat(axis=ax, interleave=il, values=(a, b))[name=string("c")];
      """,
      results: "c"
    )
    guard
      case .compileFailed("R1", "c", _) = #expect(
        throws: EmulatorError.self,
        performing: {
          try device.compile(EmulatorExamples.source(concat))
        }
      )
    else {
      Issue.record("concat")
      return
    }
    guard
      case .invalidMIL(let line, _, _) = #expect(
        throws: EmulatorError.self,
        performing: {
          try device.compile(EmulatorExamples.source("program(1.3)\n[buildInfo = ]"))
        }
      )
    else {
      Issue.record("syntax")
      return
    }
    #expect(line == 2)
    let missing = EmulatorExamples.source(EmulatorExamples.scalingText(0))
    #expect(throws: EmulatorError.self) { try device.compile(missing) }
    #expect(device.statistics.compiles == 0)
    #expect(device.statistics.failedCompiles == 3)
    #expect(device.remainingCompiles == 119)
  }

  @Test func compilesNoMoreThanItsBudget() throws {
    var profile = RestrictionProfile.orion
    profile.compileBudget = 3
    let device = Device(.init(profile: profile))
    var programs: [CompiledProgram] = []
    for number in 0..<3 { programs.append(try device.compile(EmulatorExamples.scaling(number))) }
    #expect(throws: EmulatorError.budgetExhausted(count: 3)) { try device.compile(EmulatorExamples.scaling(3)) }
    // Loading, reloading and patching are free.
    try programs[0].load()
    try programs[0].reload(EmulatorExamples.scalingWeights(3))
    _ = try device.patch(programs[1], weights: EmulatorExamples.scalingWeights(4))
    #expect(device.remainingCompiles == 0)
    let before = device.statistics
    device.restart()
    #expect(device.statistics.modelledMilliseconds - before.modelledMilliseconds == 50)
    #expect(device.remainingCompiles == 3)
    #expect(throws: EmulatorError.self) { try programs[1].load() }
    #expect(try device.compile(EmulatorExamples.scaling(3)).state == .compiled)
  }

  @Test func aProgramThatIsThereCostsNothing() throws {
    let device = Device()
    let source = EmulatorExamples.scaling()
    let first = try device.compile(source)
    let second = try device.compile(source)
    #expect(device.statistics.compiles == 1 && device.statistics.reusedCompiles == 1)
    #expect(first.identity == second.identity)
    let other = ProgramSource(source.text, weights: EmulatorExamples.scalingWeights(3))
    #expect(other.identity != source.identity)
    _ = try device.compile(other)
    #expect(device.statistics.compiles == 2)
    var configuration = Device.Configuration()
    configuration.countsReusedCompiles = true
    let counting = Device(configuration)
    let programs = try (0..<2).map { _ in try counting.compile(source) }
    #expect(counting.statistics.compiles == programs.count)
  }

  @Test func fusedAttentionIgnoresItsMask() throws {
    let text = MILExamples.wrapped(
      "tensor<fp16, [1,2,32,32]> q, tensor<fp16, [1,2,32,32]> k, tensor<fp16, [1,2,32,32]> v, tensor<fp16, [1,1,32,32]> w",
      """
              tensor<fp16, [1,2,32,32]> y = scaled_dot_product_attention(query=q, key=k, value=v, attn_mask=w)[name=string("y")];
      """,
      results: "y"
    )
    func run(_ rules: Set<Restriction.ID>) throws -> (y: [Float], warned: Bool) {
      let configuration = Device.Configuration(profile: RestrictionProfile(name: "test", rules: rules))
      let session = try EmulatorSession(EmulatorExamples.source(text), configuration: configuration)
      let zeros = [Float](repeating: 0, count: 2 * 32 * 32)
      let values = (0..<2 * 32 * 32).map { Float($0 / 32 % 32) }
      let mask = (0..<32 * 32).map { $0 % 32 > $0 / 32 ? Float(-1e4) : 0 }
      let y = try session.run(["q": zeros, "k": zeros, "v": values, "w": mask])["y"] ?? []
      return (y, session.device.diagnostics.contains { $0.code == "R6" })
    }
    let (plain, isWarned) = try run([.init(6)])
    #expect(plain[0] == 15.5 && isWarned)
    let (masked, isQuiet) = try run([])
    #expect(masked[0] == 0 && masked[32] == 0.5 && !isQuiet)
  }

  @Test func aWrongOffsetGivesGarbageWhereTheProfileSaysSo() throws {
    let text = EmulatorExamples.scalingText(0).replacing("uint64(64)", with: "uint64(128)")
    let source = EmulatorExamples.source(text, EmulatorExamples.scalingWeights(2))
    guard
      case .compileFailed("R8", _, _) = #expect(
        throws: EmulatorError.self,
        performing: { try Device().compile(source) }
      )
    else {
      Issue.record("R8")
      return
    }
    let session = try EmulatorSession(source, configuration: .init(profile: .lenient))
    let y = try #require(try session.run(["x": [Float](repeating: 1, count: 768 * 32)])["y"])
    // Data begin 64 bytes late, so that the last 32 weights come from beyond the end.
    #expect(y.first == 2 && y.last == 0)
    #expect(session.device.diagnostics.contains { $0.code == "R8" })
  }
}
