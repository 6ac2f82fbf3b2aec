extension NodeEvaluator {
  /// Blocks of an image that become channels or images, and back; windows, crops and turns.
  func blocks(_ call: NodeCall) -> DenseTensor {
    let (x, shape) = (call[.x], call.type.shape)
    switch call.node.operation {
    case .pixelShuffle, .depthToSpace:
      let (height, width) = (shape[2] / x.shape[2], shape[3] / x.shape[3])
      // The channels of a cell lie beside one another in one, and far apart in the other.
      return call.node.operation == .pixelShuffle
        ? parted(call, [x.shape[0], shape[1], height, width, x.shape[2], x.shape[3]], [0, 1, 4, 2, 5, 3])
        : parted(call, [x.shape[0], height, width, shape[1], x.shape[2], x.shape[3]], [0, 3, 4, 1, 5, 2])
    case .pixelUnshuffle, .spaceToDepth:
      let (height, width) = (x.shape[2] / shape[2], x.shape[3] / shape[3])
      let cells = [x.shape[0], x.shape[1], shape[2], height, shape[3], width]
      return parted(call, cells, call.node.operation == .pixelUnshuffle ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
    case .spaceToBatch:
      let (block, pad) = (call.integers(.blockShape), call.integers(.paddings))
      let padded = x.elements.rearranged(margins(x.shape, [-pad[0], -pad[2]], [pad[1], pad[3]]))
      let cells = [x.shape[0], x.shape[1], shape[2], block[0], shape[3], block[1]]
      let plan = StridedRearrangement.transposition(of: cells, [3, 5, 0, 1, 2, 4])
      return DenseTensor(call.type, padded.rearranged(plan))
    default:
      let (block, crop) = (call.integers(.blockShape), call.integers(.crops))
      let cells = [block[0], block[1], shape[0], x.shape[1], x.shape[2], x.shape[3]]
      let joined = x.elements.rearranged(StridedRearrangement.transposition(of: cells, [2, 3, 4, 0, 5, 1]))
      let whole = [shape[0], x.shape[1], x.shape[2] * block[0], x.shape[3] * block[1]]
      return DenseTensor(call.type, joined.rearranged(margins(whole, [crop[0], crop[2]], [-crop[1], -crop[3]])))
    }
  }

  /// The elements under a shape of more axes, these in another order.
  private func parted(_ call: NodeCall, _ shape: [Int], _ order: [Int]) -> DenseTensor {
    DenseTensor(call.type, call[.x].elements.rearranged(StridedRearrangement.transposition(of: shape, order)))
  }

  /// The last two axes from some cell to behind some other; zeros where there are no cells.
  private func margins(_ shape: [Int], _ first: [Int], _ behind: [Int]) -> IndexedRearrangement {
    var choices = shape.map { [Int](0..<$0) }
    for (index, axis) in [shape.count - 2, shape.count - 1].enumerated() {
      let size = shape[axis]
      choices[axis] = (first[index]..<size + behind[index]).map { $0 >= 0 && $0 < size ? $0 : -1 }
    }
    return IndexedRearrangement(choices: choices, shape: shape)
  }

  func crop(_ call: NodeCall) -> DenseTensor {
    let (x, height, width) = (call[.x], call.integers(.cropHeight), call.integers(.cropWidth))
    let plan = margins(x.shape, [height[0], width[0]], [-height[1], -width[1]])
    return DenseTensor(call.type, x.elements.rearranged(plan))
  }

  func reversal(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    guard call.node.operation == .reverseSequence else {
      let axes = call.integers(.axes)
      let choices = x.shape.enumerated().map { axis, size in
        axes.contains(axis) ? (0..<size).reversed() : [Int](0..<size)
      }
      return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: choices, shape: x.shape)))
    }
    let (sequence, batch) = (call.integer(.sequenceAxis), call.integer(.batchAxis))
    let lengths = call[.lengths].integers.map { min(max(Int($0), 0), x.shape[sequence]) }
    let stride = x.shape.rowMajorStrides[sequence]
    var counter = AxisCounter(shape: x.shape, strides: [])
    let places = (0..<x.count).map { index in
      defer { counter.advance() }
      let (place, length) = (counter.position[sequence], lengths[counter.position[batch]])
      return place < length ? index + (length - 1 - 2 * place) * stride : index
    }
    return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: [places], shape: [x.count])))
  }

  func windows(_ call: NodeCall) -> DenseTensor {
    let (x, axis, size, stride) = (call[.x], call.integer(.axis), call.integer(.size), call.integer(.stride))
    var choices = x.shape.map { [Int](0..<$0) }
    choices[axis] = (0..<call.type.shape[axis]).flatMap { window in (0..<size).map { window * stride + $0 } }
    return DenseTensor(call.type, x.elements.rearranged(IndexedRearrangement(choices: choices, shape: x.shape)))
  }

  /// Parts chosen by several indices each; what lies outside is brought to the nearest end.
  func gatherND(_ call: NodeCall) -> DenseTensor {
    let (x, indices, batch) = (call[.x], call[.indices], call.integer(.batchDimensions))
    let depth = indices.shape.last ?? 0
    let chosen = indices.integers
    let axes = x.shape[batch..<batch + depth]
    let inner = x.shape.dropFirst(batch + depth).reduce(1, *)
    let rows = chosen.count / max(depth, 1)
    let rowsPerBatch = rows / x.shape.prefix(batch).reduce(1, *)
    let runs = (0..<rows).map { row in
      zip(axes, chosen[row * depth..<(row + 1) * depth]).reduce(row / rowsPerBatch) { first, choice in
        first * choice.0 + place(choice.1, choice.0)
      }
    }
    let plan = IndexedRearrangement(choices: [runs, [Int](0..<inner)], shape: [x.count / inner, inner])
    return DenseTensor(call.type, x.elements.rearranged(plan))
  }
}
