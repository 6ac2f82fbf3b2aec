/// Elements folded along one axis: `outer` × `size` × `inner`, of which `size` goes away.
struct AxisFold {
  let outer, size, inner: Int

  /// Brings axes that are folded together beside one another.
  ///
  /// - Parameters:
  ///   - axes: The axes, ascending.
  ///   - x: The tensor.
  /// - Returns: The elements, moved where the axes were apart, and the fold.
  static func bringing(_ axes: [Int], of x: DenseTensor) -> (DenseTensor.Elements, AxisFold) {
    let size = axes.map { x.shape[$0] }.product
    let others = x.shape.indices.filter { !axes.contains($0) }
    guard let first = axes.first, let last = axes.last else {
      return (x.elements, AxisFold(outer: x.count, size: 1, inner: 1))
    }
    if last - first + 1 == axes.count {
      let outer = x.shape[..<first].reduce(1, *)
      return (x.elements, AxisFold(outer: outer, size: size, inner: x.shape.dropFirst(last + 1).reduce(1, *)))
    }
    let plan = StridedRearrangement.transposition(of: x.shape, others + axes)
    return (x.elements.rearranged(plan), AxisFold(outer: x.count / max(size, 1), size: size, inner: 1))
  }

  /// Folds with a function, in order.
  @inline(__always)
  func combine<Number: BitwiseCopyable>(
    _ x: [Number],
    from start: Number,
    _ function: (Number, Number) -> Number
  ) -> [Number] {
    var results = [Number](repeating: start, count: outer * inner)
    results.withUnsafeMutableBufferPointer { results in
      x.withUnsafeBufferPointer { x in
        for part in 0..<outer {
          let target = part * inner
          for row in 0..<size {
            let source = (part * size + row) * inner
            for index in 0..<inner { results[target + index] = function(results[target + index], x[source + index]) }
          }
        }
      }
    }
    return results
  }

  /// Sums, over eight lanes where the elements of a sum lie beside one another.
  func sum(_ x: [Float]) -> [Float] {
    guard inner == 1, size >= 16 else { return combine(x, from: 0) { $0 + $1 } }
    return x.withUnsafeBytes { bytes in
      (0..<outer).map { part in
        var lanes = SIMD8<Float>.zero
        let blocks = size / 8
        for block in 0..<blocks {
          lanes += bytes.loadUnaligned(fromByteOffset: 4 * (part * size + 8 * block), as: SIMD8<Float>.self)
        }
        var sum = lanes.sum()
        for index in 8 * blocks..<size { sum += x[part * size + index] }
        return sum
      }
    }
  }

  /// Sums in halves: four at a time, then these sums one after the other.
  func sumInHalves(_ x: [Float]) -> [Float] {
    var results = [Float](repeating: 0, count: outer * inner)
    for part in 0..<outer {
      for index in 0..<inner {
        var total: Float = 0
        for start in stride(from: 0, to: size, by: 4) {
          var lane: Float = 0
          for row in start..<min(start + 4, size) {
            lane = HalfRows.rounded(lane + x[(part * size + row) * inner + index])
          }
          total = HalfRows.rounded(total + lane)
        }
        results[part * inner + index] = total
      }
    }
    return results
  }

  /// Applies a function to each element and the number its fold has.
  @inline(__always)
  func apply(_ x: [Float], _ folded: [Float], _ function: (Float, Float) -> Float) -> [Float] {
    [Float](unsafeUninitializedCapacity: x.count) { results, initialized in
      for part in 0..<outer {
        for row in 0..<size {
          let start = (part * size + row) * inner
          for index in 0..<inner {
            results[start + index] = function(x[start + index], folded[part * inner + index])
          }
        }
      }
      initialized = x.count
    }
  }

  /// Where along the axis the first element stands that no other comes before.
  @inline(__always)
  func first<Number: BitwiseCopyable>(_ x: [Number], by precedes: (Number, Number) -> Bool) -> [Int32] {
    var places = [Int32](repeating: 0, count: outer * inner)
    for part in 0..<outer {
      for index in 0..<inner {
        var best = x[part * size * inner + index]
        for row in 1..<max(size, 1) {
          let value = x[(part * size + row) * inner + index]
          if precedes(value, best) {
            best = value
            places[part * inner + index] = Int32(truncatingIfNeeded: row)
          }
        }
      }
    }
    return places
  }
}
