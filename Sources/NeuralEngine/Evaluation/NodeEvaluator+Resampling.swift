extension NodeEvaluator {
  func resampling(_ call: NodeCall) -> DenseTensor {
    switch call.node.operation {
    case .upsampleNearestNeighbor: nearest(call) { size, count in (0..<count).map { $0 * size / count } }
    case .resizeNearestNeighbor: nearest(call, Self.centres)
    case .upsampleBilinear: linear(call, call.boolean(.halfPixelCenters) ? .unalignCorners : alignment(call))
    case .resizeBilinear: linear(call, mode(call))
    case .resize: resize(call)
    case .cropResize: cropResize(call)
    default: resample(call)
    }
  }

  private func alignment(_ call: NodeCall) -> SamplingMode {
    call.boolean(.alignsCorners) ? .strictAlignCorners : .plain
  }

  func mode(_ call: NodeCall) -> SamplingMode {
    call.node.string(.samplingMode).flatMap(SamplingMode.init) ?? .plain
  }

  private func resize(_ call: NodeCall) -> DenseTensor {
    let mode = mode(call)
    guard call.node.string(.interpolationMode) == "NEAREST_NEIGHBOR" else { return linear(call, mode) }
    // By default as 'resize_nearest_neighbor', which this operator took the place of.
    guard mode != .plain else { return nearest(call, Self.centres) }
    return nearest(call) { size, count in
      Self.places(mode, count, size).map { Int(($0 + 0.5).rounded(.down)) }
    }
  }

  /// The cells that the centres of cells of another size lie in.
  private static func centres(_ size: Int, _ count: Int) -> [Int] {
    (0..<count).map { (2 * $0 + 1) * size / (2 * count) }
  }

  /// Where a whole axis is looked at.
  private static func places(_ mode: SamplingMode, _ count: Int, _ size: Int) -> [Double] {
    mode.places(count, from: 0, to: Double(size - 1)).map { min(max($0, 0), Double(size - 1)) }
  }

  /// Elements chosen along each axis that changes: which of so many stand at the places of so many others.
  private func nearest(_ call: NodeCall, _ choose: (Int, Int) -> [Int]) -> DenseTensor {
    let x = call[.x]
    let choices = zip(x.shape, call.type.shape).map { size, count in
      size == count ? [Int](0..<size) : choose(size, count).map { min($0, size - 1) }
    }
    return settled(
      DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: choices, shape: x.shape)))
    )
  }

  /// Elements between two neighbours along each axis that changes, one axis after the other.
  private func linear(_ call: NodeCall, _ mode: SamplingMode) -> DenseTensor {
    let x = call[.x]
    var (shape, values) = (x.shape, x.floats)
    let axes = shape.indices.filter {
      shape[$0] != call.type.shape[$0] || mode == .offsetCorners && isResized($0, call)
    }
    // What shrinks comes first, so that nothing between is larger than both ends.
    for axis in axes.sorted(by: { x.shape[$0] > call.type.shape[$0] && x.shape[$1] <= call.type.shape[$1] }) {
      let places = Self.places(mode, call.type.shape[axis], shape[axis])
      let (outer, inner) = (shape.prefix(axis).reduce(1, *), shape.dropFirst(axis + 1).reduce(1, *))
      let (size, taps) = (shape[axis], places.map { LinearTap($0, shape[axis]) })
      var next: [Float] = []
      next.reserveCapacity(outer * taps.count * inner)
      for part in 0..<outer {
        for tap in taps {
          let (low, high) = ((part * size + tap.low) * inner, (part * size + tap.high) * inner)
          for index in 0..<inner { next.append(tap.between(values[low + index], values[high + index])) }
        }
      }
      values = next
      shape[axis] = places.count
    }
    guard call.type.element.isFloatingPoint else {
      return DenseTensor(call.type, integers: values.map { Int32(clamping: $0) })
    }
    return result(call.type, values)
  }

  /// Whether an axis is one of those that are looked at anew, though it may keep its size.
  private func isResized(_ axis: Int, _ call: NodeCall) -> Bool {
    axis >= call.type.shape.count - (call.node.integer(.resizedDimensions) ?? 2)
  }
}

/// Two neighbours, and how near the second is.
struct LinearTap {
  let low, high: Int
  private let share: Float

  /// The neighbours of a place from 0 to the last cell.
  init(_ place: Double, _ size: Int) {
    low = min(max(Int(place.rounded(.down)), 0), size - 1)
    high = min(low + 1, size - 1)
    share = Float(place - Double(low))
  }

  /// The number between two; one of them where the place is that of a cell, be the other infinite.
  func between(_ a: Float, _ b: Float) -> Float {
    share == 0 ? a : share == 1 ? b : a * (1 - share) + b * share
  }
}
