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

  case conv, matmul, linear
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
  case cast

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
  case averagePool = "avg_pool"
  case maximumPool = "max_pool"
  case l2Pool = "l2_pool"
  case bandPart = "band_part"

  case reshape, transpose, squeeze, split, concat, stack, pad, tile, gather, select
  case expandDims = "expand_dims"
  case sliceByIndex = "slice_by_index"
  case sliceBySize = "slice_by_size"
  case gatherAlongAxis = "gather_along_axis"
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
  }

  /// What kind of operator it is.
  public var category: Category {
    switch self {
    case .input: .input
    case .const: .constant
    case .constexprAffineDequantize, .constexprBlockwiseShiftScale, .constexprCast, .constexprLUTToDense,
      .constexprLUTToSparse, .constexprSparseBlockwiseShiftScale, .constexprSparseToDense:
      .constantExpression
    case .conv, .matmul, .linear, .scaledDotProductAttention: .contraction
    case .add, .sub, .mul, .maximum, .minimum, .mod, .pow, .realDiv, .floorDiv: .binary
    case .equal, .less, .greater, .notEqual, .lessEqual, .greaterEqual, .logicalAnd, .logicalOr, .logicalXor:
      .comparison
    case .identity, .abs, .ceil, .floor, .round, .sign, .square, .sqrt, .exp, .exp2, .erf, .sin, .cos, .tan, .asin,
      .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh, .atanh, .relu, .relu6, .sigmoid, .silu, .softplus, .softsign,
      .logicalNot, .rsqrt, .inverse, .log, .clip, .threshold, .elu, .gelu, .leakyRelu, .cast:
      .unary
    case .reduceSum, .reduceMean, .reduceMax, .reduceMin, .reduceProd, .reduceSumSquare, .reduceL1Norm, .reduceL2Norm,
      .reduceLogSum, .reduceLogSumExp, .reduceArgmax, .reduceArgmin:
      .reduction
    case .softmax, .cumsum, .layerNorm, .batchNorm, .instanceNorm, .l2Norm: .normalization
    case .averagePool, .maximumPool, .l2Pool: .pooling
    case .bandPart, .reshape, .transpose, .squeeze, .split, .concat, .stack, .pad, .tile, .gather, .expandDims,
      .sliceByIndex, .sliceBySize, .gatherAlongAxis:
      .movement
    case .select: .selection
    }
  }

  /// Whether a node may have more than one result.
  public var hasSeveralResults: Bool {
    switch self {
    case .split, .constexprLUTToSparse, .constexprSparseBlockwiseShiftScale: true
    default: false
    }
  }
}
