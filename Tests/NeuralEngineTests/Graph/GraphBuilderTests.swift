import Testing

@testable import NeuralEngine

@Suite struct GraphBuilderTests {
  /// A value that has the name of a literal would be read as one.
  @Test(arguments: ["nan", "inf", "true", "false", "Infinity"]) func noValueHasTheNameOfALiteral(name: String) throws {
    let builder = GraphBuilder()
    builder.output(name, builder.input(name, .fp16, [1, 384, 1, 64]).relu(name: name))
    let lowered = try builder.build().lowered()
    let check = MILCheck(Array(MILPrinter.text(of: lowered.program).utf8))
    #expect(!check.hasErrors, "\(check.text(file: name))")
    #expect(lowered.surfaces.inputs.map(\.port) == [name])
    var renamed = try builder.build()
    renamed.rename(renamed.inputs[0].value, to: name)
    #expect(renamed.violations().map(\.rule) == [.validName])
  }

  @Test func mistakesAreRecordedWithTheNamesOfNodes() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [1, 8, 1, 16])
    let y = builder.scope("layer3") { x.linear(builder.weight("@model_path/w.bin", .fp16, [4, 7, 1, 1]), name: "wq") }
    builder.output("y", y.relu() + x)
    let error = #expect(throws: GraphBuildingError.self) { try builder.build() }
    // What follows from a mistake is not told again.
    #expect(error?.mistakes.map(\.node) == ["layer3_wq"])
    #expect(error?.mistakes.first?.code == .shapeMismatch)
    #expect(error?.description.contains("conv 'layer3_wq': 'weight' takes 7 channels a group, but 'x' has 8") == true)
  }

  @Test func nothingKeepsABuilder() throws {
    weak var known: GraphBuilder?
    do {
      let builder = GraphBuilder()
      known = builder
      let x = builder.input("x", .fp16, [1, 8, 1, 16])
      builder.output("y", x.rmsNorm(weight: builder.constant([1], TensorType(.fp16, [1, 1, 1, 1])), epsilon: 1e-5) * 2)
      _ = try builder.build()
    }
    #expect(known == nil)
  }

  @Test func tensorsOfAnotherGraphAreRefused() {
    let (one, two) = (GraphBuilder(), GraphBuilder())
    let x = one.input("x", .fp16, [1])
    builderOutput(two, x.relu() + two.input("y", .fp16, [1]))
    #expect(one.errors.map(\.code) == [.foreignTensor])
  }

  private func builderOutput(_ builder: GraphBuilder, _ tensor: Tensor) { builder.output("z", tensor) }

  @Test func namesAreMadeUniqueAndValid() throws {
    let builder = GraphBuilder()
    let x = builder.input("blk.0/x", .fp16, [2])
    let names = [x.relu(name: "a b"), x.relu(name: "a b"), x.relu(name: "1st"), x.relu(name: ""), x.relu(name: "é")]
      .compactMap(\.value).map { builder.graph.name(of: $0) }
    #expect(names == ["a_b", "a_b_2", "_1st", "_", "__"])
    #expect(builder.graph.inputs[0].name == "blk.0/x")
    let long = String(repeating: "n", count: 200)
    let twins = (0..<2).compactMap { _ in x.relu(name: long).value }.map { builder.graph.name(of: $0) }
    #expect(Set(twins).count == 2 && twins.allSatisfy { $0.utf8.count <= 58 })
    builder.output("y", x.relu())
    #expect(throws: Never.self) { try builder.build() }
  }

  @Test func portsAreDeclaredOnce() {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [2])
    _ = builder.input("x", .fp16, [2])
    builder.output("y", x)
    builder.output("y", x)
    #expect(builder.errors.count == 2)
  }

  @Test func numbersBeyondTheElementTypeAreRefused() {
    let builder = GraphBuilder()
    _ = builder.input("x", .fp16, [2]) * 1e6
    #expect(builder.errors.map(\.code) == [.invalidValue])
    _ = builder.constant([.infinity], TensorType(.fp16))
    #expect(builder.errors.count == 1)
  }

  @Test func equalNumbersAreOneNode() {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [2])
    _ = (x * 0.5) + (x * 0.5)
    #expect(builder.graph.nodes.count { $0.operation == .const } == 1)
  }

  @Test func graphsArePrintedAndDrawn() throws {
    let builder = GraphBuilder()
    let x = builder.input("x", .fp16, [1, 4, 1, 2])
    builder.output("y", x.linear(builder.weight("@model_path/w.bin", .fp16, [3, 4, 1, 1], name: "w"), name: "lin"))
    let graph = try builder.build()
    #expect(
      graph.description == """
        graph main<ios18>
          input x = x: tensor<fp16, [1, 4, 1, 2]>
          %1 w: tensor<fp16, [3, 4, 1, 1]> = const(@model_path/w.bin@64)
          %2 lin: tensor<fp16, [1, 3, 1, 2]> = conv(x: x, weight: w, strides: [1,1], pad_type: "valid", \
        pad: [0,0,0,0], dilations: [1,1], groups: 1)
          output y = lin: tensor<fp16, [1, 3, 1, 2]>

        """
    )
    #expect(graph.dot().contains("n0 -> n2 [label=\"x\"]"))
    #expect(!graph.dot().contains("const"))
    #expect(graph.dot(constants: true).contains("n1 -> n2 [label=\"weight\"]"))
  }
}
