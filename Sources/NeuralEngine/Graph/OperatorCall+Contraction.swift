extension OperatorCall {
  mutating func inferContraction() throws(GraphError) -> TensorType {
    switch operation {
    case .conv: try inferConvolution()
    case .matmul: try inferMatrixProduct()
    case .linear: try inferLinear()
    case .convTranspose: try inferTransposedConvolution()
    case .einsum: try inferEinsum()
    default: try inferAttention()
    }
  }

  /// How many groups a convolution has, and how far its kernel steps and reaches along each axis.
  func convolutionSteps(axes: Int) throws(GraphError) -> (groups: Int, strides: [Int], dilations: [Int]) {
    let groups = try integer(.groups)
    let (strides, dilations) = (try integers(.strides, count: axes), try integers(.dilations, count: axes))
    guard groups >= 1, strides.allSatisfy({ $0 >= 1 }), dilations.allSatisfy({ $0 >= 1 }) else {
      throw error(.invalidValue, "groups, strides and dilations are at least 1")
    }
    return (groups, strides, dilations)
  }

  private func inferConvolution() throws(GraphError) -> TensorType {
    let x = try image()
    let weight = try require(.weight, rank: x.shape.count)
    try requireFloatingPoint(.x)
    try requireSameElement(.x, .weight)
    let spatial = x.shape.count - 2
    let (groups, strides, dilations) = try convolutionSteps(axes: spatial)
    guard x.shape[1] % groups == 0, weight.shape[0] % groups == 0 else {
      throw error(
        .shapeMismatch,
        "\(x.shape[1]) input and \(weight.shape[0]) output channels cannot be parted into \(groups) groups"
      )
    }
    guard weight.shape[1] == x.shape[1] / groups else {
      throw error(
        .shapeMismatch,
        "'weight' takes \(weight.shape[1]) channels a group, but 'x' has \(x.shape[1] / groups): \(x) and \(weight)"
      )
    }
    if let bias = optionalType(.bias) {
      try requireSameElement(.x, .bias)
      guard bias.shape == [weight.shape[0]] else {
        throw error(.shapeMismatch, "'bias' is \(bias.shape) where [\(weight.shape[0])] is expected")
      }
    }
    let kind = try string(.padType)
    let pad = kind == "custom" ? try integers(.pad, count: spatial * 2) : []
    guard ["valid", "custom", "same", "same_lower"].contains(kind) else {
      throw error(.invalidValue, "'\(kind)' is not a kind of padding: use valid, custom, same or same_lower")
    }
    guard pad.allSatisfy({ $0 >= 0 }) else { throw error(.invalidValue, "'pad' is \(pad)") }
    var shape = [x.shape[0], weight.shape[0]]
    for axis in 0..<spatial {
      let size = x.shape[axis + 2]
      if kind == "same" || kind == "same_lower" {
        shape.append((size + strides[axis] - 1) / strides[axis])
        continue
      }
      let padded = kind == "custom" ? size + pad[2 * axis] + pad[2 * axis + 1] : size
      let extent = dilations[axis] * (weight.shape[axis + 2] - 1) + 1
      guard padded >= extent else {
        throw error(.shapeMismatch, "a kernel \(extent) long does not fit into \(padded) cells")
      }
      shape.append((padded - extent) / strides[axis] + 1)
    }
    return TensorType(x.element, shape)
  }

  private func inferMatrixProduct() throws(GraphError) -> TensorType {
    try requireSameElement(.x, .y)
    var (x, y) = (try type(.x).shape, try type(.y).shape)
    guard !x.isEmpty, !y.isEmpty else { throw error(.rankMismatch, "a scalar has no rows") }
    // A vector is a row on the left and a column on the right; the axis added is taken away again.
    let (isRow, isColumn) = (x.count == 1, y.count == 1)
    if isRow { x.insert(1, at: 0) } else if try boolean(.transposeX) { x.swapAt(x.count - 1, x.count - 2) }
    if isColumn { y.append(1) } else if try boolean(.transposeY) { y.swapAt(y.count - 1, y.count - 2) }
    guard x[x.count - 1] == y[y.count - 2] else {
      throw error(
        .shapeMismatch,
        "rows of \(x[x.count - 1]) do not meet columns of \(y[y.count - 2]): \(try type(.x)) and \(try type(.y))"
      )
    }
    var shape = try broadcast([Int](x.dropLast(2)), [Int](y.dropLast(2)))
    if !isRow { shape.append(x[x.count - 2]) }
    if !isColumn { shape.append(y[y.count - 1]) }
    return TensorType(try type(.x).element, shape)
  }

  private func inferLinear() throws(GraphError) -> TensorType {
    let (x, weight) = (try type(.x), try require(.weight, rank: 2))
    try requireSameElement(.x, .weight)
    guard let width = x.shape.last, width == weight.shape[1] else {
      throw error(.shapeMismatch, "'weight' takes rows of \(weight.shape[1]), but 'x' is \(x)")
    }
    if let bias = optionalType(.bias) {
      try requireSameElement(.x, .bias)
      guard bias.shape == [weight.shape[0]] else {
        throw error(.shapeMismatch, "'bias' is \(bias.shape) where [\(weight.shape[0])] is expected")
      }
    }
    return TensorType(x.element, x.shape.dropLast() + [weight.shape[0]])
  }

  private func inferAttention() throws(GraphError) -> TensorType {
    try requireFloatingPoint(.query)
    try requireSameElement(.query, .key)
    try requireSameElement(.query, .value)
    let (query, key, value) = (try type(.query), try type(.key), try type(.value))
    let rank = query.shape.count
    guard rank >= 3, key.shape.count == rank, value.shape.count == rank else {
      throw error(.rankMismatch, "query, key and value have one rank of at least 3: \(query), \(key), \(value)")
    }
    guard query.shape[rank - 1] == key.shape[rank - 1], key.shape[rank - 2] == value.shape[rank - 2] else {
      throw error(.shapeMismatch, "query, key and value do not meet: \(query), \(key), \(value)")
    }
    var batch = try broadcast([Int](query.shape.dropLast(2)), [Int](key.shape.dropLast(2)))
    batch = try broadcast(batch, [Int](value.shape.dropLast(2)))
    if let mask = optionalType(.attentionMask) {
      guard mask.element == .bool || mask.element == query.element else {
        throw error(.elementTypeMismatch, "'attn_mask' is \(mask.element.rawValue)")
      }
      let scores = batch + [query.shape[rank - 2], key.shape[rank - 2]]
      guard try broadcast(scores, mask.shape) == scores else {
        throw error(.shapeMismatch, "'attn_mask' is \(mask.shape), the scores are \(scores)")
      }
    }
    return TensorType(query.element, batch + [query.shape[rank - 2], value.shape[rank - 1]])
  }
}
