extension NodeEvaluator {
  func quantization(_ call: NodeCall) -> DenseTensor {
    let data = call[.input]
    let axis = call.node.integer(.axis) ?? 0
    let (scale, zero) = (call[.scale].floats, call.optional(.zeroPoint)?.floats)
    let fold = channels(of: data, axis)
    guard call.node.operation == .quantize else {
      return result(call.type, scaled(data, axis, scale, zero))
    }
    let quotients =
      // The device multiplies by a reciprocal.
      numerics.isFaithful
      ? fold.apply(data.floats, fold.spread(scale.map { 1 / $0 })) { $0 * $1 }
      : fold.apply(data.floats, fold.spread(scale)) { $0 / $1 }
    var steps = quotients.map { $0.rounded(.toNearestOrEven) }
    if let zero { steps = fold.apply(steps, fold.spread(zero)) { $0 + $1 } }
    let range = call.type.element.range
    return DenseTensor(
      call.type,
      integers: steps.map { min(max(Int32(clamping: $0), range.lowerBound), range.upperBound) }
    )
  }

  /// scale · (data − zero), each scalar or along an axis.
  func scaled(_ data: DenseTensor, _ axis: Int, _ scale: [Float], _ zero: [Float]?) -> [Float] {
    let fold = channels(of: data, axis)
    let centred = zero.map { fold.apply(data.floats, fold.spread($0)) { $0 - $1 } } ?? data.floats
    return fold.apply(centred, fold.spread(scale)) { $0 * $1 }
  }

  private func channels(of data: DenseTensor, _ axis: Int) -> ChannelFold {
    let count = data.shape.indices.contains(axis) ? data.shape[axis] : 1
    return ChannelFold(
      channels: count,
      outer: data.shape.prefix(axis).reduce(1, *) * count,
      size: data.shape.dropFirst(axis + 1).reduce(1, *)
    )
  }
}

/// Elements that have a number for each place along an axis.
private struct ChannelFold {
  let channels, outer, size: Int

  /// The number of each row of elements, from one for all or one for each channel.
  func spread(_ values: [Float]) -> [Float] {
    (0..<outer).map { values.count == 1 ? values[0] : values[$0 % channels] }
  }

  func apply(_ x: [Float], _ rows: [Float], _ function: (Float, Float) -> Float) -> [Float] {
    AxisFold(outer: outer, size: size, inner: 1).apply(x, rows, function)
  }
}
