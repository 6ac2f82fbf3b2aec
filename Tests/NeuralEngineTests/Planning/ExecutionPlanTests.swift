import TestSupport
import Testing

@testable import NeuralEngine

/// Plans are held against the same programs run operator by operator in single precision.
@Suite(.onOwnThread) struct ExecutionPlanTests {
  @Test(arguments: [
    (LayerSample(length: 1), 1, 5), (LayerSample(length: 4), 4, 0), (LayerSample(length: 4), 3, 9),
    (LayerSample(length: 4, keyValueHeads: 4), 4, 2), (LayerSample(length: 1, isInterleaved: true), 1, 0),
    (LayerSample(length: 1, adapterRank: 8), 1, 2), (LayerSample(length: 4, adapterRank: 8), 4, 2),
    (LayerSample(length: 1, isIrregular: true), 1, 3), (LayerSample(length: 4, isIrregular: true), 4, 3),
    (LayerSample(length: 4, isInterleaved: true, isIrregular: true), 4, 3),
  ])
  func plansComputeWhatTheirOperatorsDo(_ sample: LayerSample, _ tokens: Int, _ position: Int) throws {
    let planned = try sample.run(.fused, tokens: tokens, position: position, rounds: 2)
    let expected = try sample.run(.fp32, tokens: tokens, position: position, rounds: 2)
    #expect(planned.keys == expected.keys)
    for (name, numbers) in expected {
      let found = try #require(planned[name])
      // Columns that stand for no token are not compared.
      for (index, number) in numbers.enumerated()
      where name != "hidden" || index % sample.length < tokens {
        let difference = abs(found[index] - number)
        #expect(difference < 0.004 * max(1, abs(number)), "\(name)[\(index)]: \(found[index]), expected \(number)")
      }
    }
  }

  @Test func aLayerIsAFewCalls() throws {
    let sample = LayerSample(length: 4)
    let plan = try sample.plan()
    #expect(
      plan.listing == """
        turns 0, 4 [16, 4]
        selection 3 [4, 32]
        mask 2 [4, 32]
        load input 6 [64, 4]
        rms norm 64 × 4
        linear 64 → 64 + 32 + 32 × 4
        rotary 4 × 16 × 4
        rotary 2 × 16 × 4
        cache update 32 × 32
        cache update 32 × 32
        attention 4/2 × 16
        linear 64 → 64 × 4
        rms norm 64 × 4
        linear 64 → 96 + 96 × 4
        linear 96 → 64 × 4
        store output 0 [64, 4]
        """
    )
  }

  @Test func adaptersAreOneCallMore() throws {
    let listing = try LayerSample(length: 4, adapterRank: 8).plan().listing
    #expect(listing.contains("adapter 64 → 8 → 64 × 4"))
    #expect(listing.split(separator: "\n").count == 18)
  }

  @Test(arguments: [
    LayerSample(length: 1), LayerSample(length: 1, keyValueHeads: 4), LayerSample(length: 4, keyValueHeads: 4),
    LayerSample(length: 4, keyValueHeads: 1), LayerSample(length: 1, isInterleaved: true),
  ])
  func everyFormOfALayerHasAPlan(_ sample: LayerSample) throws {
    #expect(try sample.plan().listing.split(separator: "\n").count == 16)
  }
}

extension ExecutionPlanTests {
  @Test func aCacheCannotBeWrittenOverAnothers() throws {
    let session = try EmulatorSession(
      try LayerSample(length: 1).source(),
      device: LayerSample(length: 1).device(.fused)
    )
    let size = 1 << 16
    let surfaces = try (0..<8).map { _ in try Surface(allocationSize: size) }
    // By name: cos, k, mask, place, sin, v, x; hidden, k_next, v_next.
    let crossed = EvaluationRequest(inputs: Array(surfaces[0..<7]), outputs: [surfaces[7], surfaces[5], surfaces[1]])
    #expect(throws: EmulatorError.self) { try session.program.evaluate(crossed) }
    let straight = EvaluationRequest(inputs: Array(surfaces[0..<7]), outputs: [surfaces[7], surfaces[1], surfaces[5]])
    try session.program.evaluate(straight)
  }
}

extension ExecutionPlanTests {
  @Test func aProductAddedToItsOwnActivationsIsNotWrittenOverThem() throws {
    let builder = GraphBuilder()
    let numbers = (0..<64 * 64).map { ElementType.fp16.rounded(Double(($0 * 37) % 101 - 50) / 400) }
    let x = builder.input("x", .fp16, [1, 64, 1, 4])
    builder.output("y", x.linear(builder.constant(numbers, TensorType(.fp16, [64, 64, 1, 1]))) + x)
    let text = MILPrinter.text(of: try builder.build().lowered().program)
    let values = ["x": (0..<256).map { Float(($0 * 29) % 83 - 41) / 32 }]
    let (planned, expected) = try (run(text, .fused, values), run(text, .fp32, values))
    for (found, number) in zip(planned, expected) { #expect(abs(found - number) < 0.01) }
    #expect(planned.count == 256)
  }

  private func run(_ text: String, _ profile: Numerics.Profile, _ values: [String: [Float]]) throws -> [Float] {
    let device = LayerSample(length: 4).device(profile)
    return try EmulatorSession(ProgramSource([UInt8](text.utf8)), device: device).run(values).first?.value ?? []
  }
}
