extension OperatorCall {
  mutating func inferMovement() throws(GraphError) -> [TensorType] {
    switch operation {
    case .reshape: [try inferReshape()]
    case .transpose: [try inferTranspose()]
    case .expandDims: [try inferExpansion()]
    case .squeeze: [try inferSqueeze()]
    case .split: try inferSplit()
    case .concat, .stack: [try inferJoin()]
    case .pad: [try inferPad()]
    case .tile: [try inferTile()]
    case .gather, .gatherAlongAxis: [try inferGather()]
    case .gatherND: [try inferGatherND()]
    case .reshapeLike: [try inferReshapeLike()]
    case .flatten2D: [try inferFlattening()]
    case .reverse, .reverseSequence: [try inferReversal()]
    case .slidingWindows: [try inferWindows()]
    case .crop: [try inferCrop()]
    case .pixelShuffle, .pixelUnshuffle, .depthToSpace, .spaceToDepth, .spaceToBatch, .batchToSpace:
      [try inferBlocks()]
    case .sliceByIndex: [try inferSlice()]
    case .sliceBySize: [try inferSliceBySize()]
    default: [try inferBand()]
    }
  }

  private mutating func inferReshape() throws(GraphError) -> TensorType {
    let x = try type(.x)
    var shape = try integers(.shape)
    for (axis, size) in shape.enumerated() where size == 0 {
      guard axis < x.shape.count else {
        throw error(.axisOutOfRange, "'shape' copies axis \(axis), but there are \(x.shape.count) axes")
      }
      shape[axis] = x.shape[axis]
    }
    let count = x.elementCount ?? 0
    if let free = shape.firstIndex(of: -1) {
      shape[free] = 1
      guard let known = TensorType(x.element, shape).elementCount, known > 0, count % known == 0 else {
        throw error(.shapeMismatch, "\(count) elements do not fill \(try integers(.shape))")
      }
      shape[free] = count / known
    }
    guard TensorType(x.element, shape).elementCount == count else {
      throw error(.shapeMismatch, "\(x.shape) has \(count) elements, which do not fill \(shape)")
    }
    attributes[.shape] = .integers(shape)
    return TensorType(x.element, shape)
  }

