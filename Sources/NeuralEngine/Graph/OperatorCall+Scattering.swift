extension OperatorCall {
  mutating func inferScattering() throws(GraphError) -> TensorType {
    guard operation != .sliceUpdate else { return try inferSliceUpdate() }
    let (data, indices, updates) = (try type(.data), try type(.indices), try type(.updates))
    try requireSameElement(.data, .updates)
    guard data.element.isFloatingPoint || data.element.isInteger else {
      throw error(.elementTypeMismatch, "'data' is \(data.element.rawValue) where numbers are expected")
    }
    guard indices.element.isInteger else {
      throw error(.elementTypeMismatch, "'indices' is \(indices.element.rawValue)")
    }
    let mode = try string(.mode)
    guard ScatterMode(rawValue: mode) != nil else {
      let modes = ScatterMode.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(.invalidValue, "'\(mode)' is not a mode of '\(operation.rawValue)': use one of \(modes)")
    }
    let expected: [Int]
    switch operation {
    case .scatter:
      let axis = try axis(.axis, rank: data.shape.count)
      expected = [Int](data.shape.prefix(axis)) + indices.shape + data.shape.dropFirst(axis + 1)
    case .scatterAlongAxis:
      let axis = try axis(.axis, rank: data.shape.count)
      guard indices.shape.count == data.shape.count,
        data.shape.indices.allSatisfy({ $0 == axis || data.shape[$0] == indices.shape[$0] })
      else {
        throw error(.shapeMismatch, "'indices' \(indices.shape) differs from 'data' \(data.shape) beside axis \(axis)")
      }
      expected = indices.shape
    default:
      guard let depth = indices.shape.last, depth <= data.shape.count else {
        throw error(.shapeMismatch, "'indices' \(indices.shape) names more axes than 'data' \(data.shape) has")
      }
      expected = [Int](indices.shape.dropLast()) + data.shape.dropFirst(depth)
    }
    guard updates.shape == expected else {
      throw error(.shapeMismatch, "'updates' is \(updates.shape) where \(expected) is expected")
    }
    return data
  }

  private func inferSliceUpdate() throws(GraphError) -> TensorType {
    let (x, update) = (try type(.x), try type(.update))
    try requireSameElement(.x, .update)
    let squeezed = try booleans(.squeezeMask, count: x.shape.count)
    let ranges = try slices(of: x.shape)
    if let axis = ranges.indices.first(where: { ranges[$0].count < 1 }) {
      throw error(.shapeMismatch, "nothing is chosen of axis \(axis) of \(x.shape)")
    }
    let expected = ranges.indices.filter { !squeezed[$0] }.map { ranges[$0].count }
    guard update.shape == expected, !expected.isEmpty else {
      throw error(
        .shapeMismatch,
        expected.isEmpty
          ? "'update' is a scalar; keep an axis of the slice"
          : "'update' is \(update.shape) where \(expected) is expected"
      )
    }
    return x
  }
}

/// What becomes of an element that something is scattered to.
enum ScatterMode: String, CaseIterable {
  case update, add, sub, mul, div, max, min
}
