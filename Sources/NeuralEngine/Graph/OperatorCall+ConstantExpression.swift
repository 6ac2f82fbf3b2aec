extension OperatorCall {
  mutating func inferConstantExpression() throws(GraphError) -> [TensorType] {
    switch operation {
    case .constexprCast:
      [TensorType(try elementType(.outputType), try type(.sourceValue).shape)]
    case .constexprAffineDequantize: [try inferAffineDequantize()]
    case .constexprLUTToDense: [try inferPalette()]
    case .constexprLUTToSparse: try inferSparsePalette()
    case .constexprSparseToDense: [try inferSparse()]
    case .constexprSparseBlockwiseShiftScale: try inferSparseBlockwise()
    default: [try blockwise(try type(.data))]
    }
  }

  /// What scales and offsets make of blocks of data.
  private func blockwise(_ data: TensorType) throws(GraphError) -> TensorType {
    let scale = try type(.scale)
    try requireFloatingPoint(.scale)
    guard data.element != .bool, data.element != .string else {
      throw error(.elementTypeMismatch, "'data' is \(data.element.rawValue)")
    }
    guard scale.shape.count == data.shape.count else {
      throw error(.rankMismatch, "'scale' is \(scale.shape), 'data' is \(data.shape)")
    }
    for (size, count) in zip(data.shape, scale.shape) where size % count != 0 {
      throw error(.shapeMismatch, "'data' \(data.shape) cannot be parted into blocks by 'scale' \(scale.shape)")
    }
    if let offset = optionalType(.offset) {
      guard offset.shape == scale.shape else {
        throw error(.shapeMismatch, "'offset' is \(offset.shape), 'scale' is \(scale.shape)")
      }
      guard offset.element == data.element || offset.element == scale.element else {
        throw error(
          .elementTypeMismatch,
          "'offset' is \(offset.element.rawValue), 'data' is \(data.element.rawValue)"
        )
      }
    }
    return TensorType(scale.element, data.shape)
  }

  private mutating func inferAffineDequantize() throws(GraphError) -> TensorType {
    let (data, scale, zero) = (try type(.quantizedData), try type(.scale), try type(.zeroPoint))
    try requireFloatingPoint(.scale)
    guard data.element.isInteger else {
      throw error(.elementTypeMismatch, "'quantized_data' is \(data.element.rawValue)")
    }
    let axis = try axis(.axis, rank: data.shape.count)
    for (name, type) in [(ArgumentName.scale, scale), (.zeroPoint, zero)]
    where !type.shape.isEmpty && type.shape != [data.shape[axis]] {
      throw error(
        .shapeMismatch,
        "'\(name.rawValue)' is \(type.shape) where a scalar or [\(data.shape[axis])] is expected"
      )
    }
    return TensorType(scale.element, data.shape)
  }

  private mutating func inferPalette() throws(GraphError) -> TensorType {
    let (indices, lut) = (try type(.indices), try type(.lut))
    guard indices.element.isInteger else {
      throw error(.elementTypeMismatch, "'indices' is \(indices.element.rawValue)")
    }
    if let shape = optionalIntegers(.shape) {
      // The older form: packed bytes, one palette, the shape beside them.
      guard indices.shape.count == 1, lut.shape.count == 1 else {
        throw error(.rankMismatch, "with 'shape', 'indices' and 'lut' are lists: \(indices), \(lut)")
      }
      return TensorType(lut.element, shape)
    }
    return TensorType(lut.element, try shape(ofIndices: indices, lut))
  }

  /// The shape that indices have once each stands for an entry of its group's palette.
  private mutating func shape(ofIndices indices: TensorType, _ lut: TensorType) throws(GraphError) -> [Int] {
    let rank = indices.shape.count
    guard lut.shape.count == rank + 2 else {
      throw error(.rankMismatch, "'lut' has \(lut.shape.count) axes where \(rank + 2) are expected")
    }
    for (size, count) in zip(indices.shape, lut.shape) where size % count != 0 {
      throw error(.shapeMismatch, "'indices' \(indices.shape) cannot be parted into groups by 'lut' \(lut.shape)")
    }
    if let bits = indices.element.bitWidth, bits <= 8, lut.shape[rank] != 1 << bits {
      throw error(.shapeMismatch, "a palette of \(lut.shape[rank]) entries for \(indices.element.rawValue)")
    }
    var shape = indices.shape
    let vector = lut.shape[rank + 1]
    if optionalInteger(.vectorAxis) != nil {
      shape[try axis(.vectorAxis, rank: rank)] *= vector
    } else if vector != 1 {
      throw missing(.vectorAxis)
    }
    return shape
  }

  /// A mask of bits and the elements that stand where it has ones.
  private func sparse(
    _ mask: ArgumentName,
    _ data: ArgumentName
  ) throws(GraphError) -> (mask: TensorType, data: TensorType) {
    let (bits, elements) = (try type(mask), try require(data, rank: 1))
    guard bits.element == .uint1 else {
      throw error(.elementTypeMismatch, "'\(mask.rawValue)' is \(bits.element.rawValue) where uint1 is expected")
    }
    if let count = bits.elementCount, elements.shape[0] > count {
      throw error(.shapeMismatch, "'\(data.rawValue)' has \(elements.shape[0]) elements for \(count) places")
    }
    return (bits, elements)
  }

  private func inferSparse() throws(GraphError) -> TensorType {
    guard let shape = optionalIntegers(.shape) else {
      let (mask, data) = try sparse(.mask, .nonzeroData)
      return TensorType(data.element, mask.shape)
    }
    // The older form: packed bytes, the shape beside them.
    let (mask, data) = (try require(.mask, rank: 1), try require(.nonzeroData, rank: 1))
    let type = TensorType(data.element, shape)
    guard mask.element == .uint8, let count = type.elementCount, (count + 7) / 8 == mask.shape[0] else {
      throw error(.shapeMismatch, "'mask' is \(mask), which is no bit for each element of \(shape)")
    }
    return type
  }

  private mutating func inferSparsePalette() throws(GraphError) -> [TensorType] {
    let ((mask, data), lut) = (try sparse(.indicesMask, .indicesNonzeroData), try type(.lut))
    guard data.element.isInteger else {
      throw error(.elementTypeMismatch, "'indices_nonzero_data' is \(data.element.rawValue)")
    }
    let shape = try shape(ofIndices: TensorType(data.element, mask.shape), lut)
    let vector = lut.shape[mask.shape.count + 1]
    return [TensorType(.uint1, shape), TensorType(lut.element, [data.shape[0] * vector])]
  }

  private func inferSparseBlockwise() throws(GraphError) -> [TensorType] {
    let (mask, data) = try sparse(.dataMask, .nonzeroData)
    let dense = try blockwise(TensorType(data.element, mask.shape))
    return [mask, TensorType(dense.element, data.shape)]
  }
}
