/// The operators of graphs, named as MIL spells them.
public enum Operator: String, Hashable, Sendable, CaseIterable {
  /// A parameter of the function: a node without a statement.
  case input
  case const

  case constexprAffineDequantize = "constexpr_affine_dequantize"
  case constexprBlockwiseShiftScale = "constexpr_blockwise_shift_scale"
  case constexprCast = "constexpr_cast"
  case constexprLUTToDense = "constexpr_lut_to_dense"
  case constexprLUTToSparse = "constexpr_lut_to_sparse"
  case constexprSparseBlockwiseShiftScale = "constexpr_sparse_blockwise_shift_scale"
  case constexprSparseToDense = "constexpr_sparse_to_dense"

  case conv, matmul, linear, einsum
  case convTranspose = "conv_transpose"
  case scaledDotProductAttention = "scaled_dot_product_attention"

  case add, sub, mul, maximum, minimum, mod, pow
  case realDiv = "real_div"
  case floorDiv = "floor_div"
  case equal, less, greater
  case notEqual = "not_equal"
  case lessEqual = "less_equal"
  case greaterEqual = "greater_equal"
  case logicalAnd = "logical_and"
  case logicalOr = "logical_or"
  case logicalXor = "logical_xor"

  case identity, abs, ceil, floor, round, sign, square, sqrt, exp, exp2, erf
  case sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh
  case relu, relu6, sigmoid, silu, softplus, softsign
  case logicalNot = "logical_not"
  case rsqrt, inverse, log, clip, threshold, elu, gelu
  case leakyRelu = "leaky_relu"
  case clampedRelu = "clamped_relu"
  case linearActivation = "linear_activation"
  case scaledTanh = "scaled_tanh"
  case sigmoidHard = "sigmoid_hard"
  case thresholdedRelu = "thresholded_relu"
  case prelu
  case softplusParametric = "softplus_parametric"
  case cast
  case quantize, dequantize

  case reduceSum = "reduce_sum"
  case reduceMean = "reduce_mean"
  case reduceMax = "reduce_max"
  case reduceMin = "reduce_min"
  case reduceProd = "reduce_prod"
  case reduceSumSquare = "reduce_sum_square"
  case reduceL1Norm = "reduce_l1_norm"
  case reduceL2Norm = "reduce_l2_norm"
  case reduceLogSum = "reduce_log_sum"
  case reduceLogSumExp = "reduce_log_sum_exp"
  case reduceArgmax = "reduce_argmax"
  case reduceArgmin = "reduce_argmin"

  case softmax, cumsum
  case layerNorm = "layer_norm"
  case batchNorm = "batch_norm"
  case instanceNorm = "instance_norm"
  case l2Norm = "l2_norm"
  case localResponseNorm = "local_response_norm"
  case averagePool = "avg_pool"
  case maximumPool = "max_pool"
  case l2Pool = "l2_pool"
  case bandPart = "band_part"

  case reshape, transpose, squeeze, split, concat, stack, pad, tile, gather, select
  case expandDims = "expand_dims"
  case sliceByIndex = "slice_by_index"
  case sliceBySize = "slice_by_size"
  case gatherAlongAxis = "gather_along_axis"
  case gatherND = "gather_nd"
  case reshapeLike = "reshape_like"
  case flatten2D = "flatten2d"
  case reverse, crop
  case reverseSequence = "reverse_sequence"
  case slidingWindows = "sliding_windows"
  case pixelShuffle = "pixel_shuffle"
  case pixelUnshuffle = "pixel_unshuffle"
  case depthToSpace = "depth_to_space"
  case spaceToDepth = "space_to_depth"
  case spaceToBatch = "space_to_batch"
  case batchToSpace = "batch_to_space"

  case scatter
  case scatterAlongAxis = "scatter_along_axis"
  case scatterND = "scatter_nd"
  case sliceUpdate = "slice_update"

  case topk, argsort

  case upsampleNearestNeighbor = "upsample_nearest_neighbor"
  case upsampleBilinear = "upsample_bilinear"
  case resize
  case resizeNearestNeighbor = "resize_nearest_neighbor"
  case resizeBilinear = "resize_bilinear"
  case cropResize = "crop_resize"
  case resample, affine

