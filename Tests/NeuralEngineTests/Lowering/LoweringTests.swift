import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct LoweringTests {
  /// What a graph says, whatever its nodes' identities and the names of constants are.
  private func canonical(_ graph: Graph) -> Set<String> {
    func spelled(_ value: ValueID) -> String {
      let node = graph[value.node]
      guard let constant = node.constant else { return graph.name(of: value) }
      return "\(node.type) \(constant)"
    }
    var lines = Set(
      graph.nodes.filter { $0.operation != .const }.map { node in
        let inputs = node.inputs.map { "\($0.argument) \(spelled($0.value))" }
        let attributes = node.attributes.map { "\($0.key) \($0.value)" }.sorted()
        return "\(node.results) = \(node.operation) \(inputs) \(attributes)"
      }
    )
    for (index, port) in graph.inputs.enumerated() { lines.insert("in \(index) \(spelled(port.value))") }
    for (index, port) in graph.outputs.enumerated() { lines.insert("out \(index) \(spelled(port.value))") }
    lines.insert("\(graph.name) \(graph.operatorSet) \(graph.nodes.count)")
    return lines
  }

  @Test(arguments: 200..<280) func graphsSurviveBeingWritten(_ seed: UInt64) throws {
    let source = try SampleGraph.make(seed: seed)
    for graph in [source, PassPipeline.device.run(source).graph] {
      let lowered = try graph.lowered()
      let back = try GraphImporter.graph(from: lowered.program)
      #expect(back.violations().isEmpty)
      #expect(canonical(back) == canonical(OutputMaterialization().rewrite(graph)))
      // Writing what was read gives the same program.
      #expect(try back.lowered().program == lowered.program)
    }
  }

  @Test func everyFormOfConstantExpressionSurvives() throws {
    let builder = GraphBuilder()
    func weight(_ name: String, _ element: ElementType, _ shape: [Int]) -> Tensor {
      builder.weight("@model_path/\(name).bin", element, shape, name: name)
    }
    let data = weight("data", .uint4, [4, 64, 1, 1])
    let scale = weight("scale", .fp16, [4, 2, 1, 1])
    builder.output(
      "a",
      builder.blockwiseWeight(data: data, scale: scale, offset: weight("offset", .uint4, [4, 2, 1, 1]))
    )
    builder.output(
      "b",
      builder.apply(
        .constexprAffineDequantize,
        [
          (.quantizedData, weight("q", .int8, [4, 6])), (.zeroPoint, builder.scalar(3, .int8)),
          (.scale, weight("s", .fp16, [4])),
        ]
      )
    )
    builder.output(
      "c",
      builder.apply(
        .constexprLUTToDense,
        [(.indices, weight("i", .uint8, [12])), (.lut, weight("l", .fp16, [16]))],
        [.shape: .integers([4, 6])]
      )
    )
    builder.output(
      "d",
      builder.apply(
        .constexprLUTToDense,
        [(.indices, weight("i4", .uint4, [4, 6])), (.lut, weight("l4", .fp16, [1, 2, 16, 1]))]
      )
    )
    builder.output(
      "e",
      builder.apply(.constexprCast, [(.sourceValue, weight("c", .fp16, [3]))], [.outputType: .string("fp32")])
    )
    let graph = try builder.build()
    let program = try graph.lowered().program
    let statements = program.functions[0].statements
    let old = try #require(statements.first { $0.operation == "constexpr_affine_dequantize" })
    #expect(old.arguments.isEmpty)
    #expect(old.attributes.map(\.name) == ["axis", "name", "quantized_data", "scale", "zero_point"])
    let new = try #require(statements.first { $0.operation == "constexpr_blockwise_shift_scale" })
    #expect(new.arguments.map(\.name) == ["data", "offset", "scale"])
    #expect(canonical(try GraphImporter.graph(from: program)) == canonical(graph))
  }

  @Test func flagsAreNamedConstantsBesideTheirNode() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [1, 4, 1, 2])
    let scores = x.matmul(x, transposeY: true, name: "s").softmax(name: "p")
    builder.output("y", scores.rsqrt(epsilon: 1e-5, name: "r"))
    builder.output("z", x.conv(builder.weight("@model_path/w.bin", .fp16, [3, 4, 1, 1], name: "w"), name: "c"))
    let function = try #require(try builder.build().lowered().program.functions.first)
    let constants = function.statements.filter { $0.operation == "const" }.flatMap { $0.results.map(\.name) }
    #expect(constants.sorted() == ["c_dl", "c_gr", "c_pd", "c_pt", "c_st", "p_ax", "r_epsilon", "s_tx", "s_ty", "w"])
    for statement in function.statements where statement.operation != "const" {
      for argument in statement.arguments {
        guard case .reference = argument.operand else {
          Issue.record("'\(argument.name)' is not a name")
          continue
        }
      }
    }
    let conv = try #require(function.statements.first { $0.operation == "conv" })
    #expect(conv.arguments.map(\.name) == ["dilations", "groups", "pad", "pad_type", "strides", "weight", "x"])
    #expect(function.results.map(\.name) == ["r", "c"])
  }

  @Test func companionsKeepAwayFromOtherNamesAndStayShort() throws {
    let builder = GraphBuilder()
    let x = builder.input("s_ax", .fp16, [2])
    let long = String(repeating: "n", count: 58)
    builder.output("y", x.softmax(name: "s").softmax(name: long).softmax(name: long))
    let program = try builder.build().lowered().program
    let names = program.functions[0].statements.flatMap { $0.results.map(\.name) }
    #expect(Set(names + ["s_ax"]).count == names.count + 1)
    #expect(names.allSatisfy { $0.utf8.count <= 63 })
    #expect(throws: Never.self) { try GraphImporter.graph(from: program) }
  }

  @Test func surfacesFollowTheByteOrderOfNames() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [2])
    let a = builder.input("lora_A", .fp16, [2])
    builder.output("q32", (x + a).relu(name: "q"))
    builder.output("k32", x.tanh(name: "k"))
    builder.output("v32", x.exp(name: "Z"))
    builder.output("same", x)
    let surfaces = try builder.build().lowered().surfaces
    #expect(surfaces.inputs.map(\.surface) == [1, 0])
    #expect(surfaces.outputs.map(\.name) == ["q", "k", "Z", "same"])
    #expect(surfaces.outputs.map(\.surface) == [2, 1, 0, 3])
    #expect(surfaces.output("v32")?.surface == 0 && surfaces.input("lora_A")?.surface == 0)
  }

  @Test func unsoundGraphsAreNotWritten() throws {
    var graph = try SampleGraph.make(seed: 1)
    graph.outputs = []
    #expect(throws: GraphViolation.self) { try graph.lowered() }
  }
}
