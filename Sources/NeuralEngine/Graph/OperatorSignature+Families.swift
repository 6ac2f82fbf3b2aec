extension Operator {
  /// The arguments of movements that have none of their own in the table.
  var movementParameters: [OperatorSignature.Parameter] {
    switch self {
    case .gatherND:
      [
        .tensor(.x), .tensor(.indices), .defaulted(.batchDimensions, .integer(0), spelledOut: true),
        .defaulted(.validateIndices, .boolean(false), spelledOut: true),
      ]
    case .reshapeLike:
      [
        .tensor(.x), .tensors(.referenceTensors), .required(.begins, .integers), .required(.ends, .integers),
        .required(.endMasks, .booleans),
      ]
    case .flatten2D: [.tensor(.x), .defaulted(.axis, .integer(1), spelledOut: true)]
    case .reverse: [.tensor(.x), .defaulted(.axes, .allAxes, .integers, spelledOut: true)]
    case .reverseSequence:
      [
        .tensor(.x), .tensor(.lengths), .defaulted(.sequenceAxis, .integer(0), spelledOut: true),
        .defaulted(.batchAxis, .integer(0), spelledOut: true),
      ]
    case .slidingWindows:
      [
        .tensor(.x), .required(.axis, .integer), .required(.size, .integer),
        .defaulted(.stride, .integer(1), spelledOut: true),
      ]
    case .crop: [.tensor(.x), .required(.cropHeight, .integers), .required(.cropWidth, .integers)]
    case .pixelShuffle: [.tensor(.x), .required(.upscaleFactor, .integer)]
    case .pixelUnshuffle: [.tensor(.x), .required(.downscaleFactor, .integer)]
    case .depthToSpace, .spaceToDepth: [.tensor(.x), .required(.blockSize, .integer)]
    case .spaceToBatch: [.tensor(.x), .required(.blockShape, .integers), .required(.paddings, .integers)]
    case .batchToSpace: [.tensor(.x), .required(.blockShape, .integers), .required(.crops, .integers)]
    default: [.tensor(.x)]
    }
  }

  /// The arguments of operators that look between the elements of an image.
  var resamplingParameters: [OperatorSignature.Parameter] {
    switch self {
    case .upsampleNearestNeighbor: scaleFactors
    case .upsampleBilinear:
      scaleFactors + [
        .defaulted(.alignsCorners, .boolean(true), spelledOut: true), .optional(.halfPixelCenters, .boolean),
      ]
    case .resizeNearestNeighbor:
      [.tensor(.x), .required(.targetSizeHeight, .integer), .required(.targetSizeWidth, .integer)]
    case .resizeBilinear:
      [
        .tensor(.x), .defaulted(.targetSizeHeight, .integer(1), spelledOut: true),
        .defaulted(.targetSizeWidth, .integer(1), spelledOut: true),
        .defaulted(.samplingMode, .string("DEFAULT"), spelledOut: true),
      ]
    case .resize:
      [
        .tensor(.x), .required(.shape, .integers), .required(.resizedDimensions, .integer),
        .defaulted(.interpolationMode, .string("LINEAR"), spelledOut: true),
        .defaulted(.samplingMode, .string("DEFAULT"), spelledOut: true),
      ]
    case .cropResize:
      [
        .tensor(.x), .optionalTensor(.boxes), .optionalTensor(.boxIndices), .optionalTensor(.roi),
        .defaulted(.targetHeight, .integer(1), spelledOut: true),
        .defaulted(.targetWidth, .integer(1), spelledOut: true),
        .defaulted(.normalizedCoordinates, .boolean(false), spelledOut: true),
        .defaulted(.spatialScale, .number(1), spelledOut: true),
        .defaulted(.boxCoordinateMode, .string("CORNERS_HEIGHT_FIRST"), spelledOut: true),
        .defaulted(.samplingMode, .string("DEFAULT"), spelledOut: true), .defaulted(.padValue, .number(0)),
      ]
    case .affine:
      [
        .tensor(.x), .tensor(.transformMatrix), .required(.outputHeight, .integer), .required(.outputWidth, .integer),
      ] + placeModes
    default: [.tensor(.x), .tensor(.coordinates)] + placeModes
    }
  }

  private var scaleFactors: [OperatorSignature.Parameter] {
    [
      .tensor(.x), .defaulted(.scaleFactorHeight, .number(1), spelledOut: true),
      .defaulted(.scaleFactorWidth, .number(1), spelledOut: true),
    ]
  }

  private var placeModes: [OperatorSignature.Parameter] {
    [
      .required(.samplingMode, .string), .required(.paddingMode, .string), .required(.paddingValue, .number),
      .required(.coordinatesMode, .string), .required(.alignsCorners, .boolean),
    ]
  }

  /// The arguments of quantization, sorting, scattering and generation.
  var otherParameters: [OperatorSignature.Parameter] {
    switch self {
    case .quantize:
      [
        .tensor(.input), .tensor(.scale), .optionalTensor(.zeroPoint), .optional(.axis, .integer),
        .required(.outputType, .string),
      ]
    case .dequantize: [.tensor(.input), .tensor(.scale), .optionalTensor(.zeroPoint), .optional(.axis, .integer)]
    case .topk:
      [
        .tensor(.x), .defaulted(.k, .integer(1), spelledOut: true), .defaulted(.axis, .integer(-1), spelledOut: true),
        .defaulted(.ascending, .boolean(false), spelledOut: true), .defaulted(.sort, .boolean(true)),
        .defaulted(.returnIndices, .boolean(true)), .optional(.outputIndicesType, .string),
      ]
    case .argsort:
      [
        .tensor(.x), .defaulted(.axis, .integer(-1), spelledOut: true),
        .defaulted(.ascending, .boolean(false), spelledOut: true),
      ]
    case .scatter, .scatterAlongAxis:
      [
        .tensor(.data), .tensor(.indices), .tensor(.updates), .defaulted(.axis, .integer(0), spelledOut: true),
        .defaulted(.mode, .string("add"), spelledOut: true), .defaulted(.validateIndices, .boolean(false)),
      ]
    case .scatterND:
      [
        .tensor(.data), .tensor(.indices), .tensor(.updates), .defaulted(.mode, .string("add"), spelledOut: true),
        .defaulted(.validateIndices, .boolean(false)),
      ]
    case .sliceUpdate:
      [
        .tensor(.x), .tensor(.update), .required(.begin, .integers), .required(.end, .integers),
        .defaulted(.stride, .onePerAxis, .integers), .defaulted(.beginMask, .falsePerAxis, .booleans),
        .defaulted(.endMask, .falsePerAxis, .booleans), .defaulted(.squeezeMask, .falsePerAxis, .booleans),
      ]
    case .fill: [.optionalTensor(.value), .required(.shape, .integers)]
    case .fillLike: [.tensor(.referenceTensor), .optionalTensor(.value)]
    case .oneHot:
      [
        .tensor(.indices), .required(.vectorSize, .integer), .defaulted(.axis, .integer(-1), spelledOut: true),
        .optionalTensor(.onValue), .optionalTensor(.offValue),
      ]
    default: [.tensor(.x)]
    }
  }
}
