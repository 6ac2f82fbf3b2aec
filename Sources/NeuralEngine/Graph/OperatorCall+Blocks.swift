extension OperatorCall {
  /// Channels or images and the blocks of an image they become, or the other way round.
  func inferBlocks() throws(GraphError) -> TensorType {
    let x = try require(.x, rank: 4)
    let (height, width) = try blockSizes()
    guard height >= 1, width >= 1 else { throw error(.invalidValue, "a block of \(height) × \(width) is none") }
    var shape = x.shape
    switch operation {
    case .pixelShuffle, .depthToSpace:
      shape[1] = try divide(1, x.shape[1], by: height * width)
      shape[2] *= height
      shape[3] *= width
    case .pixelUnshuffle, .spaceToDepth:
      shape[1] = try multiply(x.shape[1], by: height * width)
      shape[2] = try divide(2, x.shape[2], by: height)
      shape[3] = try divide(3, x.shape[3], by: width)
    case .spaceToBatch:
      let pad = try margins(.paddings)
      shape[0] = try multiply(x.shape[0], by: height * width)
      shape[2] = try divide(2, x.shape[2] + pad[0] + pad[1], by: height)
      shape[3] = try divide(3, x.shape[3] + pad[2] + pad[3], by: width)
    default:
      let crop = try margins(.crops)
      shape[0] = try divide(0, x.shape[0], by: height * width)
      shape[2] = shape[2] * height - crop[0] - crop[1]
      shape[3] = shape[3] * width - crop[2] - crop[3]
    }
    return TensorType(x.element, shape)
  }

  private func blockSizes() throws(GraphError) -> (height: Int, width: Int) {
    let size: Int
    switch operation {
    case .pixelShuffle: size = try integer(.upscaleFactor)
    case .pixelUnshuffle: size = try integer(.downscaleFactor)
    case .depthToSpace, .spaceToDepth: size = try integer(.blockSize)
    default:
      let sizes = try integers(.blockShape, count: 2)
      return (sizes[0], sizes[1])
    }
    return (size, size)
  }

  private func margins(_ name: ArgumentName) throws(GraphError) -> [Int] {
    let margins = try integers(name, count: 4)
    guard margins.allSatisfy({ $0 >= 0 }) else { throw error(.invalidValue, "'\(name.rawValue)' is \(margins)") }
    return margins
  }

  private func multiply(_ size: Int, by factor: Int) throws(GraphError) -> Int {
    let (product, overflow) = size.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw error(.tooLarge, "no memory holds \(size) × \(factor)") }
    return product
  }

  private func divide(_ axis: Int, _ size: Int, by factor: Int) throws(GraphError) -> Int {
    guard size % factor == 0 else {
      throw error(.shapeMismatch, "axis \(axis) is \(size) long, which cannot be parted by \(factor)")
    }
    return size / factor
  }

  func inferGatherND() throws(GraphError) -> TensorType {
    let (x, indices, batch) = (try type(.x), try type(.indices), try integer(.batchDimensions))
    guard indices.element.isInteger else {
      throw error(.elementTypeMismatch, "'indices' is \(indices.element.rawValue)")
    }
    guard let depth = indices.shape.last else { throw error(.rankMismatch, "'indices' is a scalar") }
    guard batch >= 0, batch < indices.shape.count, batch + depth <= x.shape.count,
      x.shape.prefix(batch) == indices.shape.prefix(batch)
    else {
      throw error(
        .shapeMismatch,
        "\(batch) common axes and \(depth) indices do not choose from \(x.shape) by \(indices.shape)"
      )
    }
    return TensorType(x.element, [Int](indices.shape.dropLast()) + x.shape.dropFirst(batch + depth))
  }

  func inferReshapeLike() throws(GraphError) -> TensorType {
    let (x, references) = (try type(.x), types(.referenceTensors))
    let (begins, ends) = (try integers(.begins, count: references.count), try integers(.ends, count: references.count))
    let masks = try booleans(.endMasks, count: references.count)
    var shape: [Int] = []
    for (index, reference) in references.enumerated() {
      let rank = reference.shape.count
      func place(_ axis: Int) -> Int { min(max(axis < 0 ? axis + rank : axis, 0), rank) }
      let (begin, end) = (place(begins[index]), masks[index] ? rank : place(ends[index]))
      if begin < end { shape += reference.shape[begin..<end] }
    }
    guard TensorType(x.element, shape).elementCount == x.elementCount else {
      throw error(.shapeMismatch, "\(x.shape) does not fill \(shape)")
    }
    return TensorType(x.element, shape)
  }

  mutating func inferFlattening() throws(GraphError) -> TensorType {
    let (x, given) = (try type(.x), try integer(.axis))
    let rank = x.shape.count
    guard given >= -rank, given <= rank else {
      throw error(.axisOutOfRange, "'axis' is \(given), but there are \(rank) axes")
    }
    let axis = given < 0 ? given + rank : given
    attributes[.axis] = .integer(axis)
    return TensorType(x.element, [x.shape.prefix(axis).reduce(1, *), x.shape.dropFirst(axis).reduce(1, *)])
  }

  mutating func inferReversal() throws(GraphError) -> TensorType {
    let x = try type(.x)
    guard operation == .reverseSequence else {
      _ = try axes(.axes, rank: x.shape.count)
      return x
    }
    let lengths = try require(.lengths, rank: 1)
    let sequence = try axis(.sequenceAxis, rank: x.shape.count)
    let batch = try axis(.batchAxis, rank: x.shape.count)
    guard sequence != batch else {
      throw error(.invalidValue, "'seq_axis' and 'batch_axis' are both \(batch); they have to differ")
    }
    guard lengths.element.isInteger else {
      throw error(.elementTypeMismatch, "'lengths' is \(lengths.element.rawValue)")
    }
    guard lengths.shape == [x.shape[batch]] else {
      throw error(.shapeMismatch, "'lengths' is \(lengths.shape) where [\(x.shape[batch])] is expected")
    }
    return x
  }

  mutating func inferWindows() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let axis = try axis(.axis, rank: x.shape.count)
    let (size, stride) = (try integer(.size), try integer(.stride))
    guard size >= 1, stride >= 1 else { throw error(.invalidValue, "'size' and 'stride' are at least 1") }
    guard size <= x.shape[axis] else {
      throw error(.shapeMismatch, "a window \(size) long does not fit into \(x.shape[axis]) elements")
    }
    var shape = x.shape
    shape[axis] = (x.shape[axis] - size) / stride + 1
    shape.insert(size, at: axis + 1)
    return TensorType(x.element, shape)
  }

  func inferCrop() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let rank = x.shape.count
    guard rank >= 3 else { throw error(.rankMismatch, "'x' has \(rank) axes where 3 or more are expected: \(x)") }
    var shape = x.shape
    for (name, axis) in [(ArgumentName.cropHeight, rank - 2), (.cropWidth, rank - 1)] {
      let margins = try integers(name, count: 2)
      guard margins.allSatisfy({ $0 >= 0 }), margins[0] + margins[1] < shape[axis] else {
        throw error(.shapeMismatch, "'\(name.rawValue)' \(margins) leaves nothing of axis \(axis) of \(x.shape)")
      }
      shape[axis] -= margins[0] + margins[1]
    }
    return TensorType(x.element, shape)
  }
}
