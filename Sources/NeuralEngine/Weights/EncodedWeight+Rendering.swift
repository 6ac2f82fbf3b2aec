extension EncodedWeight {
  /// One of the blobs a weight becomes when it is written.
  enum BlobRole: Hashable, Sendable {
    /// All numbers as halves.
    case halves
    /// The codes of `constexpr_blockwise_shift_scale`.
    case data
    /// A half for each group.
    case scale
    /// A half for each group: the code that stands for zero.
    case offset
  }

  /// The type of a blob's elements, and how many bytes they take.
  func layout(of role: BlobRole) -> (dataType: BlobDataType, byteCount: Int) {
    let count = rows * columns
    guard role != .halves, let form = encoding.blockwiseForm else { return (.fp16, count * 2) }
    return role == .data
      ? (form.dataType, count * form.dataType.bitWidth / 8) : (.fp16, count / form.groupLength * 2)
  }

  /// The bytes of some rows of a blob.
  func rendered(_ role: BlobRole, rows range: Range<Int>) -> [UInt8] {
    if role == .halves {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(range.count * columns * 2)
      for row in range { for number in decoded(row: row) { bytes.append(half: Half(number)) } }
      return bytes
    }
    guard let form = encoding.blockwiseForm else { return [] }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(layout(of: role).byteCount / rows * range.count)
    var block = DecodedBlock()
    let first = range.lowerBound * rowSize / encoding.blockSize
    let last = range.upperBound * rowSize / encoding.blockSize
    blocks.withUnsafeBytes { source in
      for index in first..<last {
        let start = index * encoding.blockSize
        block.decode(encoding, UnsafeRawBufferPointer(rebasing: source[start..<(start + encoding.blockSize)]))
        for group in 0..<(encoding.blockLength / form.groupLength) {
          let shiftScale = ShiftScale(scale: block.scales[group], minimum: block.minimums[group])
          switch role {
          case .scale: bytes.append(half: shiftScale.scale)
          case .offset: bytes.append(half: shiftScale.offset)
          default:
            let codes = block.codes[(group * form.groupLength)..<((group + 1) * form.groupLength)]
            bytes.append(codes: codes, isConstant: shiftScale.isConstant, inNibbles: form.dataType.bitWidth == 4)
          }
        }
      }
    }
    return bytes
  }

  /// Gives the bytes of a blob away piece by piece, so that a large weight never stands in memory twice.
  func render<Failure: Error>(
    _ role: BlobRole,
    to emit: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let step = max(1, (1 << 20) / max(1, columns * 2))
    var row = 0
    while row < rows {
      let next = min(rows, row + step)
      let bytes = WeightRegion(copying: rendered(role, rows: row..<next))
      try bytes.withUnsafeBytes(emit)
      row = next
    }
  }
}

/// scale · code + minimum in halves as scale · (code − offset).
private struct ShiftScale {
  var scale: Half
  var offset: Half
  /// Whether all codes count as 0, since only the minimum matters.
  var isConstant = false

  init(scale exactScale: Float, minimum: Float) {
    scale = Half(exactScale)
    guard minimum != 0 else {
      offset = Half(Float(0))
      return
    }
    offset = Half(-minimum / scale.float)
    // Codes change less than the last bit of the minimum here, and no half holds the offset.
    if !offset.float.isFinite {
      scale = Half(minimum)
      offset = Half(Float(-1))
      isConstant = true
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(half: Half) {
    append(UInt8(truncatingIfNeeded: half.bitPattern))
    append(UInt8(truncatingIfNeeded: half.bitPattern >> 8))
  }

  fileprivate mutating func append(codes: ArraySlice<Int8>, isConstant: Bool, inNibbles: Bool) {
    guard !isConstant else {
      append(contentsOf: repeatElement(0, count: inNibbles ? codes.count / 2 : codes.count))
      return
    }
    guard inNibbles else {
      for code in codes { append(UInt8(bitPattern: code)) }
      return
    }
    for index in stride(from: codes.startIndex, to: codes.endIndex, by: 2) {
      append(UInt8(bitPattern: codes[index]) & 15 | UInt8(bitPattern: codes[index + 1]) << 4)
    }
  }
}
