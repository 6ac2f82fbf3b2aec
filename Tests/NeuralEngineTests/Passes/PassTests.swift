import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct PassTests {
  /// A graph of one input `x` and the outputs a closure gives.
  private func graph(
    _ shape: [Int] = [1, 4, 1, 6],
    _ element: ElementType = .fp16,
    _ body: (GraphBuilder, Tensor) -> [Tensor]
  ) throws -> Graph {
    let builder = GraphBuilder()
    let outputs = body(builder, builder.input("x", element, shape))
    for (index, tensor) in outputs.enumerated() { builder.output("out\(index)", tensor) }
    return try builder.build()
  }

  private func operations(_ graph: Graph) -> [Operator] {
    graph.nodes.map(\.operation).filter { $0 != .input && $0 != .const }
  }

  private func apply(_ pass: any GraphPass, _ graph: Graph) throws -> [Operator] {
    let result = pass.rewrite(graph)
    #expect(result.violations().isEmpty)
    #expect(result.outputs.map(\.name) == graph.outputs.map(\.name))
    #expect(result.inputs.map(\.name) == graph.inputs.map(\.name))
    #expect(result.outputs.map { result.type(of: $0.value) } == graph.outputs.map { graph.type(of: $0.value) })
    return operations(DeadCodeElimination().rewrite(result))
  }

  @Test func deadCodeGoesAndInputsStay() throws {
    let builder = GraphBuilder()
    let (x, unused) = (builder.input("x", .fp16, [2]), builder.input("unused", .fp16, [2]))
    _ = unused.relu().tanh()
    builder.output("y", x.exp())
    let result = DeadCodeElimination().rewrite(try builder.build())
    #expect(result.nodes.map(\.operation) == [.input, .input, .exp])
    #expect(DeadCodeElimination().rewrite(result) == result)
  }

  @Test func nodesThatGiveWhatTheyAreGivenGo() throws {
    let before = try graph { builder, x in
      let y = x.relu().identity().reshaped(x.shape).transposed([0, 1, 2, 3]).cast(to: .fp16) * 1
      return [y.padded([0, 0]).tiled([1, 1, 1, 1]).sliced(axis: 1, 0..<4).split(sizes: [4], axis: 1)[0].tanh()]
    }
    #expect(try apply(IdentityElimination(), before) == [.relu, .tanh])
  }

  @Test func nodesThatDoSomethingStay() throws {
    let before = try graph { _, x in
      [x.reshaped([4, 6]), x.transposed([0, 1, 3, 2]), x.cast(to: .fp32), x * 2, x.sliced(axis: 1, 0..<3), x + 0]
    }
    #expect(IdentityElimination().rewrite(before) == before)
    // Times one, but to another shape.
    let wider = try graph([1]) { builder, x in [x.relu() * builder.constant([1], TensorType(.fp16, [1, 1]))] }
    #expect(IdentityElimination().rewrite(wider) == wider)
    // Backwards, the shape kept.
    let backwards = try graph([4]) { builder, x in
      [
        builder.apply(
          .sliceByIndex,
          [(.x, x.relu())],
          [
            .begin: .integers([0]), .end: .integers([0]), .stride: .integers([-1]), .beginMask: .booleans([true]),
            .endMask: .booleans([true]),
          ]
        )
      ]
    }
    #expect(IdentityElimination().rewrite(backwards) == backwards)
  }

  @Test func outputsStayComputedValuesOfTheirOwn() throws {
    let before = try graph { _, x in
      let y = x.relu()
      return [x.identity(), y.identity(), y.identity()]
    }
    let after = IdentityElimination().rewrite(before)
    #expect(operations(after) == [.relu, .identity, .identity])
    #expect(Set(after.outputs.map(\.value)).count == 3)
  }

  @Test func castsFuseOnlyWhereTheFirstLosesNothing() throws {
    let wide = try graph { _, x in [x.relu().cast(to: .fp32).cast(to: .fp16).tanh()] }
    #expect(try apply(CastFusion(), wide) == [.relu, .tanh])
    let narrow = try graph([2], .fp32) { _, x in [x.cast(to: .fp16).cast(to: .fp32)] }
    #expect(CastFusion().rewrite(narrow) == narrow)
    let onward = try graph { _, x in [x.cast(to: .fp32).cast(to: .int32)] }
    #expect(try apply(CastFusion(), onward) == [.cast])
    let whole = try graph { _, x in [x.cast(to: .int32).cast(to: .fp16)] }
    #expect(CastFusion().rewrite(whole) == whole)
  }

  @Test(arguments: [
    (ElementType.fp16, ElementType.fp32, true), (.fp32, .fp16, false), (.fp16, .bf16, false), (.bf16, .fp16, false),
    (.bf16, .fp32, true), (.int8, .fp16, true), (.uint8, .fp16, true), (.int16, .fp16, false), (.int16, .fp32, true),
    (.int32, .fp32, false), (.int8, .uint8, false), (.uint8, .int8, false), (.uint8, .int16, true),
    (.bool, .fp16, true),
    (.fp16, .int32, false), (.int4, .int8, true), (.uint16, .int16, false), (.string, .fp16, false),
  ])
  func wideningIsExact(_ from: ElementType, _ to: ElementType, _ expected: Bool) {
    #expect(from.widens(to: to) == expected)
  }

  @Test func whatIsTheSameIsComputedOnce() throws {
    let before = try graph { builder, x in
      let weights = (0..<2).map { builder.weight("@model_path/w.bin", .fp16, [3, 4, 1, 1], name: "w\($0)") }
      let other = builder.weight("@model_path/w.bin", offset: 128, .fp16, [3, 4, 1, 1], name: "other")
      return [x.linear(weights[0]) + x.linear(weights[1]) + x.linear(other)]
    }
    let after = Deduplication().rewrite(before)
    #expect(after.nodes.count { $0.operation == .const } == 2)
    #expect(operations(after) == [.conv, .add, .conv, .add])
    let twins = try graph { _, x in [x.relu(), x.relu()] }
    #expect(Deduplication().rewrite(twins) == twins)
  }

  @Test func transpositionsAndReshapingsCompose() throws {
    let turned = try graph { _, x in [x.transposed([0, 3, 1, 2]).transposed([0, 2, 3, 1]).relu()] }
    let result = PassPipeline.exact.run(turned).graph
    #expect(operations(result) == [.relu])
    let once = try graph { _, x in [x.transposed([3, 0, 1, 2]).transposed([3, 0, 1, 2])] }
    #expect(TransposeComposition().rewrite(once).nodes.last?.integers(.permutation) == [2, 3, 0, 1])
    let shaped = try graph { _, x in [x.reshaped([4, 6]).expanded(axes: [0]).squeezed(axes: [0]).reshaped([24])] }
    #expect(try apply(ReshapeComposition(), shaped) == [.reshape])
    let apart = try graph { _, x in [x.reshaped([4, 6]).relu().reshaped([24]), x.transposed([3, 0, 1, 2]).relu()] }
    #expect(ReshapeComposition().rewrite(apart) == apart)
    #expect(TransposeComposition().rewrite(apart) == apart)
  }

  @Test func scalarsFoldToTheNumberTheDeviceWouldHave() throws {
    let before = try graph { builder, x in [x * ((builder.scalar(0.1) + builder.scalar(0.2)) * builder.scalar(3))] }
    let after = DeadCodeElimination().rewrite(ScalarFolding().rewrite(before))
    #expect(operations(after) == [.mul])
    let half = ElementType.fp16.rounded
    let expected = half(half(half(0.1) + half(0.2)) * 3)
    #expect(after.nodes.contains { $0.constant == .numbers([expected]) })
    // Infinity, roots of negative numbers and powers are the device's business.
    let open = try graph { builder, x in
      [
        x * (builder.scalar(60000) + builder.scalar(60000)), x * builder.scalar(-1).sqrt(),
        x * builder.scalar(2).pow(0.5),
      ]
    }
    #expect(ScalarFolding().rewrite(open) == open)
  }

  @Test func activationsAreSpelledOut() throws {
    let before = try graph { builder, x in
      [
        x.unary(.silu), builder.apply(.gelu, [(.x, x)]),
        builder.apply(.gelu, [(.x, x)], [.mode: .string("SIGMOID_APPROXIMATION")]),
      ]
    }
    let after = try apply(ActivationLegalization(), before)
    #expect(!after.contains(.silu) && !after.contains(.gelu))
    #expect(after.filter { $0 == .sigmoid }.count == 2 && after.filter { $0 == .tanh }.count == 1)
    let legal = try graph { _, x in [x.silu(), x.gelu()] }
    #expect(ActivationLegalization().rewrite(legal) == legal)
  }

  @Test func reciprocalsBecomePowers() throws {
    let before = try graph { builder, x in
      [x.rsqrt(epsilon: 1e-5), x.rsqrt(epsilon: 0), builder.apply(.inverse, [(.x, x)]), x / builder.scalar(8)]
    }
    #expect(try apply(ReciprocalLegalization(), before) == [.add, .pow, .pow, .add, .pow, .mul])
    // A quotient of tensors is native; a reciprocal that would be subnormal or infinite is not taken.
    let legal = try graph { builder, x in [x / x.exp(), x / builder.scalar(60000), x / builder.scalar(0)] }
    #expect(ReciprocalLegalization().rewrite(legal) == legal)
  }

  @Test func normalizationAttentionAndBiasAreSpelledOut() throws {
    let norm = try graph { builder, x in
      let gamma = builder.weight("@model_path/g.bin", .fp16, [4])
      return [builder.apply(.layerNorm, [(.x, x), (.gamma, gamma)], [.axes: .integers([1])])]
    }
    #expect(
      try apply(NormalizationLegalization(), norm) == [.reduceMean, .sub, .mul, .reduceMean, .add, .pow, .mul, .mul]
    )
    let attention = try graph { builder, x in
      let mask = builder.constant([0, -1e4, 0, 0], TensorType(.fp16, [1, 4]))
      let q = x.reshaped([1, 1, 4, 6])
      return [builder.apply(.scaledDotProductAttention, [(.query, q), (.key, q), (.value, q), (.attentionMask, mask)])]
    }
    #expect(try apply(AttentionLegalization(), attention) == [.reshape, .mul, .matmul, .add, .softmax, .matmul])
    let bias = try graph { builder, x in
      let weight = builder.weight("@model_path/w.bin", .fp16, [3, 4, 1, 1])
      return [
        builder.apply(.conv, [(.x, x), (.weight, weight), (.bias, builder.weight("@model_path/b.bin", .fp16, [3]))]),
        x.conv(weight),
      ]
    }
    #expect(try apply(BiasLegalization(), bias) == [.conv, .add, .conv])
  }

  @Test func concatBecomesPaddingAndAddition() throws {
    let before = try graph { builder, x in
      [builder.apply(.concat, [(.values, x), (.values, x), (.values, x)], [.axis: .integer(3)])]
    }
    #expect(try apply(ConcatLegalization(), before) == [.pad, .pad, .add, .pad, .add])
    let channels = try graph { builder, x in
      [builder.apply(.concat, [(.values, x), (.values, x)], [.axis: .integer(1)])]
    }
    #expect(try apply(ConcatLegalization(), channels) == [.transpose, .pad, .transpose, .pad, .add, .transpose])
    let woven = try graph { builder, x in
      [builder.apply(.concat, [(.values, x), (.values, x)], [.axis: .integer(1), .interleave: .boolean(true)])]
    }
    #expect(ConcatLegalization().rewrite(woven) == woven)
  }

  @Test func productsWithConstantMatricesBecomeConvolutions() throws {
    let rows = try graph([1, 1, 5, 4]) { builder, x in
      [
        x.matmul(builder.weight("@model_path/w.bin", .fp16, [3, 4]), transposeY: true),
        x.matmul(builder.constant([Double](repeating: 1, count: 12), TensorType(.fp16, [4, 3]))),
      ]
    }
    #expect(
      try apply(ConvolutionLegalization(), rows) == [.transpose, .conv, .transpose, .transpose, .conv, .transpose]
    )
    let columns = try graph([1, 1, 4, 5]) { builder, x in
      [builder.weight("@model_path/w.bin", .fp16, [3, 4]).matmul(x)]
    }
    #expect(try apply(ConvolutionLegalization(), columns) == [.reshape, .conv, .reshape])
    let quantized = try graph([1, 5, 64]) { builder, x in
      let weight = builder.blockwiseWeight(
        data: builder.weight("@model_path/d.bin", .int4, [3, 64]),
        scale: builder.weight("@model_path/s.bin", .fp16, [3, 2])
      )
      return [builder.apply(.linear, [(.x, x), (.weight, weight)])]
    }
    let after = ConvolutionLegalization().rewrite(quantized)
    #expect(after.violations().isEmpty)
    #expect(
      after.nodes.contains { $0.operation == .conv && after.type(of: $0[.weight] ?? $0.value).shape == [3, 64, 1, 1] }
    )
    // A file's matrix is not rearranged, and run-time operands stay.
    let legal = try graph([1, 1, 4, 4]) { builder, x in
      [x.matmul(builder.weight("@model_path/w.bin", .fp16, [4, 4])), x.matmul(x)]
    }
    #expect(ConvolutionLegalization().rewrite(legal) == legal)
  }

  @Test func wideConvolutionsAreParted() throws {
    let before = try graph([1, 10, 1, 2]) { builder, x in
      [
        x.linear(builder.constant((0..<20).map(Double.init), TensorType(.fp16, [2, 10, 1, 1]))),
        x.linear(builder.weight("@model_path/w.bin", .fp16, [2, 10, 1, 1])),
      ]
    }
    let after = ConvolutionSplitting(limit: 5).rewrite(before)
    #expect(after.violations().isEmpty)
    #expect(operations(after).filter { $0 == .conv }.count == 6)
    #expect(after.nodes.filter { $0.operation == .conv }.allSatisfy { after.type(of: $0[.x] ?? $0.value).shape[1] < 5 })
    #expect(ConvolutionSplitting(limit: 11).rewrite(before) == before)
    let input = SampleGraph.inputs(of: before, seed: 3)
    var evaluator = ReferenceEvaluator()
    evaluator.weights[WeightReference(path: "@model_path/w.bin")] = (0..<20).map { Double($0) / 8 }
    let (first, second) = (try evaluator.evaluate(before, input), try evaluator.evaluate(after, input))
    for (name, array) in first { #expect(distance(array.values, second[name]?.values ?? []) < 1e-9) }
  }

  @Test func portsAreRenamedOnlyOutOfOrder() throws {
    let builder = GraphBuilder()
    let (x, a) = (builder.input("x", .fp16, [2]), builder.input("a", .fp16, [2]))
    for index in 0..<11 { builder.output("out\(index)", (x + a).relu(name: "r\(10 - index)")) }
    let before = try builder.build()
    let after = PortOrdering().rewrite(before)
    #expect(after.violations().isEmpty)
    let map = SurfaceMap(after)
    #expect(map.inputs.map(\.surface) == [0, 1] && map.outputs.map(\.surface) == [Int](0..<11))
    #expect(map.outputs.map(\.port) == before.outputs.map(\.name))
    #expect(map.inputs.map(\.port) == ["x", "a"])
    #expect(PortOrdering().rewrite(after) == after)
    let ordered = try graph { _, x in [x.relu(name: "A"), x.tanh(name: "a")] }
    #expect(PortOrdering().rewrite(ordered) == ordered)
  }

  @Test func portsGetTheirNamesWhereTheOrderStays() throws {
    let builder = GraphBuilder()
    let (a, x) = (builder.input("a", .fp16, [2]), builder.input("x", .fp16, [2]))
    builder.output("first", (a + x).relu(name: "z"))
    builder.output("second", (a * x).tanh(name: "second"))
    let before = PortOrdering().rewrite(try builder.build())
    let after = PortNaming().rewrite(before)
    #expect(after.violations().isEmpty)
    // A name that is said to cause failures gets an end.
    #expect(SurfaceMap(after).inputs.map(\.name) == ["a", "x_in"])
    #expect(SurfaceMap(after).outputs.map(\.name) == ["first", "second"])
    #expect(SurfaceMap(after).outputs.map(\.surface) == [0, 1])
    #expect(PortNaming().rewrite(after) == after)
    // Declared in another order than that of their names, ports keep the names that put them in order.
    let other = GraphBuilder()
    let (b, c) = (other.input("b", .fp16, [2]), other.input("a", .fp16, [2]))
    other.output("sum", b + c)
    let ordered = PortOrdering().rewrite(try other.build())
    #expect(SurfaceMap(PortNaming().rewrite(ordered)).inputs.map(\.surface) == [0, 1])
  }

  @Test func outputsGetValuesOfTheirOwn() throws {
    let before = try graph { builder, x in [x, builder.scalar(2), x.relu(), x.exp()] }
    var shared = before
    shared.outputs[3].value = before.outputs[2].value
    let after = OutputMaterialization().rewrite(shared)
    #expect(after.violations().isEmpty)
    #expect(operations(after).filter { $0 == .identity }.count == 3)
    #expect(Set(after.outputs.map(\.value)).count == 4)
    #expect(IdentityElimination().rewrite(after) == after)
  }

  @Test func memoryIsReported() throws {
    let before = try graph([1, 768, 1, 64]) { _, x in
      let wide = x.transposed([0, 2, 1, 3]).relu()
      return [wide, x.mean(axes: [1])]
    }
    let report = before.memoryReport(sram: 50_000)
    #expect(report.spilled.map(\.byteCount) == [98_304, 98_304])
    #expect(report.outputAllocation == 98_304 && report.inputAllocation == 98_304)
    #expect(report.unevenOutputs.map(\.byteCount) == [128])
    #expect(report.peak == 2 * 98_304)
    #expect(before.memoryReport().spilled.isEmpty)
    #expect(report.description.contains("needs only 128 bytes"))
    // One element a row takes 64 bytes.
    #expect(try graph([1, 2000, 1, 1]) { _, x in [x.relu()] }.memoryReport().outputAllocation == 128_000)
  }

  @Test func whatTheMemoryMeansStandsInTheGraphAndTheTrace() throws {
    let before = try graph([1, 4096, 1, 8192]) { _, x in [x.relu(name: "big"), x.mean(axes: [1], name: "small")] }
    let (after, trace) = PassPipeline.device.run(before)
    #expect(after.nodes.filter(\.isSpilled).map(\.name).contains("big"))
    #expect(!after.nodes.contains { $0.isSpilled && ($0.type.byteCount ?? 0) <= 32 << 20 })
    #expect(after.outputs.map(\.allocation) == [64 << 20, 64 << 20])
    #expect(after.inputs.map(\.allocation) == [64 << 20])
    #expect(SurfaceMap(after).outputs.map(\.allocation) == [64 << 20, 64 << 20])
    #expect(trace.steps.contains { $0.pass == "sram-annotation" && $0.changed.contains("big") })
    #expect(trace.steps.contains { $0.pass == "uniform-surfaces" } && trace.reachedFixpoint)
    #expect(
      after.description.contains("// larger than the on-chip memory") && after.description.contains("// 67108864")
    )
    // With more memory the mark goes.
    #expect(SRAMAnnotation(capacity: .max).rewrite(after).nodes.allSatisfy { !$0.isSpilled })
  }

  @Test func constantOutputsComeToRest() throws {
    let before = try graph { builder, x in [builder.scalar(3).sqrt(), x.relu(), builder.scalar(2).identity()] }
    let (after, trace) = PassPipeline.device.run(before)
    #expect(trace.reachedFixpoint && trace.rounds < 5, "\(trace)")
    #expect(after.violations().isEmpty && operations(after).filter { $0 == .identity }.count == 2)
  }

  @Test func zerosOfTwoSignsStayTwo() throws {
    let before = try graph { builder, x in
      let type = TensorType(.fp16)
      return [x / builder.constant([0], type, name: "p"), x / builder.constant([-0.0], type, name: "n")]
    }
    #expect(Deduplication().rewrite(before).nodes.count { $0.operation == .const } == 2)
  }

  @Test func wholeNumbersAreNotCutOffOtherwise() throws {
    // −5 becomes 0 as a float, and 251 as its low bits.
    let before = try graph([2], .int8) { _, x in [x.cast(to: .fp16).cast(to: .uint8)] }
    #expect(CastFusion().rewrite(before) == before)
    let onward = try graph([2], .uint8) { _, x in [x.cast(to: .fp16).cast(to: .int32)] }
    #expect(try apply(CastFusion(), onward) == [.cast])
  }

  @Test func theTraceTellsWhatChanged() throws {
    let before = try graph { builder, x in [builder.apply(.gelu, [(.x, x.identity())], name: "act")] }
    let result = PassPipeline.device.run(before)
    #expect(result.trace.reachedFixpoint)
    #expect(result.trace.initialCount == before.nodes.count && result.trace.finalCount == result.graph.nodes.count)
    let text = result.trace.description
    #expect(text.contains("round 1: activation-legalization (approximate): 3 →"))
    #expect(text.contains("nothing left to do"))
    let again = PassPipeline.device.run(result.graph)
    #expect(again.trace.steps.isEmpty && again.trace.rounds == 1 && again.graph == result.graph)
  }
}