  case fill
  case fillLike = "fill_like"
  case oneHot = "one_hot"
}

extension Operator {
  /// What a plan has to know of an operator before anything else.
  public enum Category: Hashable, Sendable {
    /// A parameter of the function.
    case input
    /// Known when the program is compiled: `const`.
    case constant
    /// Computed from constants when the program is compiled.
    case constantExpression
    /// Sums of products: `conv`, `matmul`, `linear`, fused attention.
    case contraction
    /// One element from one element.
    case unary
    /// One element from two, after broadcasting.
    case binary
    /// One element from two, giving truth.
    case comparison
    /// Axes folded into one element.
    case reduction
    /// Elements that depend on their neighbours along an axis, the shape kept.
    case normalization
    /// Windows of elements folded into one.
    case pooling
    /// Elements moved, none computed.
    case movement
    /// `select`
    case selection
    /// Numbers made whole by a scale, and back.
    case quantization
    /// Elements put in order along an axis.
    case sorting
    /// Elements between those of an image.
    case resampling
    /// Some elements replaced by, or combined with, others.
    case scattering
    /// Elements made from a few numbers.
    case generation
  }

  /// What kind of operator it is.
  public var category: Category {
    switch self {
    case .input: .input
    case .const: .constant
    case .constexprAffineDequantize, .constexprBlockwiseShiftScale, .constexprCast, .constexprLUTToDense,
      .constexprLUTToSparse, .constexprSparseBlockwiseShiftScale, .constexprSparseToDense:
      .constantExpression
    case .conv, .convTranspose, .matmul, .linear, .einsum, .scaledDotProductAttention: .contraction
    case .add, .sub, .mul, .maximum, .minimum, .mod, .pow, .realDiv, .floorDiv: .binary
    case .equal, .less, .greater, .notEqual, .lessEqual, .greaterEqual, .logicalAnd, .logicalOr, .logicalXor:
      .comparison
    case .identity, .abs, .ceil, .floor, .round, .sign, .square, .sqrt, .exp, .exp2, .erf, .sin, .cos, .tan, .asin,
      .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh, .relu, .relu6, .sigmoid, .silu, .softplus, .softsign,
      .logicalNot, .rsqrt, .inverse, .log, .clip, .threshold, .elu, .gelu, .leakyRelu,
      .clampedRelu, .linearActivation, .scaledTanh, .sigmoidHard, .thresholdedRelu, .prelu, .softplusParametric, .cast:
      .unary
    case .reduceSum, .reduceMean, .reduceMax, .reduceMin, .reduceProd, .reduceSumSquare, .reduceL1Norm, .reduceL2Norm,
      .reduceLogSum, .reduceLogSumExp, .reduceArgmax, .reduceArgmin:
      .reduction
    case .softmax, .cumsum, .layerNorm, .batchNorm, .instanceNorm, .l2Norm, .localResponseNorm: .normalization
    case .averagePool, .maximumPool, .l2Pool: .pooling
    case .bandPart, .reshape, .transpose, .squeeze, .split, .concat, .stack, .pad, .tile, .gather, .expandDims,
      .sliceByIndex, .sliceBySize, .gatherAlongAxis, .gatherND, .reshapeLike, .flatten2D, .reverse, .crop,
      .reverseSequence, .slidingWindows, .pixelShuffle, .pixelUnshuffle, .depthToSpace, .spaceToDepth, .spaceToBatch,
      .batchToSpace:
      .movement
    case .select: .selection
    case .quantize, .dequantize: .quantization
    case .topk, .argsort: .sorting
    case .upsampleNearestNeighbor, .upsampleBilinear, .resize, .resizeNearestNeighbor, .resizeBilinear, .cropResize,
      .resample, .affine:
      .resampling
    case .scatter, .scatterAlongAxis, .scatterND, .sliceUpdate: .scattering
    case .fill, .fillLike, .oneHot: .generation
    }
  }

  /// Whether a node may have more than one result.
  public var hasSeveralResults: Bool {
    switch self {
    case .split, .topk, .constexprLUTToSparse, .constexprSparseBlockwiseShiftScale: true
    default: false
    }
  }
}
