import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct OperatorSampleTests {
  @Test(.enabled(if: NumPyOracle.isThere)) func agreesWithNumPy() throws {
    let samples = (0..<80).map { OperatorSample(seed: $0) }
    let answers = try NumPyOracle.evaluate(samples.map { .init(graph: $0.graph, inputs: $0.inputs) })
    for (seed, (sample, expected)) in zip(samples, answers).enumerated() {
      let found = try GraphEvaluator.outputs(sample.graph, sample.inputs, Numerics(.fp32))
      #expect(found.count == expected.count && !found.isEmpty)
      for (found, expected) in zip(found, expected) {
        let scale = max(1, expected.map(\.magnitude).max() ?? 1)
        for (x, y) in zip(found, expected) { #expect(abs(x - y) <= 2e-4 * scale, "seed \(seed): \(x) \(y)") }
      }
    }
  }

  @Test(arguments: 0..<60) func exactPassesKeepEveryBit(seed: Int) throws {
    let sample = OperatorSample(seed: UInt64(1000 + seed), element: .fp16)
    let rewritten = PassPipeline.exact.run(sample.graph).graph
    let before = try GraphEvaluator.outputs(sample.graph, sample.inputs, Numerics())
    let after = try GraphEvaluator.outputs(rewritten, sample.inputs, Numerics())
    #expect(!before.isEmpty)
    #expect(before == after, "\(rewritten.nodes.count) of \(sample.graph.nodes.count) nodes")
  }

  @Test(arguments: 0..<60) func passesForTheDeviceKeepWhatIsComputed(seed: Int) throws {
    let sample = OperatorSample(seed: UInt64(2000 + seed))
    let rewritten = PassPipeline.device.run(sample.graph).graph
    #expect(rewritten.inputs.map(\.name) == sample.graph.inputs.map(\.name))
    #expect(rewritten.outputs.map(\.name) == sample.graph.outputs.map(\.name))
    let before = try GraphEvaluator.outputs(sample.graph, sample.inputs, Numerics(.fp32))
    let after = try GraphEvaluator.outputs(rewritten, sample.inputs, Numerics(.fp32))
    for (before, after) in zip(before, after) {
      let scale = max(1, before.map(\.magnitude).max() ?? 1)
      #expect(before.count == after.count)
      for (x, y) in zip(before, after) { #expect(abs(x - y) <= 2e-3 * scale, "\(x) \(y)") }
    }
  }
}
