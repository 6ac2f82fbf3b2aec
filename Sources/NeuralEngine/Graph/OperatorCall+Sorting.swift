extension OperatorCall {
  mutating func inferSorting() throws(GraphError) -> [TensorType] {
    let x = try type(.x)
    guard x.element.isFloatingPoint || x.element.isInteger else {
      throw error(.elementTypeMismatch, "'x' is \(x.element.rawValue) where numbers are expected")
    }
    let axis = try axis(.axis, rank: x.shape.count)
    guard operation == .topk else { return [TensorType(.int32, x.shape)] }
    let (size, given) = (x.shape[axis], try integer(.k))
    guard given == -1 || given >= 1 && given <= size else {
      throw error(
        .invalidValue,
        "'k' is \(given), but axis \(axis) has \(size) elements: use 1 to \(size), or -1 for all"
      )
    }
    attributes[.k] = .integer(given == -1 ? size : given)
    var shape = x.shape
    shape[axis] = given == -1 ? size : given
    let values = TensorType(x.element, shape)
    let hasType = attributes[.outputIndicesType] != nil
    guard try boolean(.returnIndices) else {
      guard !hasType else {
        throw error(.invalidValue, "'output_indices_dtype' is given, but 'return_indices' is false")
      }
      return [values]
    }
    let element = hasType ? try elementType(.outputIndicesType) : .int32
    guard element == .int32 || element == .uint16 else {
      throw error(.elementTypeMismatch, "positions cannot be \(element.rawValue): use int32 or uint16")
    }
    guard element == .int32 || size <= 1 << 16 else {
      throw error(.tooLarge, "uint16 does not count \(size) elements: use int32")
    }
    return [values, TensorType(element, shape)]
  }

  mutating func inferQuantization() throws(GraphError) -> TensorType {
    let (input, scale) = (try type(.input), try type(.scale))
    try requireFloatingPoint(.scale)
    let whole: ElementType
    if operation == .quantize {
      try requireSameElement(.input, .scale)
      whole = try elementType(.outputType)
    } else {
      whole = input.element
    }
    guard whole == .int8 || whole == .uint8 else {
      throw error(.elementTypeMismatch, "quantized numbers cannot be \(whole.rawValue): use int8 or uint8")
    }
    let zero = optionalType(.zeroPoint)
    if let zero, zero.element != whole {
      throw error(.elementTypeMismatch, "'zero_point' is \(zero.element.rawValue) where \(whole.rawValue) is expected")
    }
    let expected: [Int]
    if scale.shape.isEmpty {
      guard attributes[.axis] == nil else {
        throw error(.unexpectedArgument, "'axis' is given, but 'scale' is a scalar: leave 'axis' out")
      }
      expected = []
    } else {
      guard attributes[.axis] != nil else {
        throw error(.missingArgument, "'scale' is \(scale.shape), so that 'axis' has to say along which axis")
      }
      expected = [input.shape[try axis(.axis, rank: input.shape.count)]]
    }
    for (name, type) in [(ArgumentName.scale, scale), (.zeroPoint, zero ?? scale)] where type.shape != expected {
      throw error(.shapeMismatch, "'\(name.rawValue)' is \(type.shape) where \(expected) is expected")
    }
    return TensorType(operation == .quantize ? whole : scale.element, input.shape)
  }

  mutating func inferGeneration() throws(GraphError) -> TensorType {
    for name in [ArgumentName.value, .onValue, .offValue] {
      if let type = optionalType(name), type.elementCount != 1 || type.element == .string {
        throw error(.shapeMismatch, "'\(name.rawValue)' is \(type) where one number is expected")
      }
    }
    switch operation {
    case .fill: return TensorType(optionalType(.value)?.element ?? .fp32, try integers(.shape))
    case .fillLike: return TensorType(optionalType(.value)?.element ?? .fp32, try type(.referenceTensor).shape)
    default:
      let indices = try type(.indices)
      guard indices.element.isInteger else {
        throw error(.elementTypeMismatch, "'indices' is \(indices.element.rawValue)")
      }
      if optionalType(.onValue) != nil, optionalType(.offValue) != nil { try requireSameElement(.onValue, .offValue) }
      let axis = try axis(.axis, rank: indices.shape.count + 1)
      var shape = indices.shape
      shape.insert(try integer(.vectorSize), at: axis)
      return TensorType((optionalType(.onValue) ?? optionalType(.offValue))?.element ?? .int32, shape)
    }
  }
}
