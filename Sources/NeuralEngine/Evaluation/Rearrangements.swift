/// Elements taken at strides: transposition and broadcasting.
struct StridedRearrangement: ElementRearrangement {
  /// The shape of the result.
  var shape: [Int]
  /// For each axis of the result, how far apart neighbours are in the source; 0 repeats.
  var strides: [Int]

  /// Axes in another order: axis i of the result is axis `permutation[i]` of the source.
  static func transposition(of shape: [Int], _ permutation: [Int]) -> Self {
    let strides = shape.rowMajorStrides
    return Self(shape: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] })
  }

  /// A shape repeated to a greater one as NumPy does it.
  static func broadcast(_ shape: [Int], to target: [Int]) -> Self {
    let strides = shape.rowMajorStrides
    let missing = target.count - shape.count
    return Self(
      shape: target,
      strides: target.indices.map { $0 < missing || shape[$0 - missing] == 1 ? 0 : strides[$0 - missing] }
    )
  }

  func rearrange<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ values: [Element]) -> [Element] {
    let plan = collapsed()
    let count = shape.product
    let (length, step) = (plan.shape.last ?? 1, plan.strides.last ?? 1)
    if step == 1, length == count { return length == values.count ? values : [Element](values[..<length]) }
    return [Element](unsafeUninitializedCapacity: count) { target, initialized in
      values.withUnsafeBufferPointer { source in
        guard let target = target.baseAddress, let source = source.baseAddress else { return }
        var outer = AxisCounter(shape: [Int](plan.shape.dropLast()), strides: [[Int](plan.strides.dropLast())])
        for row in 0..<(count / max(length, 1)) {
          let (to, from) = (target + row * length, source + outer.offset(0))
          if step == 1 {
            to.update(from: from, count: length)
          } else {
            for index in 0..<length { to[index] = from[index * step] }
          }
          outer.advance()
        }
      }
      initialized = count
    }
  }

  /// The same movement with neighbouring axes made one where their elements follow one another.
  private func collapsed() -> Self {
    var (newShape, newStrides): ([Int], [Int]) = ([], [])
    for (size, stride) in zip(shape, strides) where size != 1 {
      if let lastStride = newStrides.last, let lastSize = newShape.last, lastStride == stride * size {
        newShape[newShape.count - 1] = lastSize * size
        newStrides[newStrides.count - 1] = stride
      } else {
        newShape.append(size)
        newStrides.append(stride)
      }
    }
    return Self(shape: newShape, strides: newStrides)
  }
}

/// Elements chosen axis by axis: slices, padding and tiling.
struct IndexedRearrangement: ElementRearrangement {
  /// For each axis of the source, which of its elements stand where in the result; −1 for the fill value.
  var choices: [[Int]]
  /// The shape of the source.
  var shape: [Int]
  /// What stands where nothing was chosen.
  var fill: Float = 0

  func rearrange<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ values: [Element]) -> [Element] {
    guard let last = choices.last else { return values }
    let background: Element = (fill as? Element) ?? (Int32(clamping: fill) as? Element) ?? 0
    let strides = shape.rowMajorStrides
    let count = choices.map(\.count).product
    let isRun = !last.isEmpty && last[0] >= 0 && last.indices.allSatisfy { last[$0] == last[0] + $0 }
    return [Element](unsafeUninitializedCapacity: count) { target, initialized in
      values.withUnsafeBufferPointer { source in
        guard let target = target.baseAddress, let source = source.baseAddress else { return }
        var counter = AxisCounter(shape: choices.dropLast().map(\.count), strides: [])
        for row in 0..<(count / max(last.count, 1)) {
          let to = target + row * last.count
          var (offset, isFilled) = (0, false)
          for (axis, position) in counter.position.enumerated() {
            let choice = choices[axis][position]
            isFilled = isFilled || choice < 0
            offset += choice * strides[axis]
          }
          if isFilled {
            to.initialize(repeating: background, count: last.count)
          } else if isRun {
            to.update(from: source + offset + last[0], count: last.count)
          } else {
            for (index, choice) in last.enumerated() {
              to[index] = choice < 0 ? background : source[offset + choice]
            }
          }
          counter.advance()
        }
      }
      initialized = count
    }
  }
}

/// Counts through the positions of a shape in row-major order, keeping offsets at strides.
struct AxisCounter {
  private let shape: [Int]
  private let strides: [[Int]]
  private var offsets: [Int]
  /// The position.
  private(set) var position: [Int]

  /// Begins at the first position.
  ///
  /// - Parameters:
  ///   - shape: How many positions each axis has.
  ///   - strides: For each thing counted through, how far apart neighbours along each axis are.
  init(shape: [Int], strides: [[Int]]) {
    self.shape = shape
    self.strides = strides
    offsets = [Int](repeating: 0, count: strides.count)
    position = [Int](repeating: 0, count: shape.count)
  }

  /// Where the position is in one of the things counted through.
  func offset(_ index: Int) -> Int { offsets[index] }

  /// Goes to the next position; after the last comes the first again.
  mutating func advance() {
    for axis in shape.indices.reversed() {
      position[axis] += 1
      for index in strides.indices { offsets[index] += strides[index][axis] }
      guard position[axis] == shape[axis] else { return }
      position[axis] = 0
      for index in strides.indices { offsets[index] -= strides[index][axis] * shape[axis] }
    }
  }
}
