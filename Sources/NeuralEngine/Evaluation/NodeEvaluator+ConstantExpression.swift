extension NodeEvaluator {
  func constantExpression(_ call: NodeCall) -> [DenseTensor] {
    switch call.node.operation {
    case .constexprCast: return [cast(call[.sourceValue], to: call.type.element)]
    case .constexprAffineDequantize:
      let (data, scale, zero) = (call[.quantizedData], call[.scale].floats, call[.zeroPoint].floats)
      return [constant(call.type, scaled(data, call.integer(.axis), scale, zero))]
    case .constexprLUTToDense: return [depalettized(call)]
    case .constexprSparseToDense:
      let mask = call[.mask].integers
      let isPacked = call.node.integers(.shape) != nil
      let bits = isPacked ? (0..<call.type.shape.product).map { mask[$0 / 8] >> ($0 % 8) & 1 } : mask
      return [call[.nonzeroData].spread(over: bits, call.type.shape)]
    case .constexprLUTToSparse:
      let mask = call[.indicesMask]
      let indices = call[.indicesNonzeroData].spread(over: mask.integers, mask.shape)
      let dense = depalettized(indices, call[.lut], call.node.integer(.vectorAxis), call.type.shape)
      // Each bit stands for a whole entry of the palette.
      let axis = call.node.integer(.vectorAxis) ?? 0
      let choices = call.type.shape.enumerated().map { index, size in
        (0..<size).map { index == axis ? $0 / (size / mask.shape[index]) : $0 }
      }
      let bits = IndexedRearrangement(choices: choices, shape: mask.shape).rearrange(mask.integers)
      return sparse(call, bits, dense)
    case .constexprSparseBlockwiseShiftScale:
      let mask = call[.dataMask]
      let data = call[.nonzeroData].spread(over: mask.integers, mask.shape)
      return sparse(call, mask.integers, unblocked(data, call[.scale], call.optional(.offset)))
    default:
      return [constant(call.type, unblocked(call[.data], call[.scale], call.optional(.offset)))]
    }
  }

  /// A mask, and the elements that stand where it has ones: as many as the node says, zeros if need be.
  private func sparse(_ call: NodeCall, _ bits: [Int32], _ dense: [Float]) -> [DenseTensor] {
    let types = call.node.results.map(\.type)
    var kept = zip(bits, dense).filter { $0.0 != 0 }.map(\.1)
    let count = types[1].shape.product
    kept = kept.prefix(count) + [Float](repeating: 0, count: max(count - kept.count, 0))
    return [DenseTensor(types[0], integers: bits), constant(types[1], kept)]
  }

  /// Constants are rounded to their type whatever the profile: they stand in the program.
  private func constant(_ type: TensorType, _ values: consuming [Float]) -> DenseTensor {
    var values = values
    if type.element == .fp16 { values.withUnsafeMutableBufferPointer { HalfRows.round($0) } }
    return DenseTensor(type, values)
  }

  /// scale · (data − offset), each scale and offset for a block.
  private func unblocked(_ data: DenseTensor, _ scale: DenseTensor, _ offset: DenseTensor?) -> [Float] {
    let blocks = zip(data.shape, scale.shape).map { size, count in (0..<size).map { $0 / (size / count) } }
    func spread(_ x: DenseTensor) -> [Float] {
      IndexedRearrangement(choices: blocks, shape: x.shape).rearrange(x.floats)
    }
    let pairs = BroadcastPairs(data.shape, data.shape, data.shape)
    var values = data.floats
    if let offset { values = pairs.combine(values, spread(offset)) { $0 - $1 } }
    return pairs.combine(values, spread(scale)) { $0 * $1 }
  }

  /// Entries of palettes chosen by indices.
  private func depalettized(_ call: NodeCall) -> DenseTensor {
    let (indices, lut) = (call[.indices], call[.lut])
    let entries = lut.floats
    if call.node.integers(.shape) != nil {
      return constant(
        call.type,
        Self.unpacked(indices.integers, entries: entries.count, count: call.type.shape.product) {
          entries[min($0, entries.count - 1)]
        }
      )
    }
    return constant(call.type, depalettized(indices, lut, call.node.integer(.vectorAxis), call.type.shape))
  }

  private func depalettized(
    _ indices: DenseTensor,
    _ lut: DenseTensor,
    _ vectorAxis: Int?,
    _ shape: [Int]
  ) -> [Float] {
    let entries = lut.floats
    let rank = indices.shape.count
    let (palette, vector) = (lut.shape[rank], lut.shape[rank + 1])
    let axis = vectorAxis ?? rank - 1
    let groupSizes = zip(indices.shape, lut.shape).map { $0 / $1 }
    let groupStrides = [Int](lut.shape.prefix(rank)).rowMajorStrides
    let chosen = indices.integers
    let indexStrides = indices.shape.rowMajorStrides
    var counter = AxisCounter(shape: shape, strides: [])
    var values: [Float] = []
    values.reserveCapacity(shape.product)
    for _ in 0..<shape.product {
      var (group, place, part) = (0, 0, 0)
      for dimension in 0..<rank {
        var position = counter.position[dimension]
        if dimension == axis {
          part = position % vector
          position /= vector
        }
        place += position * indexStrides[dimension]
        group += position / groupSizes[dimension] * groupStrides[dimension]
      }
      let entry = min(max(Int(chosen[place]), 0), palette - 1)
      values.append(entries[(group * palette + entry) * vector + part])
      counter.advance()
    }
    return values
  }

  /// Indices packed into bytes, the first in the lowest bits.
  private static func unpacked(
    _ bytes: [Int32],
    entries: Int,
    count: Int,
    _ entry: (Int) -> Float
  ) -> [Float] {
    var width = 0
    while 1 << width < entries { width += 1 }
    width = max(width, 1)
    return (0..<count).map { index in
      var value = 0
      for bit in 0..<width {
        let place = index * width + bit
        guard place / 8 < bytes.count else { continue }
        value |= (Int(bytes[place / 8]) >> (place % 8) & 1) << bit
      }
      return entry(value)
    }
  }
}

extension DenseTensor {
  /// The elements at the places where a mask has ones, in order, and zeros everywhere else.
  fileprivate func spread(over mask: [Int32], _ shape: [Int]) -> DenseTensor {
    DenseTensor(TensorType(type.element, shape), elements.rearranged(MaskedRearrangement(mask: mask)))
  }
}

/// Elements put where a mask has ones.
private struct MaskedRearrangement: ElementRearrangement {
  let mask: [Int32]

  func rearrange<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(_ values: [Element]) -> [Element] {
    var next = 0
    return mask.map { bit in
      guard bit != 0, next < values.count else { return 0 }
      next += 1
      return values[next - 1]
    }
  }
}
