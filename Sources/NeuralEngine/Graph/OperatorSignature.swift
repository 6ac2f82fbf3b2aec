/// Which arguments an operator takes.
public struct OperatorSignature: Hashable, Sendable {
  /// What an argument is given.
  public enum Kind: Hashable, Sendable {
    /// A value of the graph.
    case tensor
    /// One or more values of the graph.
    case tensors
    /// A value known when the program is compiled.
    case constant(AttributeValue.Kind)
  }

  /// What an argument means when it is left out.
  public enum Default: Hashable, Sendable {
    case value(AttributeValue)
    /// A list of ones, one for each axis after the first two.
    case onePerSpatialAxis
    /// A list of zeros, two for each axis after the first two.
    case zeroPairPerSpatialAxis
    /// A list of ones, one for each axis.
    case onePerAxis
    /// A list of `false`, one for each axis.
    case falsePerAxis
    /// All axes.
    case allAxes
  }

  /// Whether an argument may be left out.
  public enum Presence: Hashable, Sendable {
    case required
    /// Left out, it means nothing.
    case optional
    case defaulted(Default)
  }

  /// An argument.
  public struct Parameter: Hashable, Sendable {
    /// Its name.
    public var name: ArgumentName
    /// What it is given.
    public var kind: Kind
    /// Whether it may be left out.
    public var presence: Presence
    /// Whether programs for the device must give it even where it has its default value.
    public var isSpelledOut: Bool
  }

  /// The arguments, tensors first.
  public var parameters: [Parameter]

  /// The argument of a name.
  public subscript(name: ArgumentName) -> Parameter? { parameters.first { $0.name == name } }
}

extension OperatorSignature.Default {
  /// The value for a first tensor argument with some number of axes.
  func value(rank: Int) -> AttributeValue {
    switch self {
    case .value(let value): value
    case .onePerSpatialAxis: .integers([Int](repeating: 1, count: max(rank - 2, 0)))
    case .zeroPairPerSpatialAxis: .integers([Int](repeating: 0, count: max(rank - 2, 0) * 2))
    case .onePerAxis: .integers([Int](repeating: 1, count: rank))
    case .falsePerAxis: .booleans([Bool](repeating: false, count: rank))
    case .allAxes: .integers([Int](0..<rank))
    }
  }
}

extension OperatorSignature.Parameter {
  static func tensor(_ name: ArgumentName) -> Self {
    Self(name: name, kind: .tensor, presence: .required, isSpelledOut: true)
  }

  static func optionalTensor(_ name: ArgumentName) -> Self {
    Self(name: name, kind: .tensor, presence: .optional, isSpelledOut: false)
  }

  static func tensors(_ name: ArgumentName) -> Self {
    Self(name: name, kind: .tensors, presence: .required, isSpelledOut: true)
  }

  static func required(_ name: ArgumentName, _ kind: AttributeValue.Kind) -> Self {
    Self(name: name, kind: .constant(kind), presence: .required, isSpelledOut: true)
  }

  static func optional(_ name: ArgumentName, _ kind: AttributeValue.Kind) -> Self {
    Self(name: name, kind: .constant(kind), presence: .optional, isSpelledOut: false)
  }

  static func defaulted(_ name: ArgumentName, _ value: AttributeValue, spelledOut: Bool = false) -> Self {
    Self(
      name: name,
      kind: .constant(value.kind),
      presence: .defaulted(.value(value)),
      isSpelledOut: spelledOut
    )
  }

  static func defaulted(
    _ name: ArgumentName,
    _ value: OperatorSignature.Default,
    _ kind: AttributeValue.Kind,
    spelledOut: Bool = false
  ) -> Self {
    Self(name: name, kind: .constant(kind), presence: .defaulted(value), isSpelledOut: spelledOut)
  }
}

extension Operator {
  /// Which arguments the operator takes.
  ///
  /// Source: the operator definitions of coremltools' MIL; what must be spelled out is what compilers for the device
  /// reject otherwise.
  public var signature: OperatorSignature { Self.signatures[self] ?? OperatorSignature(parameters: []) }

  private static let signatures: [Operator: OperatorSignature] = Dictionary(
    uniqueKeysWithValues: Operator.allCases.map { ($0, OperatorSignature(parameters: $0.parameters)) }
  )

