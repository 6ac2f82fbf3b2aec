extension OperatorCall {
  func inferTransposedConvolution() throws(GraphError) -> TensorType {
    let x = try image()
    let weight = try require(.weight, rank: x.shape.count)
    try requireFloatingPoint(.x)
    try requireSameElement(.x, .weight)
    let spatial = x.shape.count - 2
    let (groups, strides, dilations) = try convolutionSteps(axes: spatial)
    guard x.shape[1] % groups == 0, weight.shape[0] == x.shape[1] else {
      throw error(
        .shapeMismatch,
        "'weight' takes \(weight.shape[0]) channels in \(groups) groups, but 'x' has \(x.shape[1]): \(x) and \(weight)"
      )
    }
    // No number here is greater than 2³¹, so that neither products of two nor sums of two products overflow.
    let channels = weight.shape[1] * groups
    if let bias = optionalType(.bias) {
      try requireSameElement(.x, .bias)
      guard bias.shape == [channels] else {
        throw error(.shapeMismatch, "'bias' is \(bias.shape) where [\(channels)] is expected")
      }
    }
    let kind = try string(.padType)
    guard ["valid", "custom", "same"].contains(kind) else {
      throw error(.invalidValue, "'\(kind)' is not a kind of padding of 'conv_transpose': use valid, custom or same")
    }
    let zeros = [Int](repeating: 0, count: spatial * 2)
    let pad = kind == "custom" ? try integers(.pad, count: spatial * 2) : zeros
    guard pad.allSatisfy({ $0 >= 0 }) else { throw error(.invalidValue, "'pad' is \(pad)") }
    var (full, shape): ([Int], [Int]) = ([], [x.shape[0], channels])
    for axis in 0..<spatial {
      let reach = (weight.shape[axis + 2] - 1) * dilations[axis] + 1
      full.append((x.shape[axis + 2] - 1) * strides[axis] + reach)
      let margin = pad[2 * axis] + pad[2 * axis + 1]
      shape.append(kind == "same" ? x.shape[axis + 2] * strides[axis] : full[axis] - margin)
    }
    if let given = optionalIntegers(.outputShape) {
      try check(outputShape: given, natural: shape, x.shape, strides, isSame: kind == "same")
      shape = given
    }
    if let size = shape.dropFirst(2).first(where: { $0 < 1 }) {
      throw error(.shapeMismatch, "the padding \(pad) leaves \(size) cells of \(full)")
    }
    return TensorType(x.element, shape)
  }

  /// A shape is one from which the convolution that this one undoes would make `x`.
  private func check(
    outputShape given: [Int],
    natural: [Int],
    _ x: [Int],
    _ strides: [Int],
    isSame: Bool
  ) throws(GraphError) {
    guard given.count == natural.count, given[0] == natural[0], given[1] == natural[1] else {
      throw error(
        .shapeMismatch,
        "'output_shape' is \(given) where [\(natural[0]), \(natural[1]), …] with \(natural.count) axes is expected"
      )
    }
    for axis in strides.indices {
      let (size, stride) = (natural[axis + 2], strides[axis])
      let range = isSame ? (x[axis + 2] - 1) * stride + 1...size : size...max(size, size + stride - 1)
      guard range.contains(given[axis + 2]) else {
        throw error(
          .shapeMismatch,
          "'output_shape' is \(given), but axis \(axis + 2) can be \(range.lowerBound) to \(range.upperBound) long"
        )
      }
    }
  }
}
