@testable import NeuralEngine

extension ShapeCase {
  /// What hostile programs try: factors of nothing, sizes beyond all memory, places that are not there.
  static var invalidFamilies: [ShapeCase] {
    invalidConvolutions + invalidEquations + invalidFactors + invalidImages + invalidOrders + invalidPlaces
  }

  private static let convolutionArguments: [(ArgumentName, AttributeValue, GraphError.Code)] = [
    (.groups, .integer(0), .invalidValue),
    (.groups, .integer(3), .shapeMismatch), (.groups, .integer(1 << 40), .tooLarge),
    (.strides, .integers([0]), .invalidValue), (.strides, .integers([1, 1]), .rankMismatch),
    (.dilations, .integers([-1]), .invalidValue), (.padType, .string("same_lower"), .invalidValue),
    (.outputShape, .integers([1, 3, 8]), .shapeMismatch), (.outputShape, .integers([1, 3]), .shapeMismatch),
    (.outputShape, .integers([1, 3, 1 << 31]), .shapeMismatch), (.strides, .integers([1 << 31]), .tooLarge),
  ]

  private static let invalidConvolutions: [ShapeCase] =
    convolutionArguments.map { argument in
      ShapeCase(
        operation: .convTranspose,
        inputs: [(.x, half(1, 4, 5)), (.weight, half(4, 3, 3))],
        attributes: [argument.0: argument.1],
        error: argument.2
      )
    } + [
      ShapeCase(
        operation: .convTranspose,
        inputs: [(.x, half(1, 4, 5)), (.weight, half(4, 3, 3))],
        attributes: [.padType: .string("custom"), .pad: .integers([4, 3])],
        error: .shapeMismatch
      )
    ]

  private static let equations: [String] = [
    "", "->", "nchw,nwhu", "nchw,nwhu->", "nchw->nchw", "nchw,nwhu,n->nchu", "nhcw,nwhu->nchu", "...,...->...",
    "nchw,nwhu->nchu->", String(repeating: "a", count: 1 << 16),
  ]

  private static let invalidEquations: [ShapeCase] =
    equations.map { equation in
      ShapeCase(
        operation: .einsum,
        inputs: [(.values, half(1, 3, 5, 4)), (.values, half(1, 4, 5, 6))],
        attributes: [.equation: .string(equation)],
        error: .invalidValue
      )
    } + [
      ShapeCase(
        operation: .einsum,
        inputs: [(.values, half(1, 3, 5, 4)), (.values, half(1, 5, 5, 6))],
        attributes: [.equation: .string("nchw,nwhu->nchu")],
        error: .shapeMismatch
      ),
      ShapeCase(
        operation: .einsum,
        inputs: [(.values, half(1, 3, 5, 4))],
        attributes: [.equation: .string("nchw,nwhu->nchu")],
        error: .wrongArgumentKind
      ),
      ShapeCase(operation: .prelu, inputs: [(.x, half(1, 3, 5)), (.alpha, half(5))], error: .shapeMismatch),
      ShapeCase(
        operation: .localResponseNorm,
        inputs: [(.x, half(1, 3, 5))],
        attributes: [.size: .integer(0)],
        error: .invalidValue
      ),
    ]

  private static let badFactors: [(Double, Double, GraphError.Code)] = [
    (0, 1, .invalidValue), (1, -2, .invalidValue), (.nan, 1, .invalidValue), (0.1, 1, .invalidValue),
    (.infinity, 1, .tooLarge), (1e30, 1, .tooLarge), (1e9, 1e9, .tooLarge),
  ]

  private static let invalidFactors: [ShapeCase] = badFactors.map { test in
    ShapeCase(
      operation: .upsampleNearestNeighbor,
      inputs: [(.x, half(1, 3, 5))],
      attributes: factors(test.0, test.1),
      error: test.2
    )
  }

