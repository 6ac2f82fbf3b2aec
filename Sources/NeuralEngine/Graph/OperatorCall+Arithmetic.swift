extension OperatorCall {
  func inferUnary() throws(GraphError) -> TensorType {
    let x = try type(.x)
    switch operation {
    case .cast:
      guard x.element != .string else { throw error(.elementTypeMismatch, "a string cannot be cast") }
      return TensorType(try elementType(.type), x.shape)
    case .logicalNot:
      guard x.element == .bool else {
        throw error(.elementTypeMismatch, "'x' is \(x.element.rawValue) where bool is expected")
      }
    case .identity: break
    case .abs, .sign, .square, .relu, .relu6, .clip, .threshold, .floor, .ceil, .round:
      guard x.element.isFloatingPoint || x.element.isInteger else {
        throw error(.elementTypeMismatch, "'x' is \(x.element.rawValue) where numbers are expected")
      }
    case .gelu:
      try requireFloatingPoint(.x)
      let mode = try string(.mode)
      guard ["EXACT", "TANH_APPROXIMATION", "SIGMOID_APPROXIMATION"].contains(mode) else {
        throw error(
          .invalidValue,
          "'\(mode)' is not a mode of gelu: use TANH_APPROXIMATION, SIGMOID_APPROXIMATION or EXACT"
        )
      }
    case .prelu, .softplusParametric:
      try requireFloatingPoint(.x)
      try requireChannels()
    default: try requireFloatingPoint(.x)
    }
    return x
  }

  /// Numbers of their own for each channel.
  private func requireChannels() throws(GraphError) {
    let x = try image()
    for name in [ArgumentName.mean, .variance, .gamma, .alpha, .beta] {
      guard let type = optionalType(name) else { continue }
      try requireSameElement(.x, name)
      guard type.shape == [x.shape[1]] else {
        throw error(.shapeMismatch, "'\(name.rawValue)' is \(type.shape) where [\(x.shape[1])] is expected")
      }
    }
  }

  func inferBinary() throws(GraphError) -> TensorType {
    try requireSameElement(.x, .y)
    let (x, y) = (try type(.x), try type(.y))
    let isLogical = [.logicalAnd, .logicalOr, .logicalXor].contains(operation)
    let takesTruth = isLogical || operation == .equal || operation == .notEqual
    guard x.element != .string, isLogical ? x.element == .bool : takesTruth || x.element != .bool else {
      throw error(
        .elementTypeMismatch,
        "'x' is \(x.element.rawValue) where \(isLogical ? "bool is" : "numbers are") expected"
      )
    }
    return TensorType(operation.category == .comparison ? .bool : x.element, try broadcast(x.shape, y.shape))
  }

  func inferSelection() throws(GraphError) -> TensorType {
    let (condition, a, b) = (try type(.condition), try type(.a), try type(.b))
    guard condition.element == .bool else {
      throw error(.elementTypeMismatch, "'cond' is \(condition.element.rawValue) where bool is expected")
    }
    try requireSameElement(.a, .b)
    return TensorType(a.element, try broadcast(try broadcast(condition.shape, a.shape), b.shape))
  }

  mutating func inferReduction() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let isArgument = operation == .reduceArgmax || operation == .reduceArgmin
    let axes = isArgument ? [try axis(.axis, rank: x.shape.count)] : try axes(.axes, rank: x.shape.count)
    guard x.element.isFloatingPoint || x.element.isInteger else {
      throw error(.elementTypeMismatch, "'x' is \(x.element.rawValue) where numbers are expected")
    }
    let keep = try boolean(.keepDimensions)
    var shape: [Int] = []
    for (axis, dimension) in x.shape.enumerated() {
      if !axes.contains(axis) { shape.append(dimension) } else if keep { shape.append(1) }
    }
    guard isArgument else { return TensorType(x.element, shape) }
    let element = try elementType(.outputType)
    guard element.isInteger else {
      throw error(.elementTypeMismatch, "positions cannot be \(element.rawValue)")
    }
    return TensorType(element, shape)
  }

  mutating func inferNormalization() throws(GraphError) -> TensorType {
    let x = try type(.x)
    switch operation {
    case .cumsum: _ = try axis(.axis, rank: x.shape.count)
    case .softmax:
      try requireFloatingPoint(.x)
      _ = try axis(.axis, rank: x.shape.count)
    case .batchNorm, .instanceNorm, .l2Norm:
      try requireFloatingPoint(.x)
      try requireChannels()
    case .localResponseNorm:
      try requireFloatingPoint(.x)
      guard (3...4).contains(x.shape.count) else {
        throw error(.rankMismatch, "'x' has \(x.shape.count) axes where 3 or 4 are expected: \(x)")
      }
      guard try integer(.size) >= 1 else { throw error(.invalidValue, "'size' is at least 1") }
    default:
      try requireFloatingPoint(.x)
      let axes = try axes(.axes, rank: x.shape.count)
      for name in [ArgumentName.gamma, .beta] {
        guard let type = optionalType(name) else { continue }
        try requireSameElement(.x, name)
        guard type.shape == axes.map({ x.shape[$0] }) else {
          throw error(
            .shapeMismatch,
            "'\(name.rawValue)' is \(type.shape) where \(axes.map { x.shape[$0] }) is expected"
          )
        }
      }
    }
    return x
  }
}
