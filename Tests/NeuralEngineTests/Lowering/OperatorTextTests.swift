import TestSupport
import Testing

@testable import NeuralEngine

/// Operators in texts, from reading to running.
@Suite(.onOwnThread) struct OperatorTextTests {
  @Test func everyOperatorSurvivesBeingWritten() throws {
    for item in OperatorCase.all {
      let lowered = try item.graph.lowered()
      let text = MILPrinter.bytes(of: lowered.program)
      let back = try GraphImporter.graph(from: try MILParser.parse(text))
      #expect(back.violations().isEmpty, "\(item.name)")
      let before = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics())
      // Bits, since what is no number equals nothing.
      let after = try GraphEvaluator.outputs(back, item.inputs, Numerics())
      #expect(before.map { $0.map(\.bitPattern) } == after.map { $0.map(\.bitPattern) }, "\(item.name)")
    }
  }

  private static func wrapped(_ statements: String) -> [UInt8] {
    Array(
      """
      program(1.3)[]
      {
          func main<ios18>(tensor<fp16, [1, 3, 4, 6]> x) {
              \(statements)
          } -> (y);
      }
      """.utf8
    )
  }

  private static func run(_ statements: String) throws -> [Double] {
    let graph = try GraphImporter.graph(from: try MILParser.parse(wrapped(statements)))
    #expect(graph.violations().isEmpty)
    return try GraphEvaluator.outputs(graph, [(0..<72).map(Double.init)], Numerics())[0]
  }

  @Test func shapesAndRangesAreConstants() throws {
    let ramp = (0..<72).map(Double.init)
    let reshaped = """
      tensor<int32, [4]> s = shape(x=x)[name=string("s")];
      tensor<fp16, [72]> f = reshape(x=x, shape=tensor<int32, [1]>([-1]))[name=string("f")];
      tensor<fp16, [1, 3, 4, 6]> y = reshape(x=f, shape=s)[name=string("y")];
      """
    #expect(try Self.run(reshaped) == ramp)
    let range = """
      fp16 a = const()[name=string("a"), val=fp16(0.5)];
      fp16 b = const()[name=string("b"), val=fp16(-1)];
      tensor<fp16, [6]> r = range_1d(start=a, end=b, step=fp16(-0.25))[name=string("r")];
      tensor<fp16, [1, 3, 4, 6]> y = mul(x=x, y=r)[name=string("y")];
      """
    let factors: [Double] = [0.5, 0.25, 0, -0.25, -0.5, -0.75]
    let products: [Double] = ramp.indices.map { ramp[$0] * factors[$0 % 6] }
    #expect(try Self.run(range) == products)
    let given = """
      tensor<int32, [3]> y = range_1d(start=int32(-1), end=int32(7), step=int32(3))[name=string("y")];
      """
    #expect(try Self.run(given) == [-1, 2, 5])
  }

  @Test func argumentsMayBeTuplesOfConstants() throws {
    let statements = """
      int32 a = const()[name=string("a"), val=int32(0)];
      int32 b = const()[name=string("b"), val=int32(2)];
      bool c = const()[name=string("c"), val=bool(false)];
      bool d = const()[name=string("d"), val=bool(true)];
      tensor<fp16, [4, 18]> f = reshape(x=x, shape=tensor<int32, [2]>([4, 18]))[name=string("f")];
      tensor<fp16, [1, 3, 4, 6]> y = reshape_like(x=f, ref_tensors=(x, x), begins=(a, b), ends=(b, a), end_masks=(c, d))[name=string("y")];
      """
    #expect(try Self.run(statements) == (0..<72).map(Double.init))
  }

  @Test(arguments: [
    ("range_1d(start=int32(0), end=int32(9), step=int32(0))", "invalid-operation"),
    ("range_1d(start=int32(0), end=int32(-9), step=int32(1))", "invalid-operation"),
    ("range_1d(start=int32(0), end=int32(2147483647), step=int32(1))", "invalid-operation"),
    ("range_1d(start=fp32(0), end=fp32(nan), step=fp32(1))", "invalid-operation"),
    ("range_1d(start=int32(0), end=fp32(9), step=int32(1))", "invalid-operation"),
    ("range_1d(start=int32(0), end=int32(4), step=int32(1))", "type-mismatch"),
    ("range_1d(start=x, end=int32(4), step=int32(1))", "not-constant"),
    ("shape(x=x)", "type-mismatch"), ("non_zero(x=x)", "not-emulated"), ("read_state(input=x)", "not-emulated"),
    ("write_state(state=x, value=x)", "not-emulated"), ("coreml_update_state(state=x, value=x)", "not-emulated"),
    ("einsum(values=(x, x), equation=string(\"ij,jk->ik\"))", "invalid-operation"),
    ("upsample_bilinear(x=x, scale_factor_height=int32(0))", "invalid-operation"),
    ("resize(x=x, shape=x, resized_dims=uint32(2))", "not-constant"),
    ("quantize(input=x, scale=fp16(0), output_dtype=string(\"int8\"))", "invalid-operation"),
  ]) func whatCannotRunIsRefusedWhenItIsCompiled(_ call: String, _ code: String) {
    let text = Self.wrapped("tensor<int32, [9]> y = \(call)[name=string(\"y\")];")
    // The profile that leaves the CPU's operators to be computed.
    let check = MILCheck(text, profile: .lenient)
    #expect(check.findings.map(\.code).contains(code), "\(check.text(file: "m"))")
    #expect(check.hasErrors)
    if code == "not-emulated" { #expect(check.findings.contains { $0.mend != nil }) }
    #expect(throws: EmulatorError.self) { try Device(.init(profile: .lenient)).compile(ProgramSource(text)) }
  }

  @Test(arguments: Numerics.Profile.allCases) func devicesRunWhatTheyTake(_ profile: Numerics.Profile) throws {
    let statements = """
      tensor<fp16, [1, 3, 8, 12]> u = upsample_nearest_neighbor(x=x, scale_factor_height=int32(2), scale_factor_width=fp32(2))[name=string("u")];
      tensor<fp16, [1, 12, 4, 6]> p = pixel_unshuffle(x=u, downscale_factor=uint32(2))[name=string("p")];
      tensor<fp16, [1, 12, 4, 1]> t, tensor<int32, [1, 12, 4, 1]> i = topk(x=p, k=int32(1))[name=string("t")];
      tensor<fp16, [1, 12, 4, 1]> y = identity(x=t)[name=string("y")];
      """
    let session = try EmulatorSession(
      ProgramSource(Self.wrapped(statements)),
      configuration: Device.Configuration(profile: .lenient, numerics: Numerics(profile))
    )
    let results = try session.run(["x": (0..<72).map { Float($0) }])
    // A channel for each cell of a block, all of them alike; the last column is the greatest.
    let expected: [Float] = (0..<12).flatMap { channel -> [Float] in
      (0..<4).map { row in Float((channel / 4 * 4 + row) * 6 + 5) }
    }
    #expect(results["y"] == expected)
    #expect(session.program.fallbacks.isEmpty == (profile != .fused))
  }

  @Test func aDeviceSaysWhichIndexNamesNothing() throws {
    let text = Self.wrapped(
      """
      tensor<int32, [2]> i = const()[name=string("i"), val=tensor<int32, [2]>([1, 4])];
      bool v = const()[name=string("v"), val=bool(true)];
      int32 a = const()[name=string("a"), val=int32(2)];
      tensor<fp16, [1, 3, 2, 6]> y = gather(axis=a, indices=i, validate_indices=v, x=x)[name=string("y")];
      """
    )
    for profile in [Numerics.Profile.fp16, .fused] {
      let session = try EmulatorSession(
        ProgramSource(text),
        configuration: Device.Configuration(profile: .lenient, numerics: Numerics(profile))
      )
      let error = #expect(throws: EmulatorError.self) { try session.run(["x": [Float](repeating: 1, count: 72)]) }
      #expect(error.map { "\($0)" }?.contains("holds 4, but there are places from 0 to 3 only") == true)
    }
  }
}
