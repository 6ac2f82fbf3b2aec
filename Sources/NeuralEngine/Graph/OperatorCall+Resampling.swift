extension OperatorCall {
  mutating func inferResampling() throws(GraphError) -> TensorType {
    switch operation {
    case .upsampleNearestNeighbor, .upsampleBilinear: return try inferUpsampling()
    case .resizeNearestNeighbor, .resizeBilinear:
      if operation == .resizeBilinear { _ = try word(.samplingMode, SamplingMode.self) }
      return try resized([try integer(.targetSizeHeight), try integer(.targetSizeWidth)])
    case .resize: return try inferResize()
    case .cropResize: return try inferCropResize()
    default: return try inferResample()
    }
  }

  /// One of the words an argument can be.
  private func word<Word: RawRepresentable & CaseIterable>(
    _ name: ArgumentName,
    _: Word.Type
  ) throws(GraphError) -> Word where Word.RawValue == String {
    let text = try string(name)
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(.invalidValue, "'\(name.rawValue)' is '\(text.prefix(64))' where one of \(words) is expected")
    }
    return word
  }

  /// An image with its last axes in other sizes.
  private func resized(_ sizes: [Int], allowsIntegers: Bool = false) throws(GraphError) -> TensorType {
    let x = try type(.x)
    if !(allowsIntegers && x.element == .int32) { try requireFloatingPoint(.x) }
    guard x.shape.count >= max(sizes.count, allowsIntegers ? 0 : 3) else {
      throw error(.rankMismatch, "'x' has \(x.shape.count) axes where 3 or more are expected: \(x)")
    }
    guard sizes.allSatisfy({ $0 >= 1 }) else {
      throw error(.invalidValue, "the sizes asked for are \(sizes), but each is at least 1")
    }
    return TensorType(x.element, x.shape.dropLast(sizes.count) + sizes)
  }

  private mutating func inferUpsampling() throws(GraphError) -> TensorType {
    let x = try type(.x)
    guard x.shape.count >= 3 else {
      throw error(.rankMismatch, "'x' has \(x.shape.count) axes where 3 or more are expected: \(x)")
    }
    var sizes: [Int] = []
    for (name, axis) in [(ArgumentName.scaleFactorHeight, 2), (.scaleFactorWidth, 1)] {
      guard case .number(let factor) = attributes[name] else { throw missing(name) }
      let size = (factor * Double(x.shape[x.shape.count - axis])).rounded(.down)
      // What is no number is no size either.
      guard factor > 0, size >= 1 else {
        throw error(.invalidValue, "'\(name.rawValue)' is \(factor), which leaves nothing of \(x)")
      }
      guard size <= 0x1p31 else {
        throw error(.tooLarge, "'\(name.rawValue)' is \(factor): no memory holds the result")
      }
      sizes.append(Int(size))
    }
    if operation == .upsampleBilinear {
      let alignsCorners = try boolean(.alignsCorners)
      if attributes[.halfPixelCenters] == nil { attributes[.halfPixelCenters] = .boolean(!alignsCorners) }
      let takesCentres = try boolean(.halfPixelCenters)
      guard !alignsCorners || !takesCentres else {
        throw error(.invalidValue, "'align_corners' and 'half_pixel_centers' are both true: make one of them false")
      }
    }
    return try resized(sizes)
  }

  private func inferResize() throws(GraphError) -> TensorType {
    _ = try word(.samplingMode, SamplingMode.self)
    let mode = try string(.interpolationMode)
    guard ["LINEAR", "NEAREST_NEIGHBOR"].contains(mode) else {
      throw error(
        .invalidValue,
        "'interpolation_mode' is '\(mode.prefix(64))' where LINEAR or NEAREST_NEIGHBOR is expected"
      )
    }
    let (x, shape, count) = (try type(.x), try integers(.shape), try integer(.resizedDimensions))
    guard count >= 0, count <= shape.count, shape.count <= x.shape.count else {
      throw error(
        .rankMismatch,
        "'resized_dims' is \(count), 'shape' has \(shape.count) entries, 'x' has \(x.shape.count) axes: none may be "
          + "greater than the next"
      )
    }
    // Zeros keep the size that is there.
    return try resized(zip(shape.suffix(count), x.shape.suffix(count)).map { $0 == 0 ? $1 : $0 }, allowsIntegers: true)
  }

  private func inferCropResize() throws(GraphError) -> TensorType {
    let x = try require(.x, rank: 4)
    try requireFloatingPoint(.x)
    _ = try word(.samplingMode, SamplingMode.self)
    _ = try word(.boxCoordinateMode, BoxCoordinateMode.self)
    let target = [try integer(.targetHeight), try integer(.targetWidth)]
    if let roi = optionalType(.roi) {
      // The form before iOS 17.
      guard optionalType(.boxes) == nil, optionalType(.boxIndices) == nil else {
        throw error(.unexpectedArgument, "'roi' is given beside 'boxes' or 'box_indices': give 'boxes' only")
      }
      try requireSameElement(.x, .roi)
      guard roi.shape.count == 5, [1, 4, 1, 1] == roi.shape.dropFirst() || [1, 5, 1, 1] == roi.shape.dropFirst() else {
        throw error(.shapeMismatch, "'roi' is \(roi.shape) where [n, 1, 4, 1, 1] or [n, 1, 5, 1, 1] is expected")
      }
      let images = roi.shape[2] == 4 ? x.shape[0] : 1
      return TensorType(x.element, [roi.shape[0], images, x.shape[1]] + target)
    }
    let boxes = try require(.boxes, rank: 2)
    guard boxes.shape[1] == 4 else {
      throw error(.shapeMismatch, "'boxes' is \(boxes.shape) where [n, 4] is expected")
    }
    guard boxes.element.isFloatingPoint || boxes.element == .uint16 else {
      throw error(.elementTypeMismatch, "'boxes' is \(boxes.element.rawValue) where fp16, fp32 or uint16 is expected")
    }
    let isNormalized = try boolean(.normalizedCoordinates)
    guard boxes.element.isFloatingPoint || !isNormalized else {
      throw error(.elementTypeMismatch, "'boxes' is \(boxes.element.rawValue), which no normalized coordinates are")
    }
    if let indices = optionalType(.boxIndices) {
      guard indices.element.isInteger, indices.shape == [boxes.shape[0]] else {
        throw error(.shapeMismatch, "'box_indices' is \(indices) where [\(boxes.shape[0])] whole numbers are expected")
      }
    } else if boxes.shape[0] > x.shape[0] {
      throw error(
        .shapeMismatch,
        "\(boxes.shape[0]) boxes are for \(x.shape[0]) images: say in 'box_indices' which image each is for"
      )
    }
    return TensorType(x.element, [boxes.shape[0], x.shape[1]] + target)
  }

  private func inferResample() throws(GraphError) -> TensorType {
    let x = try require(.x, rank: 4)
    try requireFloatingPoint(.x)
    let (padding, coordinates) = (
      try word(.paddingMode, ImagePadding.self), try word(.coordinatesMode, CoordinatesMode.self)
    )
    let sampling = try string(.samplingMode)
    guard ["bilinear", "nearest"].contains(sampling) else {
      throw error(.invalidValue, "'sampling_mode' is '\(sampling.prefix(64))' where bilinear or nearest is expected")
    }
    guard operation == .affine else {
      let places = try require(.coordinates, rank: 4)
      guard places.element.isFloatingPoint || places.element.isInteger else {
        throw error(.elementTypeMismatch, "'coordinates' is \(places.element.rawValue) where numbers are expected")
      }
      guard places.shape[0] == x.shape[0], places.shape[3] == 2 else {
        throw error(.shapeMismatch, "'coordinates' is \(places.shape) where [\(x.shape[0]), h, w, 2] is expected")
      }
      return TensorType(x.element, [x.shape[0], x.shape[1], places.shape[1], places.shape[2]])
    }
    let matrix = try require(.transformMatrix, rank: 2)
    try requireSameElement(.x, .transformMatrix)
    guard matrix.shape[0] == 1 || matrix.shape[0] == x.shape[0], matrix.shape[1] == 6 else {
      throw error(
        .shapeMismatch,
        "'transform_matrix' is \(matrix.shape) where [1, 6] or [\(x.shape[0]), 6] is expected"
      )
    }
    guard sampling == "bilinear", padding == .constant, attributes[.paddingValue] == .number(0),
      coordinates == .minusOneToOne, try boolean(.alignsCorners)
    else {
      throw error(
        .invalidValue,
        "'affine' takes 'bilinear', padding by the 'constant' 0, 'normalized_minus_one_to_one' and aligned corners only: "
          + "use 'resample' for others"
      )
    }
    let size = [try integer(.outputHeight), try integer(.outputWidth)]
    return TensorType(x.element, [x.shape[0], x.shape[1]] + size)
  }
}
