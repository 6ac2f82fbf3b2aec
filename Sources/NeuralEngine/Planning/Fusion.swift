/// A part of a graph that one kernel call computes: the nodes it covers and what the call needs.
struct Fusion {
  /// What is computed.
  enum Kernel {
    /// x · (mean(x²) + epsilon)^−½ · weight
    case rmsNorm(x: ValueID, weight: ValueID, epsilon: Double)
    /// (x − mean) · (variance + epsilon)^−½ · weight + bias
    case layerNorm(x: ValueID, weight: ValueID, bias: ValueID, epsilon: Double)
    /// weight · x + bias + residual
    case linear(LinearTerm, residual: ValueID?)
    /// silu(gate · x) · (up · x)
    case gatedLinear(gate: LinearTerm, up: LinearTerm)
    /// gelu(x), the tanh form
    case gelu(x: ValueID)
    /// Pairs of channels turned by the angles of positions.
    case rotary(RotaryTerm)
    /// A low-rank correction by matrices the program is given.
    case adapter(AdapterTerm)
    /// New rows added to a cache at the places a selection matrix names.
    case cacheUpdate(CacheTerm)
    /// Grouped attention over cached rows.
    case attention(AttentionTerm)
    /// One function of one value, shape kept.
    case unary(Operator, x: ValueID)
    /// One function of two values of the same shape, or of a value and a number.
    case binary(Operator, x: ValueID, y: BinaryOperand)
  }

  /// The nodes whose work the kernel does.
  var nodes: Set<NodeID>
  /// The value the kernel gives.
  var result: ValueID
  /// What is computed.
  var kernel: Kernel
}

/// A product of a constant matrix with activations [1, C, 1, S].
struct LinearTerm: Hashable {
  var x: ValueID
  /// [out, in, 1, 1]: a constant, or a constant expression over an encoded weight.
  var weight: ValueID
  /// [1, out, 1, 1], constant.
  var bias: ValueID?
}

/// Rotation of channel pairs.
struct RotaryTerm: Hashable {
  var x: ValueID
  /// The angles' cosines and sines for each of a head's channels, source layout [width, S].
  var cosines: ValueID
  var sines: ValueID
  var heads: Int
  var width: Int
  var isInterleaved: Bool

  /// The angles, which all layers share.
  struct Angles: Hashable {
    var cosines: ValueID
    var sines: ValueID
    var width: Int
    var isInterleaved: Bool
  }

  /// The angles it turns by.
  var angles: Angles { Angles(cosines: cosines, sines: sines, width: width, isInterleaved: isInterleaved) }
}

/// `up · (down · x)`, where both matrices are inputs.
struct AdapterTerm: Hashable {
  var x: ValueID
  /// [1, rank, 1, in]
  var down: ValueID
  /// [1, out, 1, rank]
  var up: ValueID
  var rank: Int
}

/// `cache + placeᵀ · rows`, all in token-major rows.
struct CacheTerm: Hashable {
  /// The cache as it comes in, [1, T, 1, width].
  var cache: ValueID
  /// Source layout [S, T].
  var place: ValueID
  /// The new rows, [1, width, 1, S].
  var rows: ValueID
}

/// `softmax(scale · q·kᵀ + mask) · v` by heads.
struct AttentionTerm: Hashable {
  var queries: ValueID
  /// Source layout [T, keyValueHeads, width].
  var keys: ValueID
  var values: ValueID
  /// Source layout [S, T].
  var mask: ValueID
  var scale: Double
  var heads: Int
  var keyValueHeads: Int
  var width: Int
}

/// The second operand of an elementwise function.
enum BinaryOperand: Hashable {
  case value(ValueID)
  case number(Double)
}
