import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct WeightUpdateTests {
  private func configuration(_ reload: RestrictionProfile.Reload) -> Device.Configuration {
    var profile = RestrictionProfile.orion
    profile.reload = reload
    return Device.Configuration(profile: profile)
  }

  private func value(_ program: CompiledProgram) throws -> Float {
    let surfaces = try EmulatorExamples.surfaces(49152, 49152)
    try surfaces[0].write([Float](repeating: 1, count: 768 * 32))
    try program.evaluate(EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]]))
    return try surfaces[1].read(1)[0]
  }

  @Test(arguments: [RestrictionProfile.Reload.effective, .stale]) func reloadingInPlace(
    _ reload: RestrictionProfile.Reload
  )
    throws
  {
    let device = Device(configuration(reload))
    let program = try device.compile(EmulatorExamples.scaling())
    try program.load()
    #expect(try value(program) == 2)
    // Overwriting alone changes nothing.
    program.overwrite(EmulatorExamples.scalingWeights(3))
    #expect(try value(program) == 2)
    try program.reload(EmulatorExamples.scalingWeights(5))
    #expect(try value(program) == (reload == .effective ? 5 : 2))
    #expect(device.statistics.compiles == 1)
    #expect(device.diagnostics.map(\.code) == (reload == .stale ? ["R7"] : []))
    var others = configuration(reload)
    others.profile.rules.insert(.init(46))
    let reporting = try Device(others).compile(EmulatorExamples.scaling())
    try reporting.load()
    try reporting.reload(EmulatorExamples.scalingWeights(5))
    #expect(reporting.device.diagnostics.map(\.code) == (reload == .stale ? ["R46"] : []))
  }

  @Test func filesThatGoUnheededAreReported() throws {
    let device = Device(configuration(.stale))
    let program = try device.compile(EmulatorExamples.scaling())
    try program.load()
    #expect(device.diagnostics.isEmpty)
    try program.unload()
    program.overwrite(EmulatorExamples.scalingWeights(5))
    #expect(device.diagnostics.isEmpty)
    try program.load()
    #expect(try value(program) == 2)
    #expect(device.diagnostics.map(\.code) == ["R7"])
  }

  @Test(arguments: [RestrictionProfile.Reload.effective, .stale]) func patching(
    _ reload: RestrictionProfile.Reload
  ) throws {
    let device = Device(configuration(reload))
    let donor = try device.compile(EmulatorExamples.scaling())
    try donor.load()
    let patched = try device.patch(donor, weights: EmulatorExamples.scalingWeights(7))
    try patched.load()
    #expect(try value(patched) == 7)
    #expect(try value(donor) == 2)
    let source = ProgramSource(EmulatorExamples.scaling().text, weights: EmulatorExamples.scalingWeights(7))
    #expect(patched.identity == source.identity && donor.identity == EmulatorExamples.scaling().identity)
    let fresh = try device.compile(source)
    try fresh.load()
    #expect(try value(fresh) == 7)
    #expect(device.statistics.patches == 1)
    let tooFew = WeightFiles(["@model_path/w.bin": EmulatorExamples.halves([1, 2, 3])])
    #expect(throws: EmulatorError.self) { try device.patch(donor, weights: tooFew) }
  }

  @Test func filesThatDoNotFitAreNotLoaded() throws {
    let program = try Device().compile(EmulatorExamples.scaling())
    try program.load()
    let tooFew = WeightFiles(["@model_path/w.bin": EmulatorExamples.halves([1, 2, 3])])
    #expect(throws: EmulatorError.self) { try program.reload(tooFew) }
    #expect(program.state == .unloaded)
    program.overwrite(EmulatorExamples.scalingWeights(4))
    try program.load()
    #expect(try value(program) == 4)
  }

  @Test func adaptersAreSwappedWithoutCompiling() throws {
    // y = conv(x, W) + (x·A)·Bᵀ·(α/r), A and B inputs of the program.
    let (width, size, rank) = (32, 64, 32)
    let text = MILExamples.wrapped(
      "tensor<fp16, [1,64,1,32]> x, tensor<fp16, [1,64,1,32]> lora_A, tensor<fp16, [1,64,1,32]> lora_B",
      """
              string pt = const()[name=string("pt"), val=string("valid")];
              tensor<int32, [2]> one2 = const()[name=string("one2"), val=tensor<int32, [2]>([1,1])];
              tensor<int32, [4]> zero4 = const()[name=string("zero4"), val=tensor<int32, [4]>([0,0,0,0])];
              int32 g = const()[name=string("g"), val=int32(1)];
              tensor<fp16, [64,64,1,1]> w = const()[name=string("w"), val=tensor<fp16, [64,64,1,1]>(BLOBFILE(path=string("@model_path/w.bin"), offset=uint64(64)))];
              tensor<fp16, [1,64,1,32]> base = conv(dilations=one2, groups=g, pad=zero4, pad_type=pt, strides=one2, weight=w, x=x)[name=string("base")];
              tensor<int32, [4]> forth = const()[name=string("forth"), val=tensor<int32, [4]>([0,2,3,1])];
              tensor<int32, [4]> back = const()[name=string("back"), val=tensor<int32, [4]>([0,3,1,2])];
              bool no = const()[name=string("no"), val=bool(false)];
              bool yes = const()[name=string("yes"), val=bool(true)];
              fp16 ratio = const()[name=string("ratio"), val=fp16(0.5)];
              tensor<fp16, [1,1,32,64]> xt = transpose(perm=forth, x=x)[name=string("xt")];
              tensor<fp16, [1,1,32,64]> at = transpose(perm=forth, x=lora_A)[name=string("at")];
              tensor<fp16, [1,1,32,64]> bt = transpose(perm=forth, x=lora_B)[name=string("bt")];
              tensor<fp16, [1,1,32,32]> h = matmul(transpose_x=no, transpose_y=yes, x=xt, y=at)[name=string("h")];
              tensor<fp16, [1,1,32,64]> m = matmul(transpose_x=no, transpose_y=no, x=h, y=bt)[name=string("m")];
              tensor<fp16, [1,64,1,32]> lo = transpose(perm=back, x=m)[name=string("lo")];
              tensor<fp16, [1,64,1,32]> scaled = mul(x=lo, y=ratio)[name=string("scaled")];
              tensor<fp16, [1,64,1,32]> y = add(x=base, y=scaled)[name=string("y")];
      """,
      results: "y"
    )
    let w = (0..<size * size).map { Float(($0 * 7) % 11 - 5) / 16 }
    let device = Device()
    let files = WeightFiles(["@model_path/w.bin": EmulatorExamples.halves(w)])
    let session = try EmulatorSession(EmulatorExamples.source(text, files), device: device)
    let x = (0..<size * width).map { Float(($0 * 5) % 13 - 6) / 8 }
    for adapter in 0..<3 {
      let a = (0..<size * rank).map { Float(($0 * (3 + adapter)) % 7 - 3) / 16 }
      let b = (0..<size * rank).map { Float(($0 * (2 + adapter)) % 9 - 4) / 16 }
      let y = try #require(try session.run(["x": x, "lora_A": a, "lora_B": b])["y"])
      for (channel, position) in [(0, 0), (17, 5), (63, 31)] {
        var expected: Float = 0
        for i in 0..<size { expected += w[channel * size + i] * x[i * width + position] }
        for r in 0..<rank {
          var h: Float = 0
          for i in 0..<size { h += x[i * width + position] * a[i * rank + r] }
          expected += 0.5 * h * b[channel * rank + r]
        }
        #expect(abs(y[channel * width + position] - expected) < 0.02)
      }
    }
    #expect(device.statistics.compiles == 1)
    #expect(device.statistics.loads == 1)
    #expect(device.statistics.evaluations == 3)
  }
}
