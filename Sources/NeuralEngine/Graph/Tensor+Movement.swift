extension Tensor {
  /// The same elements in another shape; −1 stands for what is left.
  public func reshaped(_ shape: [Int], name: String? = nil) -> Tensor {
    apply(.reshape, [.shape: .integers(shape)], name: name)
  }

  /// The axes in another order.
  public func transposed(_ permutation: [Int], name: String? = nil) -> Tensor {
    apply(.transpose, [.permutation: .integers(permutation)], name: name)
  }

  /// Axes of length one put in.
  public func expanded(axes: [Int], name: String? = nil) -> Tensor {
    apply(.expandDims, [.axes: .integers(axes)], name: name)
  }

  /// Axes of length one taken out.
  public func squeezed(axes: [Int], name: String? = nil) -> Tensor {
    apply(.squeeze, [.axes: .integers(axes)], name: name)
  }

  /// The elements between two corners.
  public func sliced(from begin: [Int], to end: [Int], name: String? = nil) -> Tensor {
    apply(.sliceByIndex, [.begin: .integers(begin), .end: .integers(end)], name: name)
  }

  /// A range of an axis.
  public func sliced(axis: Int, _ range: Range<Int>, name: String? = nil) -> Tensor {
    var begin = [Int](repeating: 0, count: shape.count)
    var end = shape
    if shape.indices.contains(axis) {
      begin[axis] = range.lowerBound
      end[axis] = range.upperBound
    }
    return sliced(from: begin, to: end, name: name)
  }

  /// Parts of an axis.
  public func split(sizes: [Int], axis: Int, name: String? = nil) -> [Tensor] {
    builder.applyAll(
      .split,
      [(.x, self)],
      [.splitSizes: .integers(sizes), .axis: .integer(axis)],
      results: sizes.count,
      name: name
    )
  }

  /// Cells put around the last axes: two numbers for each.
  public func padded(_ pad: [Int], with value: Double = 0, name: String? = nil) -> Tensor {
    apply(.pad, [.pad: .integers(pad), .fillValue: .number(value)], name: name)
  }

  /// The tensor repeated along its axes.
  public func tiled(_ repetitions: [Int], name: String? = nil) -> Tensor {
    apply(.tile, [.repetitions: .integers(repetitions)], name: name)
  }

  /// The slices of an axis that a tensor of positions names.
  public func gathered(_ indices: Tensor, axis: Int = 0, name: String? = nil) -> Tensor {
    builder.apply(.gather, [(.x, self), (.indices, indices)], [.axis: .integer(axis)], name: name)
  }
}