  private var poolParameters: [OperatorSignature.Parameter] {
    [
      .tensor(.x), .required(.kernelSizes, .integers), .required(.padType, .string),
      .defaulted(.strides, .onePerSpatialAxis, .integers, spelledOut: true),
      .defaulted(.pad, .zeroPairPerSpatialAxis, .integers, spelledOut: true),
      .defaulted(.roundsUp, .boolean(false)),
    ]
  }

  private var parameters: [OperatorSignature.Parameter] {
    switch self {
    case .input, .const: []
    case .constexprAffineDequantize:
      [.tensor(.quantizedData), .tensor(.zeroPoint), .tensor(.scale), .defaulted(.axis, .integer(0), spelledOut: true)]
    case .constexprBlockwiseShiftScale: [.tensor(.data), .tensor(.scale), .optionalTensor(.offset)]
    case .constexprCast: [.tensor(.sourceValue), .required(.outputType, .string)]
    case .constexprLUTToDense:
      [.tensor(.indices), .tensor(.lut), .optional(.vectorAxis, .integer), .optional(.shape, .integers)]
    case .constexprLUTToSparse:
      [.tensor(.indicesMask), .tensor(.indicesNonzeroData), .tensor(.lut), .optional(.vectorAxis, .integer)]
    case .constexprSparseBlockwiseShiftScale:
      [.tensor(.dataMask), .tensor(.nonzeroData), .tensor(.scale), .optionalTensor(.offset)]
    case .constexprSparseToDense: [.tensor(.nonzeroData), .tensor(.mask), .optional(.shape, .integers)]
    case .conv:
      [
        .tensor(.x), .tensor(.weight), .optionalTensor(.bias),
        .defaulted(.strides, .onePerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.padType, .string("valid"), spelledOut: true),
        .defaulted(.pad, .zeroPairPerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.dilations, .onePerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.groups, .integer(1), spelledOut: true),
      ]
    case .convTranspose:
      [
        .tensor(.x), .tensor(.weight), .optionalTensor(.bias),
        .defaulted(.strides, .onePerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.padType, .string("valid"), spelledOut: true),
        .defaulted(.pad, .zeroPairPerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.dilations, .onePerSpatialAxis, .integers, spelledOut: true),
        .defaulted(.groups, .integer(1), spelledOut: true), .optional(.outputShape, .integers),
      ]
    case .einsum: [.tensors(.values), .required(.equation, .string)]
    case .matmul:
      [
        .tensor(.x), .tensor(.y), .defaulted(.transposeX, .boolean(false), spelledOut: true),
        .defaulted(.transposeY, .boolean(false), spelledOut: true),
      ]
    case .linear: [.tensor(.x), .tensor(.weight), .optionalTensor(.bias)]
    case .scaledDotProductAttention:
      [.tensor(.query), .tensor(.key), .tensor(.value), .optionalTensor(.attentionMask)]
    case .rsqrt: [.tensor(.x), .defaulted(.epsilon, .number(1e-12), spelledOut: true)]
    case .inverse: [.tensor(.x), .defaulted(.epsilon, .number(1e-4), spelledOut: true)]
    case .log: [.tensor(.x), .defaulted(.epsilon, .number(1e-45), spelledOut: true)]
    case .clip, .clampedRelu, .linearActivation, .scaledTanh, .sigmoidHard:
      [.tensor(.x), .required(.alpha, .number), .required(.beta, .number)]
    case .prelu: [.tensor(.x), .tensor(.alpha)]
    case .softplusParametric: [.tensor(.x), .tensor(.alpha), .tensor(.beta)]
    case .threshold, .elu, .leakyRelu, .thresholdedRelu: [.tensor(.x), .required(.alpha, .number)]
    case .gelu: [.tensor(.x), .defaulted(.mode, .string("EXACT"), spelledOut: true)]
    case .cast: [.tensor(.x), .required(.type, .string)]
    case .reduceArgmax, .reduceArgmin:
      [
        .tensor(.x), .defaulted(.axis, .integer(-1), spelledOut: true),
        .defaulted(.keepDimensions, .boolean(false), spelledOut: true),
        .defaulted(.outputType, .string("int32")),
      ]
    case .softmax: [.tensor(.x), .defaulted(.axis, .integer(-1), spelledOut: true)]
    case .cumsum:
      [
        .tensor(.x), .defaulted(.axis, .integer(0), spelledOut: true),
        .defaulted(.exclusive, .boolean(false), spelledOut: true),
        .defaulted(.reverse, .boolean(false), spelledOut: true),
      ]
    case .layerNorm:
      [
        .tensor(.x), .optionalTensor(.gamma), .optionalTensor(.beta),
        .defaulted(.axes, .allAxes, .integers, spelledOut: true),
        .defaulted(.epsilon, .number(1e-5), spelledOut: true),
      ]
    case .batchNorm:
      [
        .tensor(.x), .tensor(.mean), .tensor(.variance), .optionalTensor(.gamma), .optionalTensor(.beta),
        .defaulted(.epsilon, .number(1e-5), spelledOut: true),
      ]
    case .instanceNorm:
      [
        .tensor(.x), .optionalTensor(.gamma), .optionalTensor(.beta),
        .defaulted(.epsilon, .number(1e-5), spelledOut: true),
      ]
    case .l2Norm: [.tensor(.x), .defaulted(.epsilon, .number(1e-6), spelledOut: true)]
    case .localResponseNorm:
      [
        .tensor(.x), .required(.size, .integer), .defaulted(.alpha, .number(1e-4), spelledOut: true),
        .defaulted(.beta, .number(0.75), spelledOut: true), .defaulted(.k, .number(1), spelledOut: true),
      ]
    case .averagePool: poolParameters + [.defaulted(.excludesPadding, .boolean(false), spelledOut: true)]
    case .maximumPool, .l2Pool: poolParameters
    case .bandPart: [.tensor(.x), .defaulted(.lower, .integer(-1)), .defaulted(.upper, .integer(-1))]
    case .reshape: [.tensor(.x), .required(.shape, .integers)]
    case .transpose: [.tensor(.x), .required(.permutation, .integers)]
    case .expandDims: [.tensor(.x), .required(.axes, .integers)]
    case .squeeze: [.tensor(.x), .optional(.axes, .integers)]
    case .split:
      [
        .tensor(.x), .optional(.splitCount, .integer), .optional(.splitSizes, .integers), .required(.axis, .integer),
      ]
    case .concat:
      [
        .tensors(.values), .required(.axis, .integer), .defaulted(.interleave, .boolean(false), spelledOut: true),
      ]
    case .stack: [.tensors(.values), .required(.axis, .integer)]
    case .pad:
      [
        .tensor(.x), .required(.pad, .integers), .defaulted(.mode, .string("constant"), spelledOut: true),
        .defaulted(.fillValue, .number(0), spelledOut: true),
      ]
    case .tile: [.tensor(.x), .required(.repetitions, .integers)]
    case .gather:
      [
        .tensor(.x), .tensor(.indices), .defaulted(.axis, .integer(0), spelledOut: true),
        .defaulted(.batchDimensions, .integer(0), spelledOut: true),
        .defaulted(.validateIndices, .boolean(false), spelledOut: true),
      ]
    case .gatherAlongAxis:
      [
        .tensor(.x), .tensor(.indices), .defaulted(.axis, .integer(0), spelledOut: true),
        .defaulted(.validateIndices, .boolean(false), spelledOut: true),
      ]
    case .select: [.tensor(.condition), .tensor(.a), .tensor(.b)]
    case .sliceByIndex:
      [
        .tensor(.x), .required(.begin, .integers), .required(.end, .integers),
        .defaulted(.stride, .onePerAxis, .integers), .defaulted(.beginMask, .falsePerAxis, .booleans),
        .defaulted(.endMask, .falsePerAxis, .booleans), .defaulted(.squeezeMask, .falsePerAxis, .booleans),
      ]
    case .sliceBySize: [.tensor(.x), .required(.begin, .integers), .required(.size, .integers)]
    default:
      switch category {
      case .movement: movementParameters
      case .resampling: resamplingParameters
      case .quantization, .sorting, .scattering, .generation: otherParameters
      case .binary, .comparison: [.tensor(.x), .tensor(.y)]
      case .reduction:
        [
          .tensor(.x), .defaulted(.axes, .allAxes, .integers, spelledOut: true),
          .defaulted(.keepDimensions, .boolean(false), spelledOut: true),
        ]
      default: [.tensor(.x)]
      }
    }
  }
}
