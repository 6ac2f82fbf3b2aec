extension NodeEvaluator {
  /// Parts of images, each between the edges of a box.
  func cropResize(_ call: NodeCall) -> DenseTensor {
    let (x, target) = (call[.x], [Int](call.type.shape.suffix(2)))
    let (values, sizes) = (x.floats, [Int](x.shape.suffix(2)))
    let channels = x.shape[1]
    let padding = call.number(.padValue)
    var results: [Float] = []
    results.reserveCapacity(call.type.shape.product)
    for crop in crops(call) {
      let edges = crop.edges
      let rows = mode(call).places(target[0], from: edges.rows.0, to: edges.rows.1).map { Self.tap($0, sizes[0]) }
      let columns = mode(call).places(target[1], from: edges.columns.0, to: edges.columns.1).map {
        Self.tap($0, sizes[1])
      }
      for channel in 0..<channels {
        let start = (crop.image * channels + channel) * sizes.product
        for row in rows {
          for column in columns {
            guard let row, let column else {
              results.append(padding)
              continue
            }
            func across(_ line: Int) -> Float {
              let start = start + line * sizes[1]
              return column.between(values[start + column.low], values[start + column.high])
            }
            results.append(row.between(across(row.low), across(row.high)))
          }
        }
      }
    }
    return result(call.type, results)
  }

  /// The neighbours of a place; `nil` where it lies outside, or nowhere.
  private static func tap(_ place: Double, _ size: Int) -> LinearTap? {
    place >= 0 && place <= Double(size - 1) ? LinearTap(place, size) : nil
  }

  /// A box, and the image it is for.
  private struct Crop {
    var image: Int
    var edges: (rows: (Double, Double), columns: (Double, Double))
  }

  private func crops(_ call: NodeCall) -> [Crop] {
    let shape = call[.x].shape
    let images = shape[0]
    let coordinates = call.node.string(.boxCoordinateMode).flatMap(BoxCoordinateMode.init) ?? .cornersHeightFirst
    let scale = Double(call.number(.spatialScale))
    let factors =
      call.boolean(.normalizedCoordinates)
      ? (scale * Double(shape[2] - 1), scale * Double(shape[3] - 1)) : (scale, scale)
    func crop(_ image: Int, _ numbers: ArraySlice<Float>) -> Crop {
      let (rows, columns) = coordinates.edges(numbers.map(Double.init))
      return Crop(
        image: min(max(image, 0), images - 1),
        edges: (
          (rows.0 * factors.0, rows.1 * factors.0), (columns.0 * factors.1, columns.1 * factors.1)
        )
      )
    }
    if let roi = call.optional(.roi) {
      let (numbers, length) = (roi.floats, roi.shape[2])
      return (0..<roi.shape[0]).flatMap { index -> [Crop] in
        let box = numbers[index * length..<(index + 1) * length]
        if length == 5 { return [crop(Int(Int32(clamping: box.first ?? 0)), box.dropFirst())] }
        return (0..<images).map { crop($0, box) }
      }
    }
    let numbers = call[.boxes].floats
    let indices = call.optional(.boxIndices)?.integers
    return (0..<call[.boxes].shape[0]).map { index in
      crop(indices.map { Int($0[index]) } ?? index, numbers[4 * index..<4 * index + 4])
    }
  }

  /// Images looked at in places given for each cell of the result, or found by a matrix.
  func resample(_ call: NodeCall) -> DenseTensor {
    let (x, shape) = (call[.x], call.type.shape)
    let (height, width) = (x.shape[2], x.shape[3])
    let places = call.node.operation == .affine ? affinePlaces(call) : call[.coordinates].floats.map(Double.init)
    let padding = call.node.string(.paddingMode).flatMap(ImagePadding.init) ?? .constant
    let coordinates = call.node.string(.coordinatesMode).flatMap(CoordinatesMode.init) ?? .unnormalized
    let isNearest = call.node.string(.samplingMode) == "nearest"
    let (alignsCorners, fill) = (call.boolean(.alignsCorners), call.number(.paddingValue))
    let (values, cells) = (x.floats, shape[2] * shape[3])
    var results = [Float](repeating: 0, count: shape.product)
    for image in 0..<shape[0] {
      for cell in 0..<cells {
        let place = 2 * (image * cells + cell)
        let column = coordinates.place(places[place], width, alignsCorners: alignsCorners)
        let row = coordinates.place(places[place + 1], height, alignsCorners: alignsCorners)
        let (rows, columns) = (PaddedTap(row, isNearest), PaddedTap(column, isNearest))
        for channel in 0..<shape[1] {
          let start = (image * shape[1] + channel) * height * width
          func number(_ line: Int, _ place: Int) -> Float {
            guard let line = padding.cell(line, height), let place = padding.cell(place, width) else { return fill }
            return values[start + line * width + place]
          }
          func across(_ line: Int) -> Float { columns.between { number(line, $0) } }
          results[(image * shape[1] + channel) * cells + cell] = rows.between(across)
        }
      }
    }
    return result(call.type, results)
  }

  /// Where a matrix puts each cell of the result, columns first.
  private func affinePlaces(_ call: NodeCall) -> [Double] {
    let (matrix, shape) = (call[.transformMatrix], call.type.shape)
    let numbers = matrix.floats
    func coordinates(_ count: Int) -> [Double] {
      // A single cell is the middle.
      count == 1 ? [0] : (0..<count).map { -1 + 2 * Double($0) / Double(count - 1) }
    }
    let (rows, columns) = (coordinates(shape[2]), coordinates(shape[3]))
    var places: [Double] = []
    places.reserveCapacity(2 * shape[0] * shape[2] * shape[3])
    for image in 0..<shape[0] {
      let first = matrix.shape[0] == 1 ? 0 : 6 * image
      let factors = numbers[first..<first + 6].map(Double.init)
      for y in rows {
        for x in columns {
          let column: Double = factors[0] * x + factors[1] * y
          let row: Double = factors[3] * x + factors[4] * y
          places.append(column + factors[2])
          places.append(row + factors[5])
        }
      }
    }
    return places
  }
}

/// Two neighbours that may lie outside of an image, and how near the second is.
private struct PaddedTap {
  private let low: Int
  private let share: Float

  init(_ place: Double, _ isNearest: Bool) {
    // Far outside everything is alike, and what is no number is there, too.
    let bounded = place.isNaN ? -0x1p40 : min(max(place, -0x1p40), 0x1p40)
    let whole = isNearest ? bounded.rounded(.toNearestOrEven) : bounded.rounded(.down)
    low = Int(whole)
    share = isNearest ? 0 : Float(bounded - whole)
  }

  func between(_ number: (Int) -> Float) -> Float {
    let a = number(low)
    return share == 0 ? a : a * (1 - share) + number(low + 1) * share
  }
}
