extension NodeEvaluator {
  /// Elements put to their places one after the other; what has no place goes nowhere.
  func scattering(_ call: NodeCall) -> DenseTensor {
    let isSlice = call.node.operation == .sliceUpdate
    let (data, updates) = isSlice ? (call[.x], call[.update]) : (call[.data], call[.updates])
    let places = isSlice ? slicePlaces(call) : scatterPlaces(call)
    let mode = isSlice ? .update : call.node.string(.mode).flatMap(ScatterMode.init) ?? .update
    switch (data.elements, updates.elements) {
    case (.integers(var values), .integers(let updates)):
      let element = call.type.element
      for (place, update) in zip(places, updates) where place >= 0 {
        values[place] = element.wrapped(Self.combined(values[place], update, mode))
      }
      return DenseTensor(call.type, integers: values)
    default:
      var values = data.floats
      for (place, update) in zip(places, updates.floats) where place >= 0 {
        values[place] = Self.combined(values[place], update, mode)
      }
      return isSlice ? settled(DenseTensor(call.type, values)) : result(call.type, values)
    }
  }

  private static func combined(_ old: Float, _ new: Float, _ mode: ScatterMode) -> Float {
    switch mode {
    case .update: new
    case .add: old + new
    case .sub: old - new
    case .mul: old * new
    case .div: old / new
    case .max: new > old || new.isNaN ? new : old
    case .min: new < old || new.isNaN ? new : old
    }
  }

  private static func combined(_ old: Int32, _ new: Int32, _ mode: ScatterMode) -> Int32 {
    switch mode {
    case .update: new
    case .add: old &+ new
    case .sub: old &- new
    case .mul: old &* new
    case .div: new == 0 ? 0 : Int32(truncatingIfNeeded: Int(old) / Int(new))
    case .max: Swift.max(old, new)
    case .min: Swift.min(old, new)
    }
  }

  /// Where the elements of a slice stand.
  private func slicePlaces(_ call: NodeCall) -> [Int] {
    let shape = call[.x].shape
    let slices = call.node.slices(of: shape)
    let strides = shape.rowMajorStrides
    let start = zip(slices, strides).reduce(0) { $0 + $1.0.start * $1.1 }
    var counter = AxisCounter(
      shape: slices.map(\.count),
      strides: [zip(slices, strides).map { $0.step * $1 }]
    )
    return (0..<call[.update].count).map { _ in
      defer { counter.advance() }
      return start + counter.offset(0)
    }
  }

  /// Where each update goes; −1 for those whose index is out of range.
  private func scatterPlaces(_ call: NodeCall) -> [Int] {
    let (shape, indices) = (call[.data].shape, call[.indices])
    let chosen = indices.integers
    switch call.node.operation {
    case .scatterAlongAxis:
      let axis = call.integer(.axis)
      let inner = shape.dropFirst(axis + 1).reduce(1, *)
      let (size, count) = (shape[axis], indices.shape[axis])
      return chosen.enumerated().map { position, index in
        guard let place = Self.place(index, size) else { return -1 }
        return (position / (count * inner) * size + place) * inner + position % inner
      }
    case .scatter:
      let axis = call.integer(.axis)
      let inner = shape.dropFirst(axis + 1).reduce(1, *)
      let starts = chosen.map { Self.place($0, shape[axis]) }
      return (0..<shape.prefix(axis).reduce(1, *)).flatMap { outer in
        starts.flatMap { start -> [Int] in
          guard let start else { return [Int](repeating: -1, count: inner) }
          let first = (outer * shape[axis] + start) * inner
          return [Int](first..<first + inner)
        }
      }
    default:
      let depth = indices.shape.last ?? 0
      let inner = shape.dropFirst(depth).reduce(1, *)
      return (0..<chosen.count / max(depth, 1)).flatMap { row -> [Int] in
        var first = 0
        for axis in 0..<depth {
          guard let place = Self.place(chosen[row * depth + axis], shape[axis]) else {
            return [Int](repeating: -1, count: inner)
          }
          first = first * shape[axis] + place
        }
        return [Int](first * inner..<(first + 1) * inner)
      }
    }
  }

  /// A position counted from the front; `nil` where there is none.
  private static func place(_ index: Int32, _ size: Int) -> Int? {
    let place = index < 0 ? Int(index) + size : Int(index)
    return (0..<size).contains(place) ? place : nil
  }
}
