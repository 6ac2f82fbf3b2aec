import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct OperatorTests {
  @Test func everyOperatorHasACase() {
    let tested = Set(OperatorCase.all.flatMap { $0.graph.nodes.map(\.operation) })
    // What is compressed has numbers of its own.
    let others: Set<Operator> = [
      .input, .const, .constexprLUTToDense, .constexprLUTToSparse, .constexprSparseToDense,
      .constexprSparseBlockwiseShiftScale,
    ]
    #expect(Set(Operator.allCases).subtracting(tested).subtracting(others) == [])
    #expect(OperatorCase.all.filter { $0.graph.nodes.isEmpty }.map(\.name) == [])
  }

  @Test func whatNothingGivesIsNotTakenForZeros() throws {
    var graph = Graph()
    let x = graph.addInput("x", TensorType(.fp32, [2]))
    let y = try graph.add(.relu, [.init(.x, x)], names: ["y"])
    graph.outputs = [.init("y", ValueID(y))]
    let evaluator = try GraphEvaluator(graph)
    #expect(throws: GraphEvaluator.Failure.missingValue(name: "x")) { try evaluator.evaluate([:]) }
    #expect(NodeEvaluator().evaluate(graph[y], []).isEmpty)
  }

  @Test(.enabled(if: NumPyOracle.isThere)) func agreesWithNumPyInSinglePrecision() throws {
    let cases = OperatorCase.all
    let answers = try NumPyOracle.evaluate(cases.map { .init(graph: $0.graph, inputs: $0.inputs) })
    #expect(answers.count == cases.count)
    for (item, expected) in zip(cases, answers) {
      let found = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics(.fp32))
      #expect(found.count == expected.count)
      for (found, expected) in zip(found, expected) {
        #expect(found.count == expected.count)
        let worst = zip(found, expected).max { Self.distance($0) < Self.distance($1) }
        #expect(worst.map(Self.distance) ?? 0 < 3e-5, "\(item.name): \(worst.map { "\($0)" } ?? "")")
      }
    }
  }

  @Test(.enabled(if: NumPyOracle.isThere)) func roundsEachResultToAHalf() throws {
    let cases = OperatorCase.all.map { $0.inHalves }
    let answers = try NumPyOracle.evaluate(cases.map { .init(graph: $0.graph, inputs: $0.inputs, isRounding: true) })
    var (same, total) = (0, 0)
    for (item, expected) in zip(cases, answers) {
      let found = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics(.fp16))
      for (found, expected) in zip(found, expected) {
        for (x, y) in zip(found, expected) where !x.isNaN || !y.isNaN {
          total += 1
          if x == y { same += 1 }
          // Where single and double precision lie on two sides of a tie, a unit in the last place.
          #expect(abs(x - y) <= max(abs(y) * 0x1p-10, 0x1p-24), "\(item.name): \(x) \(y)")
        }
      }
    }
    #expect(Double(same) > 0.998 * Double(total), "\(same) of \(total)")
  }

  private static func distance(_ pair: (Double, Double)) -> Double {
    if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return 0 }
    let distance = abs(pair.0 - pair.1) / max(1, abs(pair.1))
    return distance.isNaN ? .infinity : distance
  }
}

extension OperatorCase {
  /// The same case with halves where there were single-precision numbers.
  var inHalves: OperatorCase {
    var halves = Graph()
    var ids: [ValueID: ValueID] = [:]
    func type(_ type: TensorType) -> TensorType {
      TensorType(type.element == .fp32 ? .fp16 : type.element, type.shape)
    }
    do {
      for node in graph.nodes {
        if node.operation == .input {
          ids[node.value] = halves.addInput(node.name, type(node.type))
        } else if let constant = node.constant {
          ids[node.value] = try halves.addConstant(node.name, type(node.type), constant)
        } else {
          let inputs = node.inputs.compactMap { input in ids[input.value].map { Node.Input(input.argument, $0) } }
          let id = try halves.add(node.operation, inputs, node.attributes, names: node.results.map(\.name))
          for (old, new) in zip(node.values, halves[id].values) { ids[old] = new }
        }
      }
      halves.outputs = graph.outputs.compactMap { port in ids[port.value].map { .init(port.name, $0) } }
    } catch {
      return OperatorCase(name: "\(name): \(error)", graph: Graph(), inputs: [])
    }
    let rounded = zip(graph.inputs, inputs).map { port, values in
      graph.type(of: port.value).element.isFloatingPoint ? values.map { ElementType.fp16.rounded($0) } : values
    }
    return OperatorCase(name: name, graph: halves, inputs: rounded)
  }
}
