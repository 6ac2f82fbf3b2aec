/// The numbers of a block taken apart: element = scale of its group · code + minimum of its group.
///
/// Source: the layouts of ggml's quantised blocks.
struct DecodedBlock {
  /// The whole numbers, as many as the block is long.
  private(set) var codes = [Int8](repeating: 0, count: 256)
  private(set) var scales = [Float](repeating: 0, count: 16)
  private(set) var minimums = [Float](repeating: 0, count: 16)
  /// How many elements share a scale.
  private(set) var groupLength = 32

  /// Takes a block apart; encodings without blocks are left alone.
  mutating func decode(_ encoding: WeightEncoding, _ block: UnsafeRawBufferPointer) {
    groupLength = encoding.blockwiseForm?.groupLength ?? 32
    switch encoding {
    case .f32, .f16, .bf16: break
    case .q8_0:
      setGroup(block)
      for index in 0..<32 { codes[index] = Int8(bitPattern: block[2 + index]) }
    case .q4_0:
      setGroup(block)
      nibbles(block, at: 2, bias: 8)
    case .q4_1:
      setGroup(block, hasMinimum: true)
      nibbles(block, at: 4, bias: 0)
    case .q5_0:
      setGroup(block)
      nibbles(block, at: 6, fifthBitsAt: 2, bias: 16)
    case .q5_1:
      setGroup(block, hasMinimum: true)
      nibbles(block, at: 8, fifthBitsAt: 4, bias: 0)
    case .q4_K: pairs(block, codesAt: 16, fifthBitsAt: nil)
    case .q5_K: pairs(block, codesAt: 48, fifthBitsAt: 16)
    case .q6_K: sixBits(block)
    }
  }

  private mutating func setGroup(_ block: UnsafeRawBufferPointer, hasMinimum: Bool = false) {
    scales[0] = Half(littleEndianAt: 0, in: block).float
    minimums[0] = hasMinimum ? Half(littleEndianAt: 2, in: block).float : 0
  }

  /// 32 elements: the first 16 in the low halves of bytes, the others in the high halves.
  private mutating func nibbles(_ block: UnsafeRawBufferPointer, at start: Int, fifthBitsAt: Int? = nil, bias: Int8) {
    let high = fifthBitsAt.map { UInt32(littleEndian: block.loadUnaligned(fromByteOffset: $0, as: UInt32.self)) } ?? 0
    for index in 0..<16 {
      let byte = block[start + index]
      let low = byte & 15 | UInt8(truncatingIfNeeded: high >> UInt32(index) & 1) << 4
      let upper = byte >> 4 | UInt8(truncatingIfNeeded: high >> UInt32(index + 16) & 1) << 4
      codes[index] = Int8(low) - bias
      codes[index + 16] = Int8(upper) - bias
    }
  }

  /// 256 elements in eight groups, each with a scale and a minimum of six bits.
  private mutating func pairs(_ block: UnsafeRawBufferPointer, codesAt: Int, fifthBitsAt: Int?) {
    let scale = Half(littleEndianAt: 0, in: block).float
    let minimum = Half(littleEndianAt: 2, in: block).float
    for group in 0..<8 {
      let first: UInt8
      let second: UInt8
      if group < 4 {
        first = block[4 + group] & 63
        second = block[8 + group] & 63
      } else {
        first = block[8 + group] & 15 | (block[group] >> 6) << 4
        second = block[8 + group] >> 4 | (block[4 + group] >> 6) << 4
      }
      scales[group] = scale * Float(first)
      minimums[group] = -(minimum * Float(second))
      let shift = UInt8(group % 2 * 4)
      for index in 0..<32 {
        var code = block[codesAt + group / 2 * 32 + index] >> shift & 15
        if let fifthBitsAt { code |= (block[fifthBitsAt + index] >> UInt8(group) & 1) << 4 }
        codes[group * 32 + index] = Int8(code)
      }
    }
  }

  /// 256 elements in sixteen groups, four bits of each in one place and two in another.
  private mutating func sixBits(_ block: UnsafeRawBufferPointer) {
    let scale = Half(littleEndianAt: 208, in: block).float
    for group in 0..<16 {
      scales[group] = scale * Float(Int8(bitPattern: block[192 + group]))
      minimums[group] = 0
    }
    for half in 0..<2 {
      for index in 0..<32 {
        let high = block[128 + half * 32 + index]
        let first = block[half * 64 + index]
        let second = block[half * 64 + 32 + index]
        let parts = [first & 15, second & 15, first >> 4, second >> 4]
        for (part, low) in parts.enumerated() {
          let code = low | (high >> UInt8(part * 2) & 3) << 4
          codes[half * 128 + part * 32 + index] = Int8(code) - 32
        }
      }
    }
  }
}
