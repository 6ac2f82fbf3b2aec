import NeuralEngine
import SkillIR

/// What a node without a kernel costs among many that have one, beside computing all of them one by one.
struct MixedPlan {
  var options: BenchmarkOptions

  private static let layers = 24
  private static let channels = 512
  private static let length = 64
  private static let rounds = 8

  func run() throws -> BenchmarkResult {
    let (kernels, mixed) = (try source(hasOther: false), try source(hasOther: true))
    let planned = try milliseconds(kernels, "fused")
    let (both, apart) = (try milliseconds(mixed, "fused"), try milliseconds(mixed, "fp16"))
    return BenchmarkResult(
      name: "mixed-plan",
      goal: "a node without a kernel costs one operator, not the program",
      figures: [
        "layers": .integer(Self.layers), "channels": .integer(Self.channels), "length": .integer(Self.length),
        "threads": .integer(options.threads), "kernelMilliseconds": .number(planned),
        "mixedMilliseconds": .number(both), "operatorMilliseconds": .number(apart),
        "mixedOverKernels": .number(both / planned), "operatorsOverMixed": .number(apart / both),
      ]
    )
  }

  /// Layers of a product and an activation, the middle one of which no kernel computes if that is wanted.
  private func source(hasOther: Bool) throws -> ProgramSource {
    let builder = GraphBuilder()
    let size = Self.channels
    // One matrix for all layers, so that the text stays short.
    let numbers = (0..<size * size).map { Double(($0 * 37) % 101 - 50) / 1024 }
    let weight = builder.constant(numbers, TensorType(.fp16, [size, size, 1, 1]))
    var x = builder.input("x", .fp16, [1, size, 1, Self.length])
    for layer in 0..<Self.layers {
      let product = x.linear(weight)
      x = hasOther && layer == Self.layers / 2 ? product.unary(.softsign) : product.tanh()
    }
    builder.output("y", x)
    return ProgramSource([UInt8](MILPrinter.text(of: try builder.build().lowered().program).utf8))
  }

  /// The fastest of some evaluations.
  private func milliseconds(_ source: ProgramSource, _ numerics: String) throws -> Double {
    var options = options
    options.numerics = numerics
    let program = try options.device().compile(source)
    try program.load()
    let bytes = max(Self.channels * Self.length * 2, 49152)
    let surfaces = [try Surface(allocationSize: bytes), try Surface(allocationSize: bytes)]
    try surfaces[0].write((0..<Self.channels * Self.length).map { Float($0 % 17) / 17 })
    let request = EvaluationRequest(inputs: [surfaces[0]], outputs: [surfaces[1]])
    var best = Double.infinity
    for _ in 0..<Self.rounds {
      best = min(best, try ContinuousClock().measure { try program.evaluate(request) }.milliseconds)
    }
    return best
  }
}
