extension NodeEvaluator {
  func movement(_ call: NodeCall) -> [DenseTensor] {
    switch call.node.operation {
    case .split: return split(call)
    case .concat, .stack: return [settled(join(call))]
    default: return [settled(moved(call))]
    }
  }

  /// Copies are made through halves, which `faithful` notices: a negative zero comes out positive.
  func settled(_ x: DenseTensor) -> DenseTensor {
    guard numerics.isFaithful, case .floats(let values) = x.elements else { return x }
    return result(x.type, values)
  }

  private func moved(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    switch call.node.operation {
    case .transpose:
      let plan = StridedRearrangement.transposition(of: x.shape, call.integers(.permutation))
      return DenseTensor(call.type, x.elements.rearranged(plan))
    case .sliceByIndex, .sliceBySize:
      let choices = call.node.slices(of: x.shape).map { slice in
        (0..<slice.count).map { slice.start + $0 * slice.step }
      }
      return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: choices, shape: x.shape)))
    case .pad: return pad(call)
    case .tile:
      let choices = zip(x.shape, call.integers(.repetitions)).map { size, times in
        (0..<size * times).map { $0 % size }
      }
      return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: choices, shape: x.shape)))
    case .gather: return gather(call)
    case .gatherAlongAxis: return gatherAlongAxis(call)
    case .gatherND: return gatherND(call)
    case .bandPart: return band(call)
    case .crop: return crop(call)
    case .reverse, .reverseSequence: return reversal(call)
    case .slidingWindows: return windows(call)
    case .pixelShuffle, .pixelUnshuffle, .depthToSpace, .spaceToDepth, .spaceToBatch, .batchToSpace:
      return blocks(call)
    default: return x.reshaped(call.type.shape)
    }
  }

  private func split(_ call: NodeCall) -> [DenseTensor] {
    let (x, axis) = (call[.x], call.integer(.axis))
    var start = 0
    return zip(call.integers(.splitSizes), call.node.results).map { size, result in
      var choices = x.shape.map { [Int](0..<$0) }
      choices[axis] = [Int](start..<start + size)
      start += size
      let plan = IndexedRearrangement(choices: choices, shape: x.shape)
      return settled(DenseTensor(result.type, x.elements.rearranged(plan)))
    }
  }

  private func join(_ call: NodeCall) -> DenseTensor {
    let axis = call.integer(.axis)
    var values = call.all(.values)
    var shape = call.type.shape
    // Interleaving is joining along a new axis after the old one, which then becomes part of it.
    let isInterleaved = call.boolean(.interleave)
    var place = axis
    if isInterleaved || call.node.operation == .stack {
      if isInterleaved {
        place = axis + 1
        shape[axis] /= values.count
        shape.insert(values.count, at: place)
      }
      values = values.map { value in
        var shape = value.shape
        shape.insert(1, at: place)
        return value.reshaped(shape)
      }
    }
    let outer = shape.prefix(place).reduce(1, *)
    let lengths = values.map { $0.shape.suffix(from: place).reduce(1, *) }
    func joined<Element>(_ pieces: [[Element]]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(shape.product)
      for row in 0..<outer {
        for (piece, length) in zip(pieces, lengths) { result += piece[row * length..<(row + 1) * length] }
      }
      return result
    }
    if call.type.element.isFloatingPoint { return DenseTensor(call.type, joined(values.map(\.floats))) }
    return DenseTensor(call.type, integers: joined(values.map(\.integers)))
  }

  private func pad(_ call: NodeCall) -> DenseTensor {
    let (x, pad) = (call[.x], call.integers(.pad))
    let mode = call.node.string(.mode) ?? "constant"
    var choices = x.shape.map { [Int](0..<$0) }
    for index in 0..<pad.count / 2 {
      let axis = x.shape.count - pad.count / 2 + index
      let size = x.shape[axis]
      choices[axis] = (-pad[2 * index]..<size + pad[2 * index + 1]).map { position in
        if position >= 0, position < size { return position }
        switch mode {
        case "reflect": return position < 0 ? -position : 2 * (size - 1) - position
        case "replicate": return position < 0 ? 0 : size - 1
        default: return -1
        }
      }
    }
    let plan = IndexedRearrangement(choices: choices, shape: x.shape, fill: call.number(.fillValue))
    return DenseTensor(call.type, x.elements.rearranged(plan))
  }

  /// A position counted from the front; what lies outside is brought to the nearest end.
  func place(_ index: Int32, _ size: Int) -> Int {
    min(max(index < 0 ? Int(index) + size : Int(index), 0), size - 1)
  }

  private func gather(_ call: NodeCall) -> DenseTensor {
    let (x, axis, batch) = (call[.x], call.integer(.axis), call.integer(.batchDimensions))
    let indices = call[.indices]
    let positions = indices.integers.map { place($0, x.shape[axis]) }
    let batches = x.shape.prefix(batch).reduce(1, *)
    let outer = x.shape[batch..<axis].reduce(1, *)
    let inner = x.shape.dropFirst(axis + 1).reduce(1, *)
    let chosen = positions.count / batches
    var runs: [Int] = []
    runs.reserveCapacity(batches * outer * chosen)
    for part in 0..<batches {
      for row in 0..<outer {
        let start = (part * outer + row) * x.shape[axis]
        for index in 0..<chosen { runs.append(start + positions[part * chosen + index]) }
      }
    }
    let plan = IndexedRearrangement(choices: [runs, [Int](0..<inner)], shape: [x.count / inner, inner])
    return DenseTensor(call.type, x.elements.rearranged(plan))
  }

  private func gatherAlongAxis(_ call: NodeCall) -> DenseTensor {
    let (x, axis, indices) = (call[.x], call.integer(.axis), call[.indices])
    let inner = x.shape.dropFirst(axis + 1).reduce(1, *)
    let (size, count) = (x.shape[axis], indices.shape[axis])
    let choices = indices.integers.enumerated().map { position, index in
      let (outer, rest) = (position / (count * inner), position % inner)
      return (outer * size + place(index, size)) * inner + rest
    }
    return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: [choices], shape: [x.count])))
  }

  private func band(_ call: NodeCall) -> DenseTensor {
    let (lower, upper) = (call.integer(.lower), call.integer(.upper))
    let (rows, columns) = (call.type.shape[call.type.shape.count - 2], call.type.shape[call.type.shape.count - 1])
    let choices = (0..<call[.x].count).map { index in
      let (row, column) = (index / columns % rows, index % columns)
      let isKept = (lower < 0 || row - column <= lower) && (upper < 0 || column - row <= upper)
      return isKept ? index : -1
    }
    let plan = IndexedRearrangement(choices: [choices], shape: [call[.x].count])
    return DenseTensor(call.type, call[.x].elements.rearranged(plan))
  }
}
