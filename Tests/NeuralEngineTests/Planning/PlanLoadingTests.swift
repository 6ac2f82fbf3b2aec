import TestSupport
import Testing

@testable import NeuralEngine

/// What becomes of plans and packed weights as programs are loaded, loaded again and unloaded.
@Suite(.onOwnThread) struct PlanLoadingTests {
  private static let size = 64
  private static let length = 4
  private let provider = FusedExecutorProvider(PlanOptions(precision: .exact))

  private func device(memoryLimit: Int = 1 << 30) -> Device {
    var configuration = Device.Configuration(profile: .lenient, numerics: Numerics(.fused))
    configuration.memoryLimit = memoryLimit
    return Device(configuration, executors: provider)
  }

  /// `second · (first · x)`, each matrix in a file of its own.
  private func product(_ weights: WeightFiles) throws -> ProgramSource {
    let builder = GraphBuilder()
    var x = builder.input("x", .fp16, [1, Self.size, 1, Self.length])
    for path in weights.paths {
      guard case .virtual(let file) = weights[path], let placement = file.placements.first, let scale = placement.scale
      else { continue }
      let weight = builder.blockwiseWeight(
        data: builder.weight(path, offset: placement.data, .int8, [Self.size, Self.size, 1, 1]),
        scale: builder.weight(path, offset: scale, .fp16, [Self.size, Self.size / 32, 1, 1])
      )
      x = x.linear(weight)
    }
    builder.output("y", x)
    let program = try PassPipeline.device.run(builder.build()).graph.lowered().program
    return ProgramSource([UInt8](MILPrinter.text(of: program).utf8), weights: weights)
  }

  /// Random blocks of a matrix.
  private func blocks(_ seed: UInt64) -> WeightRegion {
    var random = SplitMix(seed: seed)
    var bytes: [UInt8] = []
    for _ in 0..<Self.size * Self.size / 32 {
      // A scale of 2⁻⁸, and 32 numbers.
      bytes += [0x00, 0x1C] + (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    return WeightRegion(copying: bytes)
  }

  private func files(_ first: WeightRegion, _ second: WeightRegion) throws -> WeightFiles {
    var files = WeightFiles()
    for (name, blocks) in [("first", first), ("second", second)] {
      var file = VirtualWeightFile()
      file.append(try EncodedWeight(.q8_0, rows: Self.size, columns: Self.size, blocks: blocks))
      files["@model_path/\(name).bin"] = .virtual(file)
    }
    return files
  }

  private func result(_ program: CompiledProgram) throws -> [Float] {
    let count = Self.size * Self.length
    let surfaces = try (0..<2).map { _ in try Surface(allocationSize: 1 << 16) }
    try surfaces[0].write((0..<count).map { Float($0 % 7) - 3 })
    try program.evaluate(EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]]))
    return try surfaces[1].read(count)
  }

  @Test func otherWeightsAreBoundToTheSamePlan() throws {
    let (first, second, other) = (blocks(1), blocks(2), blocks(3))
    let device = device()
    let program = try device.compile(product(files(first, second)))
    try program.load()
    let before = try result(program)
    try program.reload(files(first, other))
    let fresh = try self.device().compile(product(files(first, other)))
    try fresh.load()
    let after = try result(program)
    #expect(after == (try result(fresh)))
    #expect(after != before)
    try program.reload(files(first, second))
    #expect(try result(program) == before)
    #expect(device.statistics.compiles == 1)
    // What stays is not packed again; the third is the fresh program's, which shares it too.
    #expect(provider.prepared.preparedCount == 4)
  }

  @Test func patchesSharePlansAndMatrices() throws {
    let (first, second, other) = (blocks(1), blocks(2), blocks(3))
    let device = device()
    let program = try device.compile(product(files(first, second)))
    try program.load()
    let patched = try device.patch(program, weights: files(first, other))
    try patched.load()
    #expect(provider.prepared.count == 3)
    let fresh = try self.device().compile(product(files(first, other)))
    try fresh.load()
    #expect(try result(patched) == (try result(fresh)))
    #expect(provider.prepared.preparedCount == 3)
  }

  @Test func packedWeightsGoWithTheProgramsThatUseThem() throws {
    let (first, second) = (blocks(1), blocks(2))
    let device = device()
    let program = try device.compile(product(files(first, second)))
    #expect(provider.prepared.count == 0)
    try program.load()
    #expect(provider.prepared.count == 2)
    try program.unload()
    #expect(provider.prepared.count == 0)
    try program.load()
    #expect(provider.prepared.count == 2)
    program.release()
    #expect(provider.prepared.count == 0)
  }

  @Test func aPlanTakesNoMoreMemoryThanItMay() throws {
    let source = try product(files(blocks(1), blocks(2)))
    try device(memoryLimit: 1 << 20).compile(source).load()
    for limit in [0, 1 << 10, 1 << 12, 1 << 13] {
      let program = try device(memoryLimit: limit).compile(source)
      #expect {
        try program.load()
      } throws: { error in
        guard case .loadFailed(let detail) = error as? EmulatorError else { return false }
        return detail.hasPrefix("an evaluation takes about") && program.state == .compiled
      }
    }
  }

  @Test func roomThatIsFreeAtTheEndIsUsed() {
    var planner = MemoryPlanner()
    let first = planner.allocate(64)
    let second = planner.allocate(128)
    planner.release(second)
    let third = planner.allocate(256)
    #expect(third == second)
    #expect(planner.byteCount == 64 + 256)
    planner.release(first)
    let offsets = [128, 64].map { planner.allocate($0) }
    #expect(offsets == [64 + 256, first])
  }

  @Test func valuesNoMachineHasRoomForAreNotPlanned() throws {
    for width in ["65536", "268435456"] {
      let text = MILExamples.wrapped(
        "tensor<fp16, [1,\(width),1,\(width)]> a",
        "tensor<fp16, [1,\(width),1,\(width)]> c = relu(x=a)[name=string(\"c\")];",
        results: "c"
      )
      var configuration = Device.Configuration(
        profile: RestrictionProfile(name: "few", rules: []),
        numerics: Numerics(.fused)
      )
      configuration.memoryLimit = 32 << 20
      let program = try Device(configuration, executors: provider).compile(EmulatorExamples.source(text))
      #expect { try program.load() } throws: { "\($0)".contains("of which it may take 32") }
    }
  }

  @Test func nodesWithoutKernelsAreNamed() throws {
    func fallbacks(_ numerics: Numerics.Profile, _ rows: RowLayout = .packed) throws -> [CompiledProgram.Fallback] {
      let device = Device(Device.Configuration(profile: .lenient, numerics: Numerics(numerics), rowLayout: rows))
      let program = try device.compile(EmulatorExamples.scaling())
      #expect(program.fallbacks.isEmpty)
      try program.load()
      #expect(device.statistics.fallbacks == program.fallbacks.count)
      return program.fallbacks
    }
    // A product with a number for each channel is no kernel of its own.
    let found = try fallbacks(.fused)
    #expect(found.map(\.procedure) == ["main"])
    guard case .unsupported(.mul, name: "y") = found.first?.reason else {
      Issue.record("\(found)")
      return
    }
    #expect(try fallbacks(.fused, .rows64).map(\.reason) == [.rows(.rows64)])
    #expect(try fallbacks(.fp16).isEmpty)
    let planned = try device().compile(product(files(blocks(1), blocks(2))))
    try planned.load()
    #expect(planned.fallbacks.isEmpty)
  }
}