  private mutating func inferTranspose() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let rank = x.shape.count
    let permutation = try integers(.permutation, count: rank).map { $0 < 0 ? $0 + rank : $0 }
    guard permutation.sorted() == [Int](0..<rank) else {
      throw error(.invalidValue, "'perm' is \(permutation), not an order of \(rank) axes")
    }
    attributes[.permutation] = .integers(permutation)
    return TensorType(x.element, permutation.map { x.shape[$0] })
  }

  private mutating func inferExpansion() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let axes = try axes(.axes, rank: x.shape.count + (try integers(.axes).count))
    var shape = x.shape
    for axis in axes { shape.insert(1, at: axis) }
    return TensorType(x.element, shape)
  }

  private mutating func inferSqueeze() throws(GraphError) -> TensorType {
    let x = try type(.x)
    if attributes[.axes] == nil { attributes[.axes] = .integers(x.shape.indices.filter { x.shape[$0] == 1 }) }
    let axes = try axes(.axes, rank: x.shape.count)
    if let axis = axes.first(where: { x.shape[$0] != 1 }) {
      throw error(.shapeMismatch, "axis \(axis) of \(x.shape) is not 1 long")
    }
    return TensorType(x.element, x.shape.indices.filter { !axes.contains($0) }.map { x.shape[$0] })
  }

  /// No statement binds more results than this.
  private static var splitLimit: Int { 1 << 16 }

  private mutating func inferSplit() throws(GraphError) -> [TensorType] {
    let x = try type(.x)
    let axis = try axis(.axis, rank: x.shape.count)
    let sizes: [Int]
    if let given = optionalIntegers(.splitSizes) {
      sizes = given
      if let count = optionalInteger(.splitCount), count != given.count {
        throw error(.invalidValue, "'num_splits' is \(count), 'split_sizes' has \(given.count) entries")
      }
    } else if let count = optionalInteger(.splitCount) {
      guard count <= Self.splitLimit else { throw error(.tooLarge, "\(count) parts are too many") }
      guard count >= 1, x.shape[axis] % count == 0 else {
        throw error(.shapeMismatch, "axis \(axis) of \(x.shape) cannot be parted into \(count) equal parts")
      }
      sizes = [Int](repeating: x.shape[axis] / count, count: count)
    } else {
      throw missing(.splitSizes)
    }
    guard sizes.allSatisfy({ $0 >= 1 }), sizes.reduce(0, &+) == x.shape[axis] else {
      throw error(.shapeMismatch, "parts \(sizes) do not make up axis \(axis) of \(x.shape)")
    }
    attributes[.splitCount] = nil
    attributes[.splitSizes] = .integers(sizes)
    return sizes.map { size in
      var shape = x.shape
      shape[axis] = size
      return TensorType(x.element, shape)
    }
  }

  private mutating func inferJoin() throws(GraphError) -> TensorType {
    let values = types(.values)
    guard let first = values.first else { throw missing(.values) }
    guard values.allSatisfy({ $0.element == first.element }) else {
      throw error(.elementTypeMismatch, "the values have several element types")
    }
    guard operation == .concat else {
      let axis = try axis(.axis, rank: first.shape.count + 1)
      guard values.allSatisfy({ $0.shape == first.shape }) else {
        throw error(.shapeMismatch, "the values have several shapes: \(values.map(\.shape))")
      }
      var shape = first.shape
      shape.insert(values.count, at: axis)
      return TensorType(first.element, shape)
    }
    let axis = try axis(.axis, rank: first.shape.count)
    var shape = first.shape
    for value in values.dropFirst() {
      guard value.shape.count == shape.count,
        shape.indices.allSatisfy({ $0 == axis || shape[$0] == value.shape[$0] })
      else {
        throw error(.shapeMismatch, "the values differ beside axis \(axis): \(values.map(\.shape))")
      }
      shape[axis] += value.shape[axis]
    }
    if try boolean(.interleave), Set(values.map { $0.shape[axis] }).count > 1 {
      throw error(.shapeMismatch, "values that are interleaved have one size: \(values.map(\.shape))")
    }
    return TensorType(first.element, shape)
  }

  private func inferPad() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let pad = try integers(.pad)
    let mode = try string(.mode)
    guard pad.count % 2 == 0, pad.count / 2 <= x.shape.count, pad.allSatisfy({ $0 >= 0 }) else {
      throw error(.invalidValue, "'pad' is \(pad): two numbers for each of the last axes are expected")
    }
    guard ["constant", "reflect", "replicate"].contains(mode) else {
      throw error(.invalidValue, "'\(mode)' is not a mode of pad: use constant, reflect or replicate")
    }
    var shape = x.shape
    for index in 0..<pad.count / 2 {
      let axis = shape.count - pad.count / 2 + index
      if mode == "reflect", max(pad[2 * index], pad[2 * index + 1]) >= shape[axis] {
        throw error(.shapeMismatch, "axis \(axis) of \(x.shape) is too short to reflect")
      }
      shape[axis] += pad[2 * index] + pad[2 * index + 1]
    }
    return TensorType(x.element, shape)
  }

  private func inferTile() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let repetitions = try integers(.repetitions, count: x.shape.count)
    guard repetitions.allSatisfy({ $0 >= 1 }) else { throw error(.invalidValue, "'reps' is \(repetitions)") }
    return TensorType(x.element, zip(x.shape, repetitions).map { $0 * $1 })
  }

  private mutating func inferGather() throws(GraphError) -> TensorType {
    let (x, indices) = (try type(.x), try type(.indices))
    guard indices.element.isInteger else {
      throw error(.elementTypeMismatch, "'indices' is \(indices.element.rawValue)")
    }
    let axis = try axis(.axis, rank: x.shape.count)
    guard operation == .gather else {
      guard indices.shape.count == x.shape.count,
        x.shape.indices.allSatisfy({ $0 == axis || x.shape[$0] == indices.shape[$0] })
      else {
        throw error(.shapeMismatch, "'indices' \(indices.shape) differs from 'x' \(x.shape) beside axis \(axis)")
      }
      return TensorType(x.element, indices.shape)
    }
    let batch = try integer(.batchDimensions)
    guard batch >= 0, batch <= axis, batch <= indices.shape.count,
      x.shape.prefix(batch) == indices.shape.prefix(batch)
    else {
      throw error(.shapeMismatch, "\(batch) axes are not common to \(x.shape) and \(indices.shape)")
    }
    return TensorType(
      x.element,
      [Int](x.shape.prefix(axis)) + indices.shape.dropFirst(batch) + x.shape.dropFirst(axis + 1)
    )
  }

  private func inferSlice() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let squeezed = try booleans(.squeezeMask, count: x.shape.count)
    var shape: [Int] = []
    for (axis, range) in try slices(of: x.shape).enumerated() {
      guard range.count >= 1 else {
        throw error(.shapeMismatch, "nothing is left of axis \(axis) of \(x.shape)")
      }
      if !squeezed[axis] { shape.append(range.count) }
    }
    return TensorType(x.element, shape)
  }

  /// For each axis, where a `slice_by_index` or `slice_update` begins, how far it steps and how many elements it takes.
  func slices(of shape: [Int]) throws(GraphError) -> [AxisSlice] {
    let rank = shape.count
    let (begin, end) = (try integers(.begin, count: rank), try integers(.end, count: rank))
    let stride = try integers(.stride, count: rank)
    let (beginMask, endMask) = (try booleans(.beginMask, count: rank), try booleans(.endMask, count: rank))
    let squeezeMask = try booleans(.squeezeMask, count: rank)
    var slices: [AxisSlice] = []
    for axis in 0..<rank {
      let (size, step) = (shape[axis], stride[axis])
      guard step != 0 else { throw error(.invalidValue, "'stride' is \(stride)") }
      if squeezeMask[axis] {
        let start = begin[axis] < 0 ? begin[axis] + size : begin[axis]
        guard (0..<size).contains(start) else {
          throw error(.axisOutOfRange, "\(begin[axis]) is not a place on axis \(axis) of \(shape)")
        }
        slices.append(AxisSlice(start: start, step: 1, count: 1))
        continue
      }
      let (low, high) = step > 0 ? (0, size) : (-1, size - 1)
      let first = beginMask[axis] ? (step > 0 ? low : high) : clamp(begin[axis], size, low, high)
      let last = endMask[axis] ? (step > 0 ? high : low) : clamp(end[axis], size, low, high)
      let length = step > 0 ? last - first : first - last
      slices.append(
        AxisSlice(start: first, step: step, count: max(0, (length + step.magnitude.signed - 1) / step.magnitude.signed))
      )
    }
    return slices
  }

  private func clamp(_ index: Int, _ size: Int, _ low: Int, _ high: Int) -> Int {
    min(max(index < 0 ? index + size : index, low), high)
  }

  private mutating func inferSliceBySize() throws(GraphError) -> TensorType {
    let x = try type(.x)
    let rank = x.shape.count
    var (begin, size) = (try integers(.begin, count: rank), try integers(.size, count: rank))
    for axis in 0..<rank {
      if begin[axis] < 0 { begin[axis] += x.shape[axis] }
      if size[axis] == -1 { size[axis] = x.shape[axis] - begin[axis] }
      guard begin[axis] >= 0, size[axis] >= 1, begin[axis] + size[axis] <= x.shape[axis] else {
        throw error(
          .shapeMismatch,
          "\(size[axis]) elements from \(begin[axis]) do not lie on axis \(axis) of \(x.shape)"
        )
      }
    }
    attributes[.begin] = .integers(begin)
    attributes[.size] = .integers(size)
    return TensorType(x.element, size)
  }

  private func inferBand() throws(GraphError) -> TensorType {
    let x = try type(.x)
    guard x.shape.count >= 2 else { throw error(.rankMismatch, "'x' has no diagonal: \(x)") }
    return x
  }
}

extension UInt {
  fileprivate var signed: Int { Int(clamping: self) }
}

/// What a slice takes of an axis.
public struct AxisSlice: Hashable, Sendable {
  /// The first element.
  public var start: Int
  /// How far apart the elements are; negative to go backwards.
  public var step: Int
  /// How many elements there are.
  public var count: Int
}

extension Node {
  /// For each axis of what is sliced, the elements taken; empty unless the node is a valid slice.
  ///
  /// - Parameter shape: The shape of what is sliced.
  /// - Returns: A slice for each axis.
  public func slices(of shape: [Int]) -> [AxisSlice] {
    switch operation {
    case .sliceByIndex, .sliceUpdate:
      let call = OperatorCall(operation: operation, node: name, inputs: [], attributes: attributes)
      return (try? call.slices(of: shape)) ?? []
    case .sliceBySize:
      return zip(integers(.begin) ?? [], integers(.size) ?? []).map { AxisSlice(start: $0, step: 1, count: $1) }
    default:
      return []
    }
  }
}
