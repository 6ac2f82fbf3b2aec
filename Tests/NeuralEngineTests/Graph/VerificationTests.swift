import Testing

@testable import NeuralEngine

@Suite struct VerificationTests {
  private func sound() throws -> Graph {
    var graph = Graph()
    let x = graph.addInput("x", TensorType(.fp16, [2]))
    let half = try graph.addConstant("half", TensorType(.fp16), .numbers([0.5]))
    let product = try graph.add(.mul, [.init(.x, x), .init(.y, half)], names: ["product"])
    let result = try graph.add(.relu, [.init(.x, ValueID(product))], names: ["result"])
    graph.outputs = [.init("y", ValueID(result))]
    return graph
  }

  @Test func soundGraphsPass() throws {
    #expect(try sound().violations().isEmpty)
    try sound().verify()
  }

  static let mistakes: [(GraphViolation.Rule, @Sendable (inout Graph) throws -> Void)] = [
    (.hasNodes, { $0 = Graph() }),
    (.hasOutputs, { $0.outputs = [] }),
    (.validName, { $0.rename($0.nodes[2].value, to: "a-b") }),
    (.validName, { $0.rename($0.nodes[2].value, to: "") }),
    (.nameLength, { $0.rename($0.nodes[2].value, to: String(repeating: "a", count: 64)) }),
    (.uniqueName, { $0.rename($0.nodes[2].value, to: "result") }),
    (
      .liveInput,
      { graph in
        let product = graph.nodes[2].id
        graph = graph.filtering { $0.id != product }
      }
    ),
    (
      .definedBeforeUse,
      { graph in
        var other = graph.emptied()
        for node in graph.nodes.reversed() { other.append(node) }
        graph = other
      }
    ),
    (
      .definedBeforeUse,
      { graph in
        var node = graph.nodes[2]
        node.inputs[0].value = node.value
        graph.replace(node)
      }
    ),
    (.liveOutput, { $0.outputs[0].value = ValueID(NodeID(99)) }),
    (.liveOutput, { $0.outputs[0].value = ValueID($0.nodes[3].id, result: 1) }),
    (.uniquePort, { $0.outputs.append($0.outputs[0]) }),
    (.uniquePort, { $0.inputs.append($0.inputs[0]) }),
    (.declaredInput, { $0.inputs = [] }),
    (
      .arguments,
      { graph in
        var node = graph.nodes[2]
        node.inputs.removeLast()
        graph.replace(node)
      }
    ),
    (
      .arguments,
      { graph in
        var node = graph.nodes[3]
        node.operation = .softmax
        graph.replace(node)
      }
    ),
    (
      .inferredType,
      { graph in
        var node = graph.nodes[3]
        node.results[0].type = TensorType(.fp16, [3])
        graph.replace(node)
      }
    ),
    (
      .inferredType,
      { graph in
        var node = graph.nodes[3]
        node.results = []
        graph.replace(node)
      }
    ),
    (
      .constantPayload,
      { graph in
        var node = graph.nodes[1]
        node.constant = nil
        graph.replace(node)
      }
    ),
    (
      .constantPayload,
      { graph in
        var node = graph.nodes[1]
        node.constant = .weight(WeightReference(path: ""))
        graph.replace(node)
      }
    ),
    (
      .representable,
      { graph in
        var node = graph.nodes[1]
        node.constant = .numbers([0.1])
        graph.replace(node)
      }
    ),
  ]

  @Test(arguments: mistakes.indices) func mistakesAreFound(_ index: Int) throws {
    var graph = try sound()
    try Self.mistakes[index].1(&graph)
    #expect(graph.violations().map(\.rule).contains(Self.mistakes[index].0))
    #expect(throws: GraphViolation.self) { try graph.verify() }
  }

  @Test func everyRuleIsTried() {
    #expect(Set(Self.mistakes.map(\.0)) == Set(GraphViolation.Rule.allCases))
  }

  @Test func constantsFillTheirTypes() {
    var graph = Graph()
    #expect(throws: GraphError.self) { try graph.addConstant("c", TensorType(.fp16, [2]), .numbers([1])) }
    #expect(throws: GraphError.self) { try graph.addConstant("c", TensorType(.fp16), .booleans([true])) }
    #expect(throws: GraphError.self) { try graph.addConstant("c", TensorType(.bool), .numbers([1])) }
    #expect(throws: GraphError.self) { try graph.addConstant("c", TensorType(.string), .weight(.init(path: "p"))) }
    #expect(throws: GraphError.self) { try graph.addConstant("c", TensorType(.fp16, [-1]), .numbers([])) }
    #expect(throws: GraphError.self) { try graph.add(.relu, [.init(.x, ValueID(NodeID(4)))], names: ["r"]) }
    #expect(throws: GraphError.self) { try graph.add(.relu, [], names: ["r"]) }
  }
}
