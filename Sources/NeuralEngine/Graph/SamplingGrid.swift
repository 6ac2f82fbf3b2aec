/// Where along an axis an image is looked at.
///
/// Source: coremltools' definition of `resize_bilinear`, and for parts of an image that of `SamplingMode` in Core ML's
/// format.
enum SamplingMode: String, CaseIterable {
  case plain = "DEFAULT"
  case strictAlignCorners = "STRICT_ALIGN_CORNERS"
  case alignCorners = "ALIGN_CORNERS"
  case offsetCorners = "OFFSET_CORNERS"
  case unalignCorners = "UNALIGN_CORNERS"

  /// Places between two cells, both of which belong to what is looked at.
  ///
  /// - Parameters:
  ///   - count: How many places.
  ///   - start: The first cell.
  ///   - end: The last cell, in front of the first where the order is turned about.
  /// - Returns: The places, counted in cells.
  func places(_ count: Int, from start: Double, to end: Double) -> [Double] {
    let reach = end - start
    // How many cells there are; places step over all of them.
    let cells = reach + (reach < 0 ? -1 : 1)
    switch self {
    case .plain:
      return (0..<count).map { Self.clamp(start + Double($0) * cells / Double(count), start, end) }
    case .unalignCorners:
      return (0..<count).map { Self.clamp(start + (Double($0) + 0.5) * cells / Double(count) - 0.5, start, end) }
    case .strictAlignCorners, .alignCorners:
      guard count > 1 else { return [self == .alignCorners ? (start + end) / 2 : start] }
      return (0..<count).map { start + Double($0) * reach / Double(count - 1) }
    case .offsetCorners:
      let spacing = max(1, reach) / Double(count)
      return (0..<count).map { start + (Double($0) + 0.5) * spacing }
    }
  }

  private static func clamp(_ place: Double, _ start: Double, _ end: Double) -> Double {
    place < min(start, end) ? min(start, end) : place > max(start, end) ? max(start, end) : place
  }
}

/// How four numbers say where a box is.
enum BoxCoordinateMode: String, CaseIterable {
  case cornersHeightFirst = "CORNERS_HEIGHT_FIRST"
  case cornersWidthFirst = "CORNERS_WIDTH_FIRST"
  case centerSizeHeightFirst = "CENTER_SIZE_HEIGHT_FIRST"
  case centerSizeWidthFirst = "CENTER_SIZE_WIDTH_FIRST"

  /// The first and the last row, and the first and the last column.
  func edges(_ numbers: [Double]) -> (rows: (Double, Double), columns: (Double, Double)) {
    let (a, b, c, d) = (numbers[0], numbers[1], numbers[2], numbers[3])
    switch self {
    case .cornersHeightFirst: return ((a, c), (b, d))
    case .cornersWidthFirst: return ((b, d), (a, c))
    case .centerSizeHeightFirst: return ((a - c / 2, a + c / 2), (b - d / 2, b + d / 2))
    case .centerSizeWidthFirst: return ((b - d / 2, b + d / 2), (a - c / 2, a + c / 2))
    }
  }
}

/// What an image is continued by behind its edges.
enum ImagePadding: String, CaseIterable {
  case constant, border, reflection, symmetric

  /// The cell that stands at a place, or `nil` where a constant does.
  func cell(_ place: Int, _ size: Int) -> Int? {
    if place >= 0, place < size { return place }
    switch self {
    case .constant: return nil
    case .border: return place < 0 ? 0 : size - 1
    case .reflection:
      guard size > 1 else { return 0 }
      let turn = abs(place) % (2 * size - 2)
      return turn < size ? turn : 2 * size - 2 - turn
    case .symmetric:
      let turn = (place < 0 ? -1 - place : place) % (2 * size)
      return turn < size ? turn : 2 * size - 1 - turn
    }
  }
}

/// What coordinates of places in an image count.
enum CoordinatesMode: String, CaseIterable {
  case unnormalized
  case minusOneToOne = "normalized_minus_one_to_one"
  case zeroToOne = "normalized_zero_to_one"

  /// The place along an axis, counted in cells.
  func place(_ coordinate: Double, _ size: Int, alignsCorners: Bool) -> Double {
    let share: Double
    switch self {
    case .unnormalized: return coordinate
    case .minusOneToOne: share = (coordinate + 1) / 2
    case .zeroToOne: share = coordinate
    }
    return alignsCorners ? share * Double(size - 1) : share * Double(size) - 0.5
  }
}
