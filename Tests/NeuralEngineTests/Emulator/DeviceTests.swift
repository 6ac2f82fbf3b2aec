import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct DeviceTests {
  private func compiled(_ device: Device = Device()) throws -> CompiledProgram {
    try device.compile(EmulatorExamples.source(MILExamples.add))
  }

  @Test func livesFromCompilationToRelease() throws {
    let device = Device()
    let program = try compiled(device)
    let surfaces = try EmulatorExamples.surfaces(49152, 49152, 49152)
    try surfaces[0].write([Float](repeating: 1.5, count: 768 * 32))
    try surfaces[1].write([Float](repeating: 2, count: 768 * 32))
    let request = EvaluationRequest(inputs: [surfaces[0], surfaces[1]], outputs: [surfaces[2]])
    #expect(program.state == .compiled)
    #expect(throws: EmulatorError.self) { try program.evaluate(request) }
    #expect(throws: EmulatorError.self) { try program.unload() }
    try program.load()
    #expect(throws: EmulatorError.self) { try program.load() }
    try program.evaluate(request)
    #expect(try surfaces[2].read(3) == [3.5, 3.5, 3.5])
    try program.unload()
    #expect(program.state == .unloaded)
    #expect(throws: EmulatorError.loadFailed(detail: "the program is unloaded, only loaded ones are evaluated")) {
      try program.evaluate(request)
    }
    try program.load()
    try program.evaluate(request)
    program.release()
    #expect(program.state == .released)
    #expect(throws: EmulatorError.self) { try program.load() }
    let statistics = device.statistics
    #expect(statistics.compiles == 1 && statistics.loads == 2 && statistics.unloads == 2)
    #expect(statistics.evaluations == 2 && statistics.failedEvaluations == 2)
    #expect(statistics.bytesRead == 2 * 2 * 49152 && statistics.bytesWritten == 2 * 49152)
    // 17.1 ms were published for the compilation of one addition.
    #expect(abs(statistics.modelledMilliseconds - 17.35 - 2 * 8 - 0.5) < 0.5)
  }

  @Test func oneSurfaceServesAsInputAndOutput() throws {
    let program = try compiled()
    try program.load()
    let surfaces = try EmulatorExamples.surfaces(49152, 49152)
    try surfaces[0].write([Float](repeating: 1, count: 768 * 32))
    try surfaces[1].write([Float](repeating: 1, count: 768 * 32))
    let request = EvaluationRequest(inputs: surfaces, outputs: [surfaces[0]])
    for _ in 0..<5 { try program.evaluate(request) }
    #expect(try surfaces[0].read(2, at: 768 * 32 - 2) == [6, 6])
  }

  @Test func bindsByTheBytesOfNames() throws {
    let device = Device()
    let program = try device.compile(EmulatorExamples.source(EmulatorExamples.difference))
    try program.load()
    let surfaces = try EmulatorExamples.surfaces(49152, 49152, 49152, 49152)
    try surfaces[0].write([Float](repeating: 1, count: 768 * 32))
    try surfaces[1].write([Float](repeating: 5, count: 768 * 32))
    try program.evaluate(EvaluationRequest(inputs: [surfaces[0], surfaces[1]], outputs: [surfaces[2], surfaces[3]]))
    // The first surface is 'a' and the second 'b', though the text lists 'b' first; 'c' comes before 'z'.
    #expect(try surfaces[2].read(1) == [5])
    #expect(try surfaces[3].read(1) == [4])
    try program.evaluate(
      EvaluationRequest(
        inputs: ["b": surfaces[0], "a": surfaces[1]],
        outputs: ["z": surfaces[2], "c": surfaces[3]]
      )
    )
    #expect(try surfaces[2].read(1) == [-4])
    #expect(try surfaces[3].read(1) == [1])
  }

  @Test func bindsAsListedWhereTheProfileSaysSo() throws {
    var profile = RestrictionProfile.orion
    profile.inputOrder = .declared
    profile.outputOrder = .declared
    let program = try Device(.init(profile: profile)).compile(EmulatorExamples.source(EmulatorExamples.difference))
    try program.load()
    let surfaces = try EmulatorExamples.surfaces(49152, 49152, 49152, 49152)
    try surfaces[0].write([Float](repeating: 1, count: 768 * 32))
    try surfaces[1].write([Float](repeating: 5, count: 768 * 32))
    try program.evaluate(EvaluationRequest(inputs: [surfaces[0], surfaces[1]], outputs: [surfaces[2], surfaces[3]]))
    #expect(try surfaces[2].read(1) == [-4])
    #expect(try surfaces[3].read(1) == [1])
  }

  @Test func convolvesAndGivesBothResultsInOrder() throws {
    var weights = [Float](repeating: 0, count: 128 * 64)
    for row in 0..<128 { weights[row * 64 + row % 64] = row < 64 ? 1 : -1 }
    let files = WeightFiles([
      "@model_path/w.bin": EmulatorExamples.halves(weights),
      "@model_path/b.bin": EmulatorExamples.halves((0..<128).map { Float($0) / 8 }),
    ])
    let session = try EmulatorSession(EmulatorExamples.source(MILExamples.convolution, files))
    let x = (0..<64 * 384).map { Float($0 % 97) / 4 - 12 }
    let results = try session.run(["x": x])
    let pre = try #require(results["pre"])
    #expect(pre[5 * 384 + 7] == x[5 * 384 + 7] + 5.0 / 8)
    #expect(pre[70 * 384 + 7] == -x[6 * 384 + 7] + 70.0 / 8)
    #expect(results["act"] == pre.map { max($0, 0) })
  }

  @Test func runsEveryExample() throws {
    let slice = try EmulatorSession(EmulatorExamples.source(MILExamples.slice))
    let x = (0..<1536 * 256).map { Float($0 / 256) }
    #expect(try slice.run(["inp": x])["k"]?.first == 768)
    let add = try EmulatorSession(EmulatorExamples.source(MILExamples.add))
    let ones = [Float](repeating: 1, count: 768 * 32)
    #expect(try add.run(["a": ones, "b": ones])["c"] == [Float](repeating: 2, count: 768 * 32))
    #expect(throws: EmulatorSessionError.unknownInput(name: "d", known: ["a", "b"])) { try add.run(["d": ones]) }
    #expect(throws: EmulatorSessionError.self) { try add.run(["a": [1]]) }
  }

  @Test func decodesCompressedWeights() throws {
    var q = BlobFileWriter()
    let quants = (0..<64 * 64).map { $0 % 16 }
    q.append(integers: quants, as: .uint4)
    let offset = q.append(halves: (0..<128).map { Half(Float($0 % 4 + 1) / 16) })
    #expect(offset == 2240 - 64 || offset == 2240 || offset == 2176)
    var a = BlobFileWriter()
    a.append(integers: (0..<64 * 64).map { $0 / 64 == $0 % 64 ? 8 : 0 }, as: .int8)
    let files = WeightFiles([
      "@model_path/q.bin": .bytes(WeightRegion(copying: q.finished())),
      "@model_path/a.bin": .bytes(WeightRegion(copying: a.finished())),
    ])
    let text = MILExamples.compressed.replacing("uint64(2240)", with: "uint64(\(offset))")
    var profile = RestrictionProfile.lenient
    profile.rules = [.u]
    let session = try EmulatorSession(EmulatorExamples.source(text, files), configuration: .init(profile: profile))
    var x = [Float](repeating: 0, count: 64 * 64)
    x[37 * 64] = 1
    let z = try #require(try session.run(["x": x])["z"])
    for row in 0..<64 {
      let scale = Float((row * 2 + 1) % 4 + 1) / 16
      #expect(z[row * 64] == scale * Float(quants[row * 64 + 37]))
    }
  }

  @Test func procedureIndexSelectsAFunction() throws {
    let text = """
      program(1.3)
      [buildInfo = dict<string, string>({{"coremltools-version", "9.0"}})]
      {
          func main<ios18>(tensor<fp16, [1,768,1,32]> x) {
              tensor<fp16, [1,768,1,32]> y = add(x=x, y=x)[name=string("y")];
          } -> (y);
          func other<ios18>(tensor<fp16, [1,768,1,32]> x) {
              tensor<fp16, [1,768,1,32]> y = mul(x=x, y=x)[name=string("y")];
          } -> (y);
      }
      """
    let program = try Device().compile(EmulatorExamples.source(text))
    try program.load()
    let surfaces = try EmulatorExamples.surfaces(49152, 49152)
    try surfaces[0].write([Float](repeating: 3, count: 768 * 32))
    #expect(program.procedures.map(\.name) == ["main", "other"])
    for (index, expected) in [Float(6), 9].enumerated() {
      try program.evaluate(EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]], procedureIndex: index))
      #expect(try surfaces[1].read(1) == [expected])
    }
    #expect(
      throws: EmulatorError.inferenceFailed(status: 0x1d, rule: "procedure", detail: "there is no procedure 2 among 2")
    ) {
      try program.evaluate(EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]], procedureIndex: 2))
    }
  }

  @Test func rowsOfSixtyFourBytesReadOtherElements() throws {
    let text = EmulatorExamples.broadcast(2, 3)
    var profile = RestrictionProfile.lenient
    profile.rules = [.u]
    for layout in [RowLayout.packed, .rows64] {
      let configuration = Device.Configuration(profile: profile, rowLayout: layout)
      let session = try EmulatorSession(EmulatorExamples.source(text), configuration: configuration)
      #expect(try session.run(["a": [1, 2, 3, 4, 5, 6], "b": [1, 1, 1, 1, 1, 1]])["s"] == [2, 3, 4, 5, 6, 7])
      let program = session.program
      let surfaces = try EmulatorExamples.surfaces(128, 128, 128, 128)
      try surfaces[0].write([1, 2, 3, 4, 5, 6])
      try program.evaluate(EvaluationRequest(inputs: [surfaces[0], surfaces[1]], outputs: [surfaces[2], surfaces[3]]))
      // Packed data on a device with padded rows: the second channel is read from byte 64, where nothing is.
      #expect(try surfaces[2].read(6) == (layout == .packed ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 0, 0, 0]))
    }
  }

  @Test func manyThreadsEvaluateOneProgram() async throws {
    let program = try compiled()
    try program.load()
    let shared = try EmulatorExamples.surfaces(49152, 49152)
    try shared[0].write([Float](repeating: 2, count: 768 * 32))
    try await withThrowingTaskGroup(of: Float.self) { group in
      for task in 0..<8 {
        group.addTask {
          let own = try EmulatorExamples.surfaces(49152)
          // The two orders would wait for each other, were surfaces locked as they come.
          let inputs = task % 2 == 0 ? [shared[0], shared[1]] : [shared[1], shared[0]]
          try program.evaluate(EvaluationRequest(inputs: inputs, outputs: own))
          return try own[0].read(1)[0]
        }
      }
      for try await value in group { #expect(value == 2) }
    }
  }
}
