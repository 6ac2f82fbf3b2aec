@testable import NeuralEngine

extension ShapeCase {
  static let invalid: [ShapeCase] = [
    ShapeCase(
      operation: .batchNorm,
      inputs: [(.x, half(1, 8, 4)), (.mean, half(4)), (.variance, half(8))],
      error: .shapeMismatch
    ),
    ShapeCase(operation: .l2Norm, inputs: [(.x, half(8, 4))], error: .rankMismatch),
    ShapeCase(
      operation: .maximumPool,
      inputs: [(.x, half(1, 8, 4))],
      attributes: [.kernelSizes: .integers([5]), .padType: .string("valid")],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .constexprSparseToDense,
      inputs: [(.nonzeroData, half(25)), (.mask, TensorType(.uint1, [4, 6]))],
      error: .shapeMismatch
    ),
    ShapeCase(operation: .conv, inputs: [(.x, half(1, 8, 1, 4))], error: .missingArgument),
    ShapeCase(operation: .conv, inputs: [(.x, half(1, 8, 1, 4)), (.weight, half(4, 7, 1, 1))], error: .shapeMismatch),
    ShapeCase(operation: .conv, inputs: [(.x, half(1, 8, 4)), (.weight, half(4, 8, 1, 1))], error: .rankMismatch),
    ShapeCase(operation: .conv, inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 3))], error: .shapeMismatch),
    ShapeCase(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 1))],
      attributes: [.groups: .integer(0)],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 2)), (.weight, half(4, 8, 1, 1))],
      attributes: [.padType: .string("none")],
      error: .invalidValue
    ),
    ShapeCase(operation: .matmul, inputs: [(.x, half(2, 3)), (.y, half(2, 3))], error: .shapeMismatch),
    ShapeCase(
      operation: .matmul,
      inputs: [(.x, half(2, 3)), (.y, TensorType(.fp32, [3, 2]))],
      error: .elementTypeMismatch
    ),
    ShapeCase(operation: .matmul, inputs: [(.x, half()), (.y, half(3))], error: .rankMismatch),
    ShapeCase(operation: .add, inputs: [(.x, half(2)), (.y, half(3))], error: .shapeMismatch),
    ShapeCase(operation: .add, inputs: [(.x, truth(2)), (.y, truth(2))], error: .elementTypeMismatch),
    ShapeCase(operation: .add, inputs: [(.x, half(2)), (.x, half(2)), (.y, half(2))], error: .wrongArgumentKind),
    ShapeCase(operation: .relu, inputs: [(.x, half(2)), (.y, half(2))], error: .unexpectedArgument),
    ShapeCase(operation: .relu, inputs: [(.x, half(2))], attributes: [.axis: .integer(0)], error: .unexpectedArgument),
    ShapeCase(operation: .exp, inputs: [(.x, whole(2))], error: .elementTypeMismatch),
    ShapeCase(operation: .gelu, inputs: [(.x, half(2))], attributes: [.mode: .string("FAST")], error: .invalidValue),
    ShapeCase(operation: .cast, inputs: [(.x, half(2))], attributes: [.type: .string("half")], error: .invalidValue),
    ShapeCase(operation: .cast, inputs: [(.x, half(2))], error: .missingArgument),
    ShapeCase(operation: .softmax, inputs: [(.x, half(2))], attributes: [.axis: .integer(1)], error: .axisOutOfRange),
    ShapeCase(
      operation: .softmax,
      inputs: [(.x, half(2))],
      attributes: [.axis: .boolean(true)],
      error: .wrongArgumentKind
    ),
    ShapeCase(
      operation: .reduceSum,
      inputs: [(.x, half(2))],
      attributes: [.axes: .integers([0, -1])],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([4, -1])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([1 << 40])],
      error: .tooLarge
    ),
    ShapeCase(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([-1, -1])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .reshape,
      inputs: [(.x, half(6))],
      attributes: [.shape: .integers([Int](repeating: 1 << 30, count: 4))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .transpose,
      inputs: [(.x, half(2, 3))],
      attributes: [.permutation: .integers([0, 0])],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .squeeze,
      inputs: [(.x, half(2, 3))],
      attributes: [.axes: .integers([0])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .split,
      inputs: [(.x, half(5))],
      attributes: [.splitCount: .integer(2), .axis: .integer(0)],
      error: .shapeMismatch
    ),
    ShapeCase(operation: .split, inputs: [(.x, half(5))], attributes: [.axis: .integer(0)], error: .missingArgument),
    ShapeCase(
      operation: .split,
      inputs: [(.x, half(5))],
      attributes: [.splitSizes: .integers([6, -1]), .axis: .integer(0)],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .concat,
      inputs: [(.values, half(2, 3)), (.values, half(3, 3))],
      attributes: [.axis: .integer(1)],
      error: .shapeMismatch
    ),
    ShapeCase(operation: .pad, inputs: [(.x, half(2))], attributes: [.pad: .integers([1])], error: .invalidValue),
    ShapeCase(
      operation: .tile,
      inputs: [(.x, half(1 << 20))],
      attributes: [.repetitions: .integers([1 << 30])],
      error: .tooLarge
    ),
    ShapeCase(operation: .gather, inputs: [(.x, half(2)), (.indices, half(2))], error: .elementTypeMismatch),
    ShapeCase(
      operation: .sliceByIndex,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([3]), .end: .integers([2])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .sliceByIndex,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([0]), .end: .integers([2]), .stride: .integers([0])],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .sliceBySize,
      inputs: [(.x, half(4))],
      attributes: [.begin: .integers([3]), .size: .integers([2])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .constexprBlockwiseShiftScale,
      inputs: [(.data, TensorType(.int4, [4, 64])), (.scale, half(4, 3))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint4, [4])), (.lut, half(1, 8, 1))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .select,
      inputs: [(.condition, half(2)), (.a, half(2)), (.b, half(2))],
      error: .elementTypeMismatch
    ),
    ShapeCase(operation: .const, inputs: [], error: .invalidValue),
  ]
}
