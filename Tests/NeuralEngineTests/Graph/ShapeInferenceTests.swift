import Foundation
import TestSupport
import Testing

@testable import NeuralEngine

@Suite struct ShapeInferenceTests {
  /// An operator, what it is given, and what follows.
  struct Case: Sendable, CustomTestStringConvertible {
    var operation: Operator
    var inputs: [(ArgumentName, TensorType)]
    var attributes: [ArgumentName: AttributeValue] = [:]
    var results: [TensorType] = []
    var error: GraphError.Code?
    var testDescription: String { "\(operation.rawValue) \(inputs.map { "\($0.1)" }) \(attributes)" }
  }

  private static func half(_ shape: Int...) -> TensorType { TensorType(.fp16, shape) }
  private static func whole(_ shape: Int...) -> TensorType { TensorType(.int32, shape) }
  private static func truth(_ shape: Int...) -> TensorType { TensorType(.bool, shape) }

  static let valid: [Case] = [
    Case(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 16)), (.weight, half(4, 8, 1, 1))],
      results: [half(1, 4, 1, 16)]
    ),
    Case(
      operation: .conv,
      inputs: [(.x, half(1, 8, 9, 11)), (.weight, half(6, 4, 3, 3)), (.bias, half(6))],
      attributes: [
        .groups: .integer(2), .strides: .integers([2, 1]), .padType: .string("custom"), .pad: .integers([1, 1, 0, 2]),
        .dilations: .integers([1, 2]),
      ],
      results: [half(1, 6, 5, 9)]
    ),
    Case(
      operation: .conv,
      inputs: [(.x, half(2, 3, 7)), (.weight, half(5, 3, 3))],
      attributes: [.padType: .string("same"), .strides: .integers([2])],
      results: [half(2, 5, 4)]
    ),
    Case(operation: .matmul, inputs: [(.x, half(3, 1, 2, 4)), (.y, half(5, 4, 6))], results: [half(3, 5, 2, 6)]),
    Case(
      operation: .matmul,
      inputs: [(.x, half(4, 2)), (.y, half(6, 4))],
      attributes: [.transposeX: .boolean(true), .transposeY: .boolean(true)],
      results: [half(2, 6)]
    ),
    Case(operation: .matmul, inputs: [(.x, half(4)), (.y, half(3, 4, 6))], results: [half(3, 6)]),
    Case(operation: .matmul, inputs: [(.x, half(3, 2, 4)), (.y, half(4))], results: [half(3, 2)]),
    Case(operation: .matmul, inputs: [(.x, half(4)), (.y, half(4))], results: [half()]),
    Case(
      operation: .linear,
      inputs: [(.x, half(2, 3, 4)), (.weight, half(5, 4)), (.bias, half(5))],
      results: [half(2, 3, 5)]
    ),
    Case(
      operation: .scaledDotProductAttention,
      inputs: [
        (.query, half(1, 4, 3, 8)), (.key, half(1, 4, 5, 8)), (.value, half(1, 4, 5, 6)), (.attentionMask, truth(3, 5)),
      ],
      results: [half(1, 4, 3, 6)]
    ),
    Case(operation: .add, inputs: [(.x, half(1, 8, 1, 16)), (.y, half(1, 8, 1, 1))], results: [half(1, 8, 1, 16)]),
    Case(operation: .mul, inputs: [(.x, half()), (.y, half(3))], results: [half(3)]),
    Case(operation: .greater, inputs: [(.x, half(2, 1)), (.y, half(3))], results: [truth(2, 3)]),
    Case(operation: .logicalAnd, inputs: [(.x, truth(2)), (.y, truth(1))], results: [truth(2)]),
    Case(operation: .logicalNot, inputs: [(.x, truth(2))], results: [truth(2)]),
    Case(operation: .select, inputs: [(.condition, truth(2, 1)), (.a, half(3)), (.b, half())], results: [half(2, 3)]),
    Case(operation: .exp, inputs: [(.x, half(2))], results: [half(2)]),
    Case(operation: .gelu, inputs: [(.x, half(2))], results: [half(2)]),
    Case(
      operation: .clip,
      inputs: [(.x, half(2))],
      attributes: [.alpha: .number(0), .beta: .number(1)],
      results: [half(2)]
    ),
    Case(operation: .cast, inputs: [(.x, half(2))], attributes: [.type: .string("int32")], results: [whole(2)]),
    Case(
      operation: .reduceSum,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.axes: .integers([-1, 0]), .keepDimensions: .boolean(true)],
      results: [half(1, 3, 1)]
    ),
    Case(operation: .reduceMean, inputs: [(.x, half(2, 3, 4))], results: [half()]),
    Case(operation: .reduceArgmax, inputs: [(.x, half(2, 3))], results: [whole(2)]),
    Case(operation: .softmax, inputs: [(.x, half(2, 3))], results: [half(2, 3)]),
    Case(operation: .cumsum, inputs: [(.x, whole(2, 3))], results: [whole(2, 3)]),
    Case(
      operation: .layerNorm,
      inputs: [(.x, half(1, 8, 1, 4)), (.gamma, half(8))],
      attributes: [.axes: .integers([1])],
      results: [half(1, 8, 1, 4)]
    ),
    Case(operation: .bandPart, inputs: [(.x, half(3, 3))], results: [half(3, 3)]),
    Case(
      operation: .reshape,
      inputs: [(.x, half(2, 6))],
      attributes: [.shape: .integers([0, 3, -1])],
      results: [half(2, 3, 2)]
    ),
    Case(
      operation: .transpose,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.permutation: .integers([2, 0, -2])],
      results: [half(4, 2, 3)]
    ),
    Case(
      operation: .expandDims,
      inputs: [(.x, half(2, 3))],
      attributes: [.axes: .integers([0, -1])],
      results: [half(1, 2, 3, 1)]
    ),
    Case(operation: .squeeze, inputs: [(.x, half(1, 2, 1))], results: [half(2)]),
    Case(
      operation: .split,
      inputs: [(.x, half(2, 6))],
      attributes: [.splitCount: .integer(3), .axis: .integer(-1)],
      results: [half(2, 2), half(2, 2), half(2, 2)]
    ),
    Case(
      operation: .split,
      inputs: [(.x, half(2, 6))],
      attributes: [.splitSizes: .integers([1, 5]), .axis: .integer(1)],
      results: [half(2, 1), half(2, 5)]
    ),
    Case(
      operation: .concat,
      inputs: [(.values, half(2, 3)), (.values, half(2, 1))],
      attributes: [.axis: .integer(1)],
      results: [half(2, 4)]
    ),
    Case(
      operation: .stack,
      inputs: [(.values, half(2)), (.values, half(2))],
      attributes: [.axis: .integer(-1)],
      results: [half(2, 2)]
    ),
    Case(
      operation: .pad,
      inputs: [(.x, half(1, 2, 3, 4))],
      attributes: [.pad: .integers([1, 0, 2, 2])],
      results: [half(1, 2, 4, 8)]
    ),
    Case(
      operation: .tile,
      inputs: [(.x, half(2, 3))],
      attributes: [.repetitions: .integers([2, 1])],
      results: [half(4, 3)]
    ),
    Case(
      operation: .gather,
      inputs: [(.x, half(5, 6)), (.indices, whole(2, 3))],
      attributes: [.axis: .integer(-1)],
      results: [half(5, 2, 3)]
    ),
    Case(
      operation: .gather,
      inputs: [(.x, half(4, 5, 6)), (.indices, whole(4, 3))],
      attributes: [.axis: .integer(1), .batchDimensions: .integer(1)],
      results: [half(4, 3, 6)]
    ),
    Case(operation: .gatherAlongAxis, inputs: [(.x, half(5, 6)), (.indices, whole(2, 6))], results: [half(2, 6)]),
    Case(
      operation: .sliceByIndex,
      inputs: [(.x, half(4, 9, 5))],
      attributes: [
        .begin: .integers([0, -1, 2]), .end: .integers([3, 0, 0]), .stride: .integers([2, -3, 1]),
        .endMask: .booleans([false, true, false]), .squeezeMask: .booleans([false, false, true]),
      ],
      results: [half(2, 3)]
    ),
    Case(
      operation: .sliceBySize,
      inputs: [(.x, half(4, 9))],
      attributes: [.begin: .integers([1, -2]), .size: .integers([2, -1])],
      results: [half(2, 2)]
    ),
    Case(
      operation: .constexprBlockwiseShiftScale,
      inputs: [
        (.data, TensorType(.uint4, [4, 64, 1, 1])), (.scale, half(4, 2, 1, 1)),
        (.offset, TensorType(.uint4, [4, 2, 1, 1])),
      ],
      results: [half(4, 64, 1, 1)]
    ),
    Case(
      operation: .constexprAffineDequantize,
      inputs: [(.quantizedData, TensorType(.int8, [4, 6])), (.zeroPoint, TensorType(.int8)), (.scale, half(4))],
      results: [half(4, 6)]
    ),
    Case(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint4, [4, 6])), (.lut, half(2, 1, 16, 1))],
      results: [half(4, 6)]
    ),
    Case(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint2, [4, 6])), (.lut, half(1, 1, 4, 3))],
      attributes: [.vectorAxis: .integer(0)],
      results: [half(12, 6)]
    ),
    Case(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint8, [12])), (.lut, half(16))],
      attributes: [.shape: .integers([4, 6])],
      results: [half(4, 6)]
    ),
    Case(
      operation: .constexprCast,
      inputs: [(.sourceValue, half(2))],
      attributes: [.outputType: .string("fp32")],
      results: [TensorType(.fp32, [2])]
    ),
  ]

  static let invalid: [Case] = [
    Case(operation: .conv, inputs: [(.x, half(1, 8, 1, 4))], error: .missingArgument),
    Case(operation: .conv, inputs: [(.x, half(1, 8, 1, 4)), (.weight, half(4, 7, 1, 1))], error: .shapeMismatch),
    Case(operation: .conv, inputs: [(.x, half(1, 8, 4)), (.weight, half(4, 8, 1, 1))], error: .rankMismatch),
    Case(operation: .conv, inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 3))], error: .shapeMismatch),
    Case(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 1))],
      attributes: [.groups: .integer(0)],
      error: .invalidValue
    ),
    Case(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 1))],
      attributes: [.padType: .string("none")],
      error: .invalidValue
    ),
    Case(operation: .matmul, inputs: [(.x, half(2, 3)), (.y, half(2, 3))], error: .shapeMismatch),
    Case(
      operation: .matmul,
      inputs: [(.x, half(2, 3)), (.y, TensorType(.fp32, [3, 2]))],
      error: .elementTypeMismatch
    ),
    Case(operation: .matmul, inputs: [(.x, half()), (.y, half(3))], error: .rankMismatch),
    Case(operation: .add, inputs: [(.x, half(2)), (.y, half(3))], error: .shapeMismatch),
    Case(operation: .add, inputs: [(.x, truth(2)), (.y, truth(2))], error: .elementTypeMismatch),
    Case(operation: .add, inputs: [(.x, half(2)), (.x, half(2)), (.y, half(2))], error: .wrongArgumentKind),
    Case(operation: .relu, inputs: [(.x, half(2)), (.y, half(2))], error: .unexpectedArgument),
    Case(operation: .relu, inputs: [(.x, half(2))], attributes: [.axis: .integer(0)], error: .unexpectedArgument),
    Case(operation: .exp, inputs: [(.x, whole(2))], error: .elementTypeMismatch),
    Case(operation: .gelu, inputs: [(.x, half(2))], attributes: [.mode: .string("FAST")], error: .invalidValue),
    Case(operation: .cast, inputs: [(.x, half(2))], attributes: [.type: .string("half")], error: .invalidValue),
    Case(operation: .cast, inputs: [(.x, half(2))], error: .missingArgument),
    Case(operation: .softmax, inputs: [(.x, half(2))], attributes: [.axis: .integer(1)], error: .axisOutOfRange),
    Case(operation: .softmax, inputs: [(.x, half(2))], attributes: [.axis: .boolean(true)], error: .wrongArgumentKind),
    Case(
      operation: .reduceSum,
      inputs: [(.x, half(2))],
      attributes: [.axes: .integers([0, -1])],
      error: .invalidValue
    ),
    Case(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([4, -1])],
      error: .shapeMismatch
    ),
    Case(operation: .reshape, inputs: [(.x, half(6))], attributes: [.shape: .integers([1 << 40])], error: .tooLarge),
    Case(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([-1, -1])],
      error: .shapeMismatch
    ),
    Case(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([Int](repeating: 1 << 30, count: 4))],
      error: .shapeMismatch
    ),
    Case(
      operation: .transpose,
      inputs: [(.x, half(2, 3))],
      attributes: [.permutation: .integers([0, 0])],
      error: .invalidValue
    ),
    Case(operation: .squeeze, inputs: [(.x, half(2, 3))], attributes: [.axes: .integers([0])], error: .shapeMismatch),
    Case(
      operation: .split,
      inputs: [(.x, half(5))],
      attributes: [.splitCount: .integer(2), .axis: .integer(0)],
      error: .shapeMismatch
    ),
    Case(operation: .split, inputs: [(.x, half(5))], attributes: [.axis: .integer(0)], error: .missingArgument),
    Case(
      operation: .split,
      inputs: [(.x, half(5))],
      attributes: [.splitSizes: .integers([6, -1]), .axis: .integer(0)],
      error: .shapeMismatch
    ),
    Case(
      operation: .concat,
      inputs: [(.values, half(2, 3)), (.values, half(3, 3))],
      attributes: [.axis: .integer(1)],
      error: .shapeMismatch
    ),
    Case(operation: .pad, inputs: [(.x, half(2))], attributes: [.pad: .integers([1])], error: .invalidValue),
    Case(
      operation: .tile,
      inputs: [(.x, half(1 << 20))],
      attributes: [.repetitions: .integers([1 << 30])],
      error: .tooLarge
    ),
    Case(operation: .gather, inputs: [(.x, half(2)), (.indices, half(2))], error: .elementTypeMismatch),
    Case(
      operation: .sliceByIndex,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([3]), .end: .integers([2])],
      error: .shapeMismatch
    ),
    Case(
      operation: .sliceByIndex,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([0]), .end: .integers([2]), .stride: .integers([0])],
      error: .invalidValue
    ),
    Case(
      operation: .sliceBySize,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([3]), .size: .integers([2])],
      error: .shapeMismatch
    ),
    Case(
      operation: .constexprBlockwiseShiftScale,
      inputs: [(.data, TensorType(.int4, [4, 64])), (.scale, half(4, 3))],
      error: .shapeMismatch
    ),
    Case(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint4, [4])), (.lut, half(1, 8, 1))],
      error: .shapeMismatch
    ),
    Case(
      operation: .select,
      inputs: [(.condition, half(2)), (.a, half(2)), (.b, half(2))],
      error: .elementTypeMismatch
    ),
    Case(operation: .const, inputs: [], error: .invalidValue),
  ]

  @Test(arguments: valid) func validArgumentsGiveTheirTypes(_ test: Case) throws {
    let resolved = try test.operation.resolve(
      inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
      attributes: test.attributes
    )
    #expect(resolved.results == test.results)
    // What is resolved is plain already.
    let again = try test.operation.resolve(
      inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
      attributes: resolved.attributes
    )
    #expect(again.attributes == resolved.attributes)
  }

  @Test(arguments: invalid) func invalidArgumentsAreRefused(_ test: Case) throws {
    let error = #expect(throws: GraphError.self) {
      try test.operation.resolve(
        inputs: test.inputs.map { (argument: $0.0, type: $0.1) },
        attributes: test.attributes,
        node: "n"
      )
    }
    #expect(error?.code == test.error)
    #expect(error?.node == "n")
  }

  @Test func everyOperatorIsCovered() {
    let plain = Set(Operator.allCases.filter { [.unary, .binary, .comparison, .reduction].contains($0.category) })
    let covered = Set(Self.valid.map(\.operation))
    #expect(Set(Operator.allCases).subtracting(plain).subtracting(covered) == [.input, .const])
  }

  @Test(.enabled(if: hasNumPy)) func shapesAgreeWithNumPy() throws {
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

  private static let hasNumPy = (try? ChildProgram.python("import numpy")) != nil

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
