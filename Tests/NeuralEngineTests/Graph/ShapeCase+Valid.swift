@testable import NeuralEngine

extension ShapeCase {
  static let valid: [ShapeCase] = [
    ShapeCase(
      operation: .conv,
      inputs: [(.x, half(1, 8, 1, 16)), (.weight, half(4, 8, 1, 1))],
      results: [half(1, 4, 1, 16)]
    ),
    ShapeCase(
      operation: .conv,
      inputs: [(.x, half(1, 8, 9, 11)), (.weight, half(6, 4, 3, 3)), (.bias, half(6))],
      attributes: [
        .groups: .integer(2), .strides: .integers([2, 1]), .padType: .string("custom"), .pad: .integers([1, 1, 0, 2]),
        .dilations: .integers([1, 2]),
      ],
      results: [half(1, 6, 5, 9)]
    ),
    ShapeCase(
      operation: .conv,
      inputs: [(.x, half(2, 3, 7)), (.weight, half(5, 3, 3))],
      attributes: [.padType: .string("same"), .strides: .integers([2])],
      results: [half(2, 5, 4)]
    ),
    ShapeCase(operation: .matmul, inputs: [(.x, half(3, 1, 2, 4)), (.y, half(5, 4, 6))], results: [half(3, 5, 2, 6)]),
    ShapeCase(
      operation: .matmul,
      inputs: [(.x, half(4, 2)), (.y, half(6, 4))],
      attributes: [.transposeX: .boolean(true), .transposeY: .boolean(true)],
      results: [half(2, 6)]
    ),
    ShapeCase(operation: .matmul, inputs: [(.x, half(4)), (.y, half(3, 4, 6))], results: [half(3, 6)]),
    ShapeCase(operation: .matmul, inputs: [(.x, half(3, 2, 4)), (.y, half(4))], results: [half(3, 2)]),
    ShapeCase(operation: .matmul, inputs: [(.x, half(4)), (.y, half(4))], results: [half()]),
    ShapeCase(
      operation: .linear,
      inputs: [(.x, half(2, 3, 4)), (.weight, half(5, 4)), (.bias, half(5))],
      results: [half(2, 3, 5)]
    ),
    ShapeCase(
      operation: .scaledDotProductAttention,
      inputs: [
        (.query, half(1, 4, 3, 8)), (.key, half(1, 4, 5, 8)), (.value, half(1, 4, 5, 6)), (.attentionMask, truth(3, 5)),
      ],
      results: [half(1, 4, 3, 6)]
    ),
    ShapeCase(
      operation: .add,
      inputs: [(.x, half(1, 8, 1, 16)), (.y, half(1, 8, 1, 1))],
      results: [half(1, 8, 1, 16)]
    ),
    ShapeCase(operation: .mul, inputs: [(.x, half()), (.y, half(3))], results: [half(3)]),
    ShapeCase(operation: .greater, inputs: [(.x, half(2, 1)), (.y, half(3))], results: [truth(2, 3)]),
    ShapeCase(operation: .logicalAnd, inputs: [(.x, truth(2)), (.y, truth(1))], results: [truth(2)]),
    ShapeCase(operation: .logicalNot, inputs: [(.x, truth(2))], results: [truth(2)]),
    ShapeCase(
      operation: .select,
      inputs: [(.condition, truth(2, 1)), (.a, half(3)), (.b, half())],
      results: [half(2, 3)]
    ),
    ShapeCase(operation: .exp, inputs: [(.x, half(2))], results: [half(2)]),
    ShapeCase(operation: .gelu, inputs: [(.x, half(2))], results: [half(2)]),
    ShapeCase(
      operation: .clip,
      inputs: [(.x, half(2))],
      attributes: [.alpha: .number(0), .beta: .number(1)],
      results: [half(2)]
    ),
    ShapeCase(operation: .cast, inputs: [(.x, half(2))], attributes: [.type: .string("int32")], results: [whole(2)]),
    ShapeCase(
      operation: .reduceSum,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.axes: .integers([-1, 0]), .keepDimensions: .boolean(true)],
      results: [half(1, 3, 1)]
    ),
    ShapeCase(operation: .reduceMean, inputs: [(.x, half(2, 3, 4))], results: [half()]),
    ShapeCase(operation: .reduceArgmax, inputs: [(.x, half(2, 3))], results: [whole(2)]),
    ShapeCase(operation: .softmax, inputs: [(.x, half(2, 3))], results: [half(2, 3)]),
    ShapeCase(operation: .cumsum, inputs: [(.x, whole(2, 3))], results: [whole(2, 3)]),
    ShapeCase(
      operation: .layerNorm,
      inputs: [(.x, half(1, 8, 1, 4)), (.gamma, half(8))],
      attributes: [.axes: .integers([1])],
      results: [half(1, 8, 1, 4)]
    ),
    ShapeCase(
      operation: .batchNorm,
      inputs: [(.x, half(1, 8, 1, 4)), (.mean, half(8)), (.variance, half(8)), (.gamma, half(8))],
      results: [half(1, 8, 1, 4)]
    ),
    ShapeCase(operation: .instanceNorm, inputs: [(.x, half(1, 8, 4)), (.beta, half(8))], results: [half(1, 8, 4)]),
    ShapeCase(operation: .l2Norm, inputs: [(.x, half(1, 8, 4))], results: [half(1, 8, 4)]),
    ShapeCase(
      operation: .averagePool,
      inputs: [(.x, half(1, 8, 9, 10))],
      attributes: [.kernelSizes: .integers([2, 3]), .padType: .string("valid"), .strides: .integers([2, 2])],
      results: [half(1, 8, 4, 4)]
    ),
    ShapeCase(
      operation: .maximumPool,
      inputs: [(.x, half(1, 8, 9))],
      attributes: [
        .kernelSizes: .integers([2]), .padType: .string("valid"), .strides: .integers([2]), .roundsUp: .boolean(true),
      ],
      results: [half(1, 8, 5)]
    ),
    ShapeCase(
      operation: .l2Pool,
      inputs: [(.x, half(1, 8, 9))],
      attributes: [.kernelSizes: .integers([2]), .padType: .string("same"), .strides: .integers([2])],
      results: [half(1, 8, 5)]
    ),
    ShapeCase(
      operation: .constexprSparseToDense,
      inputs: [(.nonzeroData, half(5)), (.mask, TensorType(.uint1, [4, 6]))],
      results: [half(4, 6)]
    ),
    ShapeCase(
      operation: .constexprLUTToSparse,
      inputs: [
        (.indicesMask, TensorType(.uint1, [4, 6])), (.indicesNonzeroData, TensorType(.uint2, [5])),
        (.lut, half(1, 1, 4, 3)),
      ],
      attributes: [.vectorAxis: .integer(1)],
      results: [TensorType(.uint1, [4, 18]), half(15)]
    ),
    ShapeCase(
      operation: .constexprSparseBlockwiseShiftScale,
      inputs: [
        (.dataMask, TensorType(.uint1, [4, 6])), (.nonzeroData, TensorType(.int8, [5])), (.scale, half(4, 1)),
      ],
      results: [TensorType(.uint1, [4, 6]), half(5)]
    ),
    ShapeCase(operation: .bandPart, inputs: [(.x, half(3, 3))], results: [half(3, 3)]),
    ShapeCase(
      operation: .reshape,
      inputs: [(.x, half(2, 6))],
      attributes: [.shape: .integers([0, 3, -1])],
      results: [half(2, 3, 2)]
    ),
    ShapeCase(
      operation: .transpose,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.permutation: .integers([2, 0, -2])],
      results: [half(4, 2, 3)]
    ),
    ShapeCase(
      operation: .expandDims,
      inputs: [(.x, half(2, 3))],
      attributes: [.axes: .integers([0, -1])],
      results: [half(1, 2, 3, 1)]
    ),
    ShapeCase(operation: .squeeze, inputs: [(.x, half(1, 2, 1))], results: [half(2)]),
    ShapeCase(
      operation: .split,
      inputs: [(.x, half(2, 6))],
      attributes: [.splitCount: .integer(3), .axis: .integer(-1)],
      results: [half(2, 2), half(2, 2), half(2, 2)]
    ),
    ShapeCase(
      operation: .split,
      inputs: [(.x, half(2, 6))],
      attributes: [.splitSizes: .integers([1, 5]), .axis: .integer(1)],
      results: [half(2, 1), half(2, 5)]
    ),
    ShapeCase(
      operation: .concat,
      inputs: [(.values, half(2, 3)), (.values, half(2, 1))],
      attributes: [.axis: .integer(1)],
      results: [half(2, 4)]
    ),
    ShapeCase(
      operation: .stack,
      inputs: [(.values, half(2)), (.values, half(2))],
      attributes: [.axis: .integer(-1)],
      results: [half(2, 2)]
    ),
    ShapeCase(
      operation: .pad,
      inputs: [(.x, half(1, 2, 3, 4))],
      attributes: [.pad: .integers([1, 0, 2, 2])],
      results: [half(1, 2, 4, 8)]
    ),
    ShapeCase(
      operation: .tile,
      inputs: [(.x, half(2, 3))],
      attributes: [.repetitions: .integers([2, 1])],
      results: [half(4, 3)]
    ),
    ShapeCase(
      operation: .gather,
      inputs: [(.x, half(5, 6)), (.indices, whole(2, 3))],
      attributes: [.axis: .integer(-1)],
      results: [half(5, 2, 3)]
    ),
    ShapeCase(
      operation: .gather,
      inputs: [(.x, half(4, 5, 6)), (.indices, whole(4, 3))],
      attributes: [.axis: .integer(1), .batchDimensions: .integer(1)],
      results: [half(4, 3, 6)]
    ),
    ShapeCase(operation: .gatherAlongAxis, inputs: [(.x, half(5, 6)), (.indices, whole(2, 6))], results: [half(2, 6)]),
    ShapeCase(
      operation: .sliceByIndex,
      inputs: [(.x, half(4, 9, 5))],
      attributes: [
        .begin: .integers([0, -1, 2]), .end: .integers([3, 0, 0]), .stride: .integers([2, -3, 1]),
        .endMask: .booleans([false, true, false]), .squeezeMask: .booleans([false, false, true]),
      ],
      results: [half(2, 3)]
    ),
    ShapeCase(
      operation: .sliceBySize,
      inputs: [(.x, half(4, 9))],
      attributes: [.begin: .integers([1, -2]), .size: .integers([2, -1])],
      results: [half(2, 2)]
    ),
    ShapeCase(
      operation: .constexprBlockwiseShiftScale,
      inputs: [
        (.data, TensorType(.uint4, [4, 64, 1, 1])), (.scale, half(4, 2, 1, 1)),
        (.offset, TensorType(.uint4, [4, 2, 1, 1])),
      ],
      results: [half(4, 64, 1, 1)]
    ),
    ShapeCase(
      operation: .constexprAffineDequantize,
      inputs: [(.quantizedData, TensorType(.int8, [4, 6])), (.zeroPoint, TensorType(.int8)), (.scale, half(4))],
      results: [half(4, 6)]
    ),
    ShapeCase(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint4, [4, 6])), (.lut, half(2, 1, 16, 1))],
      results: [half(4, 6)]
    ),
    ShapeCase(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint2, [4, 6])), (.lut, half(1, 1, 4, 3))],
      attributes: [.vectorAxis: .integer(0)],
      results: [half(12, 6)]
    ),
    ShapeCase(
      operation: .constexprLUTToDense,
      inputs: [(.indices, TensorType(.uint8, [12])), (.lut, half(16))],
      attributes: [.shape: .integers([4, 6])],
      results: [half(4, 6)]
    ),
    ShapeCase(
      operation: .constexprCast,
      inputs: [(.sourceValue, half(2))],
      attributes: [.outputType: .string("fp32")],
      results: [TensorType(.fp32, [2])]
    ),
  ]
}
