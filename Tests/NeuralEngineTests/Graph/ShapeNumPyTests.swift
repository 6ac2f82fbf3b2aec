import Foundation
import TestSupport
import Testing

@testable import NeuralEngine

/// Shapes as NumPy has them.
@Suite(.onOwnThread, .enabled(if: NumPyOracle.isThere, "NumPy is not installed")) struct ShapeNumPyTests {
  @Test func shapesAgreeWithNumPy() throws {
    var random = SplitMix(seed: 5)
    var expressions: [String] = []
    var shapes: [[Int]?] = []
    for _ in 0..<600 {
      let test = Self.randomCase(&random)
      expressions.append(test.expression)
      shapes.append(
        try? test.operation.resolve(inputs: test.inputs, attributes: test.attributes).results.first?.shape
      )
    }
    let program = """
      import json, sys
      import numpy as np
      def shape(text):
          try: return list(eval(text).shape)
          except Exception: return None
      print(json.dumps([shape(line) for line in json.loads(sys.argv[1])]))
      """
    let list = String(decoding: try JSONEncoder().encode(expressions), as: UTF8.self)
    let answer = try ChildProgram.python(program, [list])
    let expected = try JSONDecoder().decode([[Int]?].self, from: Data(answer.utf8))
    #expect(expected.count == shapes.count)
    for (index, expression) in expressions.enumerated() {
      // The device knows no empty tensors.
      let plain = expected[index].flatMap { $0.contains(0) ? nil : $0 }
      #expect(shapes[index] == plain, "\(expression)")
    }
  }

  private static func randomCase(
    _ random: inout SplitMix
  ) -> (
    operation: Operator, inputs: [(argument: ArgumentName, type: TensorType)],
    attributes: [ArgumentName: AttributeValue], expression: String
  ) {
    func shape(_ low: Int = 1) -> [Int] {
      (0..<Int.random(in: low...4, using: &random)).map { _ in Int.random(in: 1...3, using: &random) }
    }
    func zeros(_ shape: [Int]) -> String { "np.zeros(\(shape))" }
    let x = shape()
    let axis = Int.random(in: -x.count..<x.count, using: &random)
    let given: [(argument: ArgumentName, type: TensorType)] = [(.x, TensorType(.fp16, x))]
    switch Int.random(in: 0..<8, using: &random) {
    case 0:
      let y = shape()
      return (.add, given + [(.y, TensorType(.fp16, y))], [:], "\(zeros(x)) + \(zeros(y))")
    case 1:
      let y = shape()
      return (.matmul, given + [(.y, TensorType(.fp16, y))], [:], "np.asarray(np.matmul(\(zeros(x)), \(zeros(y))))")
    case 2:
      let begin = x.map { _ in Int.random(in: -4...4, using: &random) }
      let end = x.map { _ in Int.random(in: -4...4, using: &random) }
      let step = x.map { _ in [-2, -1, 1, 2].randomElement(using: &random) ?? 1 }
      let text = x.indices.map { "slice(\(begin[$0]), \(end[$0]), \(step[$0]))" }.joined(separator: ", ")
      return (
        .sliceByIndex, given, [.begin: .integers(begin), .end: .integers(end), .stride: .integers(step)],
        "\(zeros(x))[\(text),]"
      )
    case 3:
      let order = [Int](x.indices).shuffled(using: &random)
      return (.transpose, given, [.permutation: .integers(order)], "\(zeros(x)).transpose(\(order))")
    case 4:
      let keep = Bool.random(using: &random)
      return (
        .reduceSum, given, [.axes: .integers([axis]), .keepDimensions: .boolean(keep)],
        "np.asarray(\(zeros(x)).sum(axis=\(axis), keepdims=\(keep ? "True" : "False")))"
      )
    case 5:
      let y = shape()
      return (
        .concat, [(.values, TensorType(.fp16, x)), (.values, TensorType(.fp16, y))], [.axis: .integer(axis)],
        "np.concatenate([\(zeros(x)), \(zeros(y))], axis=\(axis))"
      )
    case 6:
      let indices = shape(0)
      return (
        .gather, given + [(.indices, TensorType(.int32, indices))], [.axis: .integer(axis)],
        "np.asarray(np.take(\(zeros(x)), np.zeros(\(indices), dtype=int), axis=\(axis)))"
      )
    default:
      let wanted = shape()
      return (.reshape, given, [.shape: .integers(wanted)], "\(zeros(x)).reshape(\(wanted))")
    }
  }
}
