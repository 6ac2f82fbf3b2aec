import TestSupport
import Testing

@testable import NeuralEngine

/// Plans of programs that kernels compute but for some nodes.
@Suite(.onOwnThread) struct MixedPlanTests {
  @Test(arguments: InterruptedRows.allCases)
  func onlyWhatNoKernelComputesIsEvaluated(_ sample: InterruptedRows) throws {
    let (source, values) = try sample.program()
    let planned = try PlanTrial(source, .fused)
    let (found, expected) = (try planned.session.run(values), try PlanTrial(source, .fp32).session.run(values))
    #expect(found.keys == expected.keys)
    for (name, numbers) in expected {
      let results = try #require(found[name])
      for (found, number) in zip(results, numbers) { #expect(abs(found - number) < 0.004, "\(name)") }
    }
    let plan = try planned.plan()
    let evaluated = plan.listing.split(separator: "\n").filter { $0.hasPrefix("operator ") }
    #expect(evaluated.map { String($0.split(separator: " ")[1]) } == sample.operators.map(\.rawValue))
    #expect(plan.spanCount == sample.spanCount)
    let operators = planned.session.program.fallbacks.map { fallback -> Operator? in
      switch fallback.reason {
      case .unsupported(let operation, _): operation
      case .layout: .reshape
      default: nil
      }
    }
    #expect(operators == sample.operators)
    #expect(planned.session.device.statistics.fallbacks == operators.count)
    // Nothing of an evaluation is left for the next.
    #expect(try planned.session.run(values) == found)
  }

  @Test func valuesBecomeTensorsAndRowsOnce() throws {
    let plan = try PlanTrial(try InterruptedRows.sharingAnInput.program().source, .fused).plan()
    #expect(
      plan.listing == """
        load input 0 [8, 4]
        linear 8 → 8 × 4
        gather [1, 8, 1, 4]
        operator softmax [1, 8, 1, 4]
        scatter [8, 4]
        operator sin [1, 8, 1, 4]
        scatter [8, 4]
        add × 32
        add × 32
        store output 0 [8, 4]
        """
    )
  }

  @Test func whereKernelsComputeAllThereIsOneSpan() throws {
    for sample in [LayerSample(length: 1), LayerSample(length: 4), LayerSample(length: 4, adapterRank: 8)] {
      let plan = try sample.plan()
      #expect(plan.spanCount == 1 && plan.fallbacks.isEmpty)
    }
  }

  @Test func surfacesOfPaddedRowsAreReadByNoKernel() throws {
    let (source, values) = try InterruptedRows.inTheMiddle.program()
    let trial = try PlanTrial(source, .fused, .rows64)
    #expect(trial.session.program.fallbacks.map(\.reason) == [.rows(.rows64)])
    let expected = try PlanTrial(source, .fp32).session.run(values)
    for (found, number) in zip(try trial.session.run(values)["y"] ?? [], expected["y"] ?? []) {
      #expect(abs(found - number) < 0.002)
    }
  }

