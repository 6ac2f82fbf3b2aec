@testable import NeuralEngine

extension ShapeCase {
  static let words: [ArgumentName: AttributeValue] = [
    .samplingMode: .string("bilinear"), .paddingMode: .string("constant"), .paddingValue: .number(0),
    .coordinatesMode: .string("normalized_minus_one_to_one"), .alignsCorners: .boolean(true),
  ]

  static func target(_ height: Int, _ width: Int) -> [ArgumentName: AttributeValue] {
    [.targetSizeHeight: .integer(height), .targetSizeWidth: .integer(width)]
  }

  static func factors(_ height: Double, _ width: Double) -> [ArgumentName: AttributeValue] {
    [.scaleFactorHeight: .number(height), .scaleFactorWidth: .number(width)]
  }

  static func shape(_ shape: [Int], _ count: Int) -> [ArgumentName: AttributeValue] {
    [.shape: .integers(shape), .resizedDimensions: .integer(count)]
  }

  static let validFamilies: [ShapeCase] = [
    ShapeCase(
      operation: .convTranspose,
      // The order of the text is not that of the signature.
      inputs: [(.bias, half(6)), (.weight, half(4, 3, 3, 3)), (.x, half(1, 4, 5, 6))],
      attributes: [.groups: .integer(2), .strides: .integers([2, 1])],
      results: [half(1, 6, 11, 8)]
    ),
    ShapeCase(
      operation: .convTranspose,
      inputs: [(.x, half(1, 4, 5)), (.weight, half(4, 3, 3))],
      attributes: [.strides: .integers([3]), .padType: .string("same"), .outputShape: .integers([1, 3, 13])],
      results: [half(1, 3, 13)]
    ),
    ShapeCase(
      operation: .einsum,
      inputs: [(.values, half(1, 3, 5, 4)), (.values, half(2, 4, 1, 6))],
      attributes: [.equation: .string("nchw, nwhu -> nchu")],
      results: [half(2, 3, 5, 6)]
    ),
    ShapeCase(operation: .prelu, inputs: [(.x, half(1, 3, 5)), (.alpha, half(3))], results: [half(1, 3, 5)]),
    ShapeCase(
      operation: .localResponseNorm,
      inputs: [(.x, half(1, 3, 5))],
      attributes: [.size: .integer(3)],
      results: [half(1, 3, 5)]
    ),
    ShapeCase(
      operation: .quantize,
      inputs: [(.input, half(2, 3)), (.scale, half(3)), (.zeroPoint, TensorType(.int8, [3]))],
      attributes: [.axis: .integer(-1), .outputType: .string("int8")],
      results: [TensorType(.int8, [2, 3])]
    ),
    ShapeCase(
      operation: .dequantize,
      inputs: [(.input, TensorType(.uint8, [2, 3])), (.scale, half())],
      results: [half(2, 3)]
    ),
    ShapeCase(
      operation: .topk,
      inputs: [(.x, half(2, 9))],
      attributes: [.k: .integer(-1), .outputIndicesType: .string("uint16")],
      results: [half(2, 9), TensorType(.uint16, [2, 9])]
    ),
    ShapeCase(
      operation: .topk,
      inputs: [(.x, half(2, 9))],
      attributes: [.k: .integer(3), .returnIndices: .boolean(false)],
      results: [half(2, 3)]
    ),
    ShapeCase(operation: .argsort, inputs: [(.x, half(2, 9))], results: [whole(2, 9)]),
    ShapeCase(
      operation: .upsampleNearestNeighbor,
      inputs: [(.x, half(2, 3, 7))],
      // 4/3 as a half would be a little less.
      attributes: factors(4.0 / 3, 2.5),
      results: [half(2, 4, 17)]
    ),
    ShapeCase(operation: .upsampleBilinear, inputs: [(.x, half(2, 3, 7))], results: [half(2, 3, 7)]),
    ShapeCase(
      operation: .resizeNearestNeighbor,
      inputs: [(.x, half(2, 3, 7))],
      attributes: target(4, 1),
      results: [half(2, 4, 1)]
    ),
    ShapeCase(
      operation: .resizeBilinear,
      inputs: [(.x, half(2, 3, 7))],
      attributes: target(4, 1),
      results: [half(2, 4, 1)]
    ),
    ShapeCase(
      operation: .resize,
      inputs: [(.x, whole(2, 3, 7))],
      attributes: shape([9, 0, 5], 2),
      results: [whole(2, 3, 5)]
    ),
    ShapeCase(
      operation: .cropResize,
      inputs: [(.boxIndices, whole(5)), (.boxes, half(5, 4)), (.x, half(2, 3, 7, 7))],
      attributes: [.targetHeight: .integer(4), .targetWidth: .integer(6)],
      results: [half(5, 3, 4, 6)]
    ),
    ShapeCase(
      operation: .cropResize,
      inputs: [(.x, half(2, 3, 7, 7)), (.roi, half(5, 1, 4, 1, 1))],
      results: [half(5, 2, 3, 1, 1)]
    ),
    ShapeCase(
      operation: .resample,
      inputs: [(.x, half(2, 3, 7, 7)), (.coordinates, half(2, 4, 5, 2))],
      attributes: words,
      results: [half(2, 3, 4, 5)]
    ),
    ShapeCase(
      operation: .affine,
      inputs: [(.x, half(2, 3, 7, 7)), (.transformMatrix, half(1, 6))],
      attributes: words.merging([.outputHeight: .integer(4), .outputWidth: .integer(5)]) { $1 },
      results: [half(2, 3, 4, 5)]
    ),
    ShapeCase(
      operation: .scatter,
      inputs: [(.data, half(3, 4)), (.indices, whole(7)), (.updates, half(3, 7))],
      attributes: [.axis: .integer(-1)],
      results: [half(3, 4)]
    ),
    ShapeCase(
      operation: .scatterAlongAxis,
      inputs: [(.data, half(3, 4)), (.indices, whole(7, 4)), (.updates, half(7, 4))],
      results: [half(3, 4)]
    ),
    ShapeCase(
      operation: .scatterND,
      inputs: [(.data, half(3, 4, 5)), (.indices, whole(7, 2)), (.updates, half(7, 5))],
      results: [half(3, 4, 5)]
    ),
    ShapeCase(
      operation: .sliceUpdate,
      inputs: [(.x, half(3, 4)), (.update, half(2, 4))],
      attributes: [.begin: .integers([1, 0]), .end: .integers([3, 0]), .endMask: .booleans([false, true])],
      results: [half(3, 4)]
    ),
    ShapeCase(
      operation: .gatherND,
      inputs: [(.x, half(3, 4, 5)), (.indices, whole(3, 7, 1))],
      attributes: [.batchDimensions: .integer(1)],
      results: [half(3, 7, 5)]
    ),
    ShapeCase(
      operation: .reshapeLike,
      inputs: [(.x, half(6, 30)), (.referenceTensors, half(2, 3, 4)), (.referenceTensors, whole(1, 5, 6))],
      attributes: [
        .begins: .integers([0, -2]), .ends: .integers([2, 0]), .endMasks: .booleans([false, true]),
      ],
      results: [half(2, 3, 5, 6)]
    ),
    ShapeCase(
      operation: .flatten2D,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.axis: .integer(-1)],
      results: [half(6, 4)]
    ),
    ShapeCase(operation: .reverse, inputs: [(.x, half(2, 3))], results: [half(2, 3)]),
    ShapeCase(
      operation: .reverseSequence,
      inputs: [(.x, half(2, 3)), (.lengths, whole(3))],
      attributes: [.batchAxis: .integer(-1)],
      results: [half(2, 3)]
    ),
    ShapeCase(
      operation: .slidingWindows,
      inputs: [(.x, half(2, 9, 3))],
      attributes: [.axis: .integer(1), .size: .integer(4), .stride: .integer(2)],
      results: [half(2, 3, 4, 3)]
    ),
    ShapeCase(
      operation: .crop,
      inputs: [(.x, half(2, 9, 3))],
      attributes: [.cropHeight: .integers([4, 2]), .cropWidth: .integers([0, 0])],
      results: [half(2, 3, 3)]
    ),
    ShapeCase(
      operation: .pixelShuffle,
      inputs: [(.x, half(1, 8, 3, 5))],
      attributes: [.upscaleFactor: .integer(2)],
      results: [half(1, 2, 6, 10)]
    ),
    ShapeCase(
      operation: .pixelUnshuffle,
      inputs: [(.x, half(1, 2, 6, 10))],
      attributes: [.downscaleFactor: .integer(2)],
      results: [half(1, 8, 3, 5)]
    ),
    ShapeCase(
      operation: .depthToSpace,
      inputs: [(.x, half(1, 8, 3, 5))],
      attributes: [.blockSize: .integer(2)],
      results: [half(1, 2, 6, 10)]
    ),
    ShapeCase(
      operation: .spaceToDepth,
      inputs: [(.x, half(1, 2, 6, 10))],
      attributes: [.blockSize: .integer(2)],
      results: [half(1, 8, 3, 5)]
    ),
    ShapeCase(
      operation: .spaceToBatch,
      inputs: [(.x, half(1, 2, 6, 10))],
      attributes: [.blockShape: .integers([2, 3]), .paddings: .integers([0, 0, 1, 1])],
      results: [half(6, 2, 3, 4)]
    ),
    ShapeCase(
      operation: .batchToSpace,
      inputs: [(.x, half(6, 2, 3, 4))],
      attributes: [.blockShape: .integers([2, 3]), .crops: .integers([0, 0, 1, 1])],
      results: [half(1, 2, 6, 10)]
    ),
    ShapeCase(
      operation: .fill,
      inputs: [(.value, half())],
      attributes: [.shape: .integers([2, 3])],
      results: [half(2, 3)]
    ),
    ShapeCase(operation: .fillLike, inputs: [(.referenceTensor, half(2))], results: [TensorType(.fp32, [2])]),
    ShapeCase(
      operation: .oneHot,
      inputs: [(.indices, whole(2, 3))],
      attributes: [.vectorSize: .integer(5), .axis: .integer(-2)],
      results: [whole(2, 5, 3)]
    ),
  ]
}
