import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct PassPropertyTests {
  /// Computes both graphs on the same numbers and gives how far they are apart.
  private func difference(_ before: Graph, _ after: Graph, seed: UInt64, rounds: Bool) throws -> Double {
    let inputs = SampleGraph.inputs(of: before, seed: seed)
    let evaluator = ReferenceEvaluator(rounds: rounds)
    let (first, second) = (try evaluator.evaluate(before, inputs), try evaluator.evaluate(after, inputs))
    #expect(Set(first.keys) == Set(second.keys))
    // Relative where numbers are large; infinities are the same in both or far apart.
    return first.map { name, array in
      array.shape == second[name]?.shape
        ? distance(array.values, second[name]?.values ?? []) / (1 + (array.values.map(\.magnitude).max() ?? 0))
        : .infinity
    }.max() ?? 0
  }

  @Test(arguments: 0..<60) func exactPassesKeepEveryBit(_ seed: UInt64) throws {
    let before = try SampleGraph.make(seed: seed)
    for pass in PassPipeline.exact.passes + PassPipeline.device.passes where pass.isExact {
      let after = pass.rewrite(before)
      #expect(after.violations().isEmpty, "\(pass.id)")
      #expect(try difference(before, after, seed: seed, rounds: true) == 0, "\(pass.id)")
    }
    let result = PassPipeline.exact.run(before)
    #expect(result.trace.reachedFixpoint && result.graph.violations().isEmpty)
    #expect(try difference(before, result.graph, seed: seed, rounds: true) == 0)
  }

  @Test(arguments: 100..<160) func approximatePassesKeepTheMeaning(_ seed: UInt64) throws {
    let before = try SampleGraph.make(seed: seed, nodes: 12)
    for pass in PassPipeline.device.passes where !pass.isExact {
      let after = pass.rewrite(before)
      #expect(after.violations().isEmpty, "\(pass.id)")
      #expect(try difference(before, after, seed: seed, rounds: false) < 0.02, "\(pass.id)")
    }
    let result = PassPipeline.device.run(before)
    #expect(result.trace.reachedFixpoint && result.graph.violations().isEmpty, "\(result.trace)")
    let refused: Set<Operator> = [.gelu, .silu, .linear, .concat, .rsqrt, .scaledDotProductAttention]
    #expect(result.graph.nodes.allSatisfy { !refused.contains($0.operation) })
    #expect(try difference(before, result.graph, seed: seed, rounds: false) < 0.05)
    #expect(result.graph.outputs.map(\.name) == before.outputs.map(\.name))
  }
}