  @Test func tensorsCountAgainstTheMemoryLimit() throws {
    func load(_ limit: Int) throws {
      var configuration = Device.Configuration(profile: .lenient, numerics: Numerics(.fused))
      configuration.memoryLimit = limit
      let builder = GraphBuilder()
      // A mebibyte each in single precision: rows before and after, and two tensors at a time.
      var x = builder.input("x", .fp16, [1, 64, 1, 4096]).relu()
      for _ in 0..<16 { x = x.softmax(axis: 1) }
      builder.output("y", x.relu())
      try Device(configuration).compile(try builder.build().program()).load()
    }
    try load(5 << 20)
    #expect {
      try load(3 << 20)
    } throws: {
      "\($0)".contains("takes about") && "\($0)".contains("of which it may take 3")
    }
  }

  @Test func reloadedWeightsReachNodesWithoutKernels() throws {
    let device = Device(Device.Configuration(profile: .lenient, numerics: Numerics(.fused)))
    let program = try device.compile(EmulatorExamples.scaling())
    try program.load()
    let (x, y) = (try Surface(allocationSize: 1 << 16), try Surface(allocationSize: 1 << 16))
    try x.write([Float](repeating: 1.5, count: 768 * 32))
    func result() throws -> Set<Float> {
      try program.evaluate(EvaluationRequest(inputs: [x], outputs: [y]))
      return Set(try y.read(768 * 32))
    }
    #expect(try result() == [3])
    try program.reload(EmulatorExamples.scalingWeights(5))
    #expect(try result() == [7.5])
    #expect(program.fallbacks.map(\.reason) == [.unsupported(.mul, name: "y")])
  }

  @Test func requestsThatComeTogetherDoNotMix() async throws {
    let (source, _) = try InterruptedRows.sharingAnInput.program()
    let session = try PlanTrial(source, .fused).session
    let count = 8 * 4
    func surface(_ number: Int) throws -> Surface {
      let surface = try Surface(allocationSize: 1 << 12)
      try surface.write((0..<count).map { Float(($0 * number) % 7) / 4 })
      return surface
    }
    func evaluate(_ number: Int) throws -> [Float] {
      let output = try Surface(allocationSize: 1 << 12)
      try session.program.evaluate(EvaluationRequest(inputs: [try surface(number)], outputs: [output]))
      return try output.read(count)
    }
    let expected = try (0..<8).map { try evaluate($0) }
    #expect(Set(expected).count > 4)
    let found = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
      for round in 0..<64 { group.addTask { (round % 8, try evaluate(round % 8)) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for (number, result) in found { #expect(result == expected[number]) }
  }
}

/// Programs of kernels and a few nodes that none computes, each in another place.
enum InterruptedRows: CaseIterable {
  case atTheBeginning, inTheMiddle, atTheEnd, consecutive, sharingAnInput, anOutputThatIsUsed
  case readBeforeItsRowsAreReused, readAfterItsRowsWereReused, ofSeveralResults, ofTruth, ofAnInput
  case rowsOfAnotherLength, ofACache, cacheThatIsNoOutput, outputThatIsAnInput

  /// The program, and values for its inputs.
  func program() throws -> (source: ProgramSource, values: [String: [Float]]) {
    let builder = GraphBuilder()
    var random = SplitMix(seed: 5)
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(ElementType.fp16.rounded(.random(in: -1...1, using: &random))) }
    }
    func weight() -> Tensor { builder.constant(numbers(64).map { Double($0) }, TensorType(.fp16, [8, 8, 1, 1])) }
    let x = builder.input("x", .fp16, [1, 8, 1, 4])
    var values = ["x": numbers(32)]
    var result = x
    switch self {
    case .atTheBeginning: result = x.softmax(axis: 1).linear(weight())
    case .inTheMiddle: result = x.linear(weight()).softmax(axis: 1).linear(weight())
    case .atTheEnd: result = x.linear(weight()).softmax(axis: 1)
    case .consecutive: result = x.linear(weight()).softmax(axis: 1).unary(.sin).transposed([0, 3, 2, 1]).relu()
    case .sharingAnInput:
      let h = x.linear(weight())
      result = h.softmax(axis: 1) + h.unary(.sin) + h
    case .anOutputThatIsUsed:
      let shares = x.linear(weight()).softmax(axis: 1)
      builder.output("shares", shares)
      result = shares.relu()
    case .readBeforeItsRowsAreReused:
      let h = x.linear(weight())
      let shares = h.softmax(axis: 1)
      // Rows of the same place.
      result = h.tanh() + shares
    case .readAfterItsRowsWereReused: result = (x.linear(weight()).tanh().softmax(axis: 1) + 1).linear(weight())
    case .ofSeveralResults:
      let parts = x.linear(weight()).split(sizes: [6, 2], axis: 1)
      result = parts[0].relu()
      builder.output("rest", parts[1])
    case .ofTruth:
      let isPositive = x.greater(than: builder.scalar(0))
      let h = x.linear(weight())
      result = isPositive.select(h, else: x)
    case .ofAnInput:
      let h = x.linear(weight())
      result = h + x.softmax(axis: 1)
    case .rowsOfAnotherLength: result = x.linear(weight()).reshaped([1, 32, 1, 1]).relu()
    case .ofACache, .cacheThatIsNoOutput:
      values["mask"] = [Float](repeating: 0, count: 20)
      values["place"] = (0..<20).map { $0 / 5 == $0 % 5 ? 1 : 0 }
      (values["k"], values["v"]) = (numbers(40), numbers(40))
      let attention = x.cachedAttention(
        keys: x,
        values: x,
        keyCache: builder.input("k", .fp16, [1, 5, 1, 8]),
        valueCache: builder.input("v", .fp16, [1, 5, 1, 8]),
        place: builder.input("place", .fp16, [1, 1, 4, 5]),
        mask: builder.input("mask", .fp16, [1, 1, 4, 5]),
        heads: 2,
        keyValueHeads: 2
      )
      builder.output("keys", attention.keys)
      if self == .ofACache {
        builder.output("values", attention.values)
        builder.output("shares", attention.keys.softmax(axis: 3))
      }
      result = attention.output
    case .outputThatIsAnInput:
      builder.output("same", builder.input("whole", .int32, [3]))
      values["whole"] = [1, -7, 1_048_576]
      result = x.relu()
    }
    builder.output("y", result)
    return (try builder.build().program(), values)
  }

  /// What is evaluated, in order.
  var operators: [Operator] {
    switch self {
    case .atTheBeginning, .inTheMiddle, .atTheEnd, .anOutputThatIsUsed, .readBeforeItsRowsAreReused,
      .readAfterItsRowsWereReused, .ofAnInput, .ofACache:
      [.softmax]
    case .consecutive: [.softmax, .sin, .transpose]
    case .sharingAnInput: [.softmax, .sin]
    case .ofSeveralResults: [.split]
    case .ofTruth: [.greater, .select]
    case .rowsOfAnotherLength: [.reshape]
    case .cacheThatIsNoOutput: [.matmul, .transpose, .transpose, .matmul, .add, .softmax, .matmul]
    case .outputThatIsAnInput: []
    }
  }

  /// How many runs of kernels there are.
  var spanCount: Int {
    switch self {
    case .atTheBeginning: 1
    case .inTheMiddle, .atTheEnd, .consecutive, .sharingAnInput, .readBeforeItsRowsAreReused,
      .readAfterItsRowsWereReused, .ofAnInput, .rowsOfAnotherLength, .ofACache, .outputThatIsAnInput:
      2
    case .anOutputThatIsUsed, .ofSeveralResults, .ofTruth, .cacheThatIsNoOutput: 3
    }
  }
}