  private static let invalidImages: [ShapeCase] = [
    ShapeCase(
      operation: .upsampleBilinear,
      inputs: [(.x, half(1, 3, 5))],
      attributes: [.alignsCorners: .boolean(true), .halfPixelCenters: .boolean(true)],
      error: .invalidValue
    ),
    ShapeCase(operation: .upsampleBilinear, inputs: [(.x, half(3, 5))], error: .rankMismatch),
    ShapeCase(
      operation: .resizeNearestNeighbor,
      inputs: [(.x, half(1, 3, 5))],
      attributes: target(0, 4),
      error: .invalidValue
    ),
    ShapeCase(
      operation: .resizeBilinear,
      inputs: [(.x, half(1, 3, 5))],
      attributes: [.samplingMode: .string("CORNERS")],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .resizeBilinear,
      inputs: [(.x, half(1 << 20, 3, 5))],
      attributes: target(1 << 31, 1 << 31),
      error: .tooLarge
    ),
    ShapeCase(operation: .resize, inputs: [(.x, half(3, 5))], attributes: shape([1, 2, 3], 2), error: .rankMismatch),
    ShapeCase(operation: .resize, inputs: [(.x, half(3, 5))], attributes: shape([2], 2), error: .rankMismatch),
    ShapeCase(operation: .resize, inputs: [(.x, half(3, 5))], attributes: shape([2, -3], 2), error: .invalidValue),
    ShapeCase(operation: .cropResize, inputs: [(.x, half(1, 3, 7, 7)), (.boxes, half(2, 4))], error: .shapeMismatch),
    ShapeCase(operation: .cropResize, inputs: [(.x, half(1, 3, 7, 7))], error: .missingArgument),
    ShapeCase(
      operation: .cropResize,
      inputs: [(.x, half(1, 3, 7, 7)), (.boxes, half(1, 4))],
      attributes: [.targetWidth: .integer(-1)],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .cropResize,
      inputs: [(.x, half(1, 3, 7, 7)), (.roi, half(1, 1, 6, 1, 1))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .resample,
      inputs: [(.x, half(2, 3, 7, 7)), (.coordinates, half(2, 4, 5, 3))],
      attributes: words,
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .resample,
      inputs: [(.x, half(2, 3, 7, 7)), (.coordinates, half(2, 4, 5, 2))],
      attributes: words.merging([.paddingMode: .string("zeros")]) { $1 },
      error: .invalidValue
    ),
    ShapeCase(
      operation: .affine,
      inputs: [(.x, half(2, 3, 7, 7)), (.transformMatrix, half(1, 6))],
      attributes: words.merging([
        .outputHeight: .integer(4), .outputWidth: .integer(5), .samplingMode: .string("nearest"),
      ]) { $1 },
      error: .invalidValue
    ),
  ]

  private static let topArguments: [([ArgumentName: AttributeValue], GraphError.Code)] = [
    ([.k: .integer(0)], .invalidValue),
    ([.k: .integer(10)], .invalidValue), ([.k: .integer(-2)], .invalidValue), ([.axis: .integer(2)], .axisOutOfRange),
    ([.outputIndicesType: .string("int8")], .elementTypeMismatch),
    ([.returnIndices: .boolean(false), .outputIndicesType: .string("int32")], .invalidValue),
  ]

  private static let invalidOrders: [ShapeCase] =
    topArguments.map { test in
      ShapeCase(operation: .topk, inputs: [(.x, half(2, 9))], attributes: test.0, error: test.1)
    } + [
      ShapeCase(
        operation: .topk,
        inputs: [(.x, half(1 << 17))],
        attributes: [.outputIndicesType: .string("uint16")],
        error: .tooLarge
      ),
      ShapeCase(
        operation: .quantize,
        inputs: [(.input, half(2, 3)), (.scale, half(3))],
        attributes: [.outputType: .string("int8")],
        error: .missingArgument
      ),
      ShapeCase(
        operation: .quantize,
        inputs: [(.input, half(2, 3)), (.scale, half())],
        attributes: [.axis: .integer(0), .outputType: .string("int8")],
        error: .unexpectedArgument
      ),
      ShapeCase(
        operation: .quantize,
        inputs: [(.input, half(2, 3)), (.scale, half())],
        attributes: [.outputType: .string("int32")],
        error: .elementTypeMismatch
      ),
      ShapeCase(
        operation: .dequantize,
        inputs: [(.input, TensorType(.int8, [2, 3])), (.scale, half(2)), (.zeroPoint, TensorType(.int8))],
        attributes: [.axis: .integer(0)],
        error: .shapeMismatch
      ),
    ]

  private static let invalidPlaces: [ShapeCase] = [
    ShapeCase(
      operation: .scatter,
      inputs: [(.data, half(3, 4)), (.indices, whole(7)), (.updates, half(3, 7))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .scatter,
      inputs: [(.data, half(3)), (.indices, whole(7)), (.updates, half(7))],
      attributes: [.mode: .string("xor")],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .scatterND,
      inputs: [(.data, half(3)), (.indices, whole(7, 2)), (.updates, half(7))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .sliceUpdate,
      inputs: [(.x, half(3, 4)), (.update, half(2, 4))],
      attributes: [.begin: .integers([0, 0]), .end: .integers([3, 4])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .gatherND,
      inputs: [(.x, half(3, 4)), (.indices, whole(7, 3))],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .reshapeLike,
      inputs: [(.x, half(7)), (.referenceTensors, half(2, 3))],
      attributes: [.begins: .integers([0]), .ends: .integers([9]), .endMasks: .booleans([false])],
      error: .shapeMismatch
    ),
    ShapeCase(operation: .flatten2D, inputs: [(.x, half(7))], attributes: [.axis: .integer(2)], error: .axisOutOfRange),
    ShapeCase(operation: .reverseSequence, inputs: [(.x, half(2, 3)), (.lengths, whole(2))], error: .invalidValue),
    ShapeCase(
      operation: .slidingWindows,
      inputs: [(.x, half(2, 3))],
      attributes: [.axis: .integer(0), .size: .integer(3)],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .slidingWindows,
      inputs: [(.x, half(2, 3))],
      attributes: [.axis: .integer(0), .size: .integer(1), .stride: .integer(0)],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .crop,
      inputs: [(.x, half(2, 3, 4))],
      attributes: [.cropHeight: .integers([2, 1]), .cropWidth: .integers([0, 0])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .pixelShuffle,
      inputs: [(.x, half(1, 8, 3, 5))],
      attributes: [.upscaleFactor: .integer(0)],
      error: .invalidValue
    ),
    ShapeCase(
      operation: .depthToSpace,
      inputs: [(.x, half(1, 8, 3, 5))],
      attributes: [.blockSize: .integer(3)],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .spaceToDepth,
      inputs: [(.x, half(1, 8, 3, 5))],
      attributes: [.blockSize: .integer(1 << 31)],
      error: .tooLarge
    ),
    ShapeCase(
      operation: .batchToSpace,
      inputs: [(.x, half(4, 8, 3, 5))],
      attributes: [.blockShape: .integers([2, 2]), .crops: .integers([3, 3, 0, 0])],
      error: .invalidValue
    ),
    ShapeCase(operation: .fill, inputs: [], attributes: [.shape: .integers([2, 0])], error: .invalidValue),
    ShapeCase(
      operation: .fill,
      inputs: [],
      attributes: [.shape: .integers([1 << 31, 1 << 31, 1 << 31])],
      error: .tooLarge
    ),
    ShapeCase(
      operation: .fill,
      inputs: [(.value, half(2))],
      attributes: [.shape: .integers([2])],
      error: .shapeMismatch
    ),
    ShapeCase(
      operation: .oneHot,
      inputs: [(.indices, whole(2))],
      attributes: [.vectorSize: .integer(-5)],
      error: .invalidValue
    ),
  ]
}
