/// One pass over the bytes of a text: finds what is not valid UTF-8, NUL, and other control characters.
///
/// Offsets are into the text as it is after repair.
struct TextScan {
  struct Finding {
    /// Where it is first.
    var offset: Int
    /// What is there; U+FFFD where that is no character.
    var scalar: Unicode.Scalar
    var count = 1
  }

  /// Byte sequences that are not UTF-8, each replaced by U+FFFD: one for each maximal part of a character, as the
  /// Unicode Standard recommends.
  private(set) var invalid: Finding?
  /// NUL, each replaced by U+FFFD as CommonMark asks.
  private(set) var nul: Finding?
  /// C0 without tab and line ends, DEL, and C1.
  private(set) var control: Finding?
  /// The text after repair; nil where there was nothing to mend.
  private(set) var repaired: [UInt8]?

  private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  init(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBufferPointer { scan($0) }
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
    var output: [UInt8] = []
    /// Everything before is in the output, once there is any.
    var copied = 0
    var index = 0
    while index < bytes.count {
      index = Self.skipPrintable(bytes, from: index)
      guard index < bytes.count else { break }
      let byte = bytes[index]
      let place = output.count + index - copied
      if byte.isLineEnd || byte == .tab {
        index += 1
      } else if byte == 0 {
        Self.note("\0", at: place, in: &nul)
        output.append(contentsOf: bytes[copied..<index])
        output += Self.replacement
        index += 1
        copied = index
      } else if byte < 0x80 {
        Self.note(Unicode.Scalar(byte), at: place, in: &control)
        index += 1
      } else {
        let (length, isValid) = Self.sequence(in: bytes, at: index)
        if isValid {
          if byte == 0xC2, bytes[index + 1] < 0xA0 {
            Self.note(Unicode.Scalar(bytes[index + 1]), at: place, in: &control)
          }
        } else {
          Self.note("\u{FFFD}", at: place, in: &invalid)
          output.append(contentsOf: bytes[copied..<index])
          output += Self.replacement
          copied = index + length
        }
        index += length
      }
    }
    guard copied > 0 else { return }
    output.append(contentsOf: bytes[copied...])
    repaired = output
  }

  private static func note(_ scalar: Unicode.Scalar, at offset: Int, in finding: inout Finding?) {
    if finding == nil { finding = Finding(offset: offset, scalar: scalar) } else { finding?.count += 1 }
  }

  /// The offset of the next byte that is not printable ASCII; eight bytes are looked at together.
  private static func skipPrintable(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let tops: UInt64 = 0x8080_8080_8080_8080
    let ones: UInt64 = 0x0101_0101_0101_0101
    let raw = UnsafeRawBufferPointer(bytes)
    var index = start
    while index + 8 <= raw.count {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // A top bit is left by a byte from 0x80, by one below 0x20, and by 0x7F.
      if (word | (word &- 0x20 &* ones) | (word &+ ones)) & tops != 0 { break }
      index += 8
    }
    while index < raw.count, raw[index] &- 0x20 < 0x5F { index += 1 }
    return index
  }

  /// The length of the character at an offset or, where it is not well formed, of its longest part that is.
  private static func sequence(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (length: Int, isValid: Bool) {
    var second: ClosedRange<UInt8> = 0x80...0xBF
    let length: Int
    switch bytes[index] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return (1, false)
    }
    guard index + 1 < bytes.count, second.contains(bytes[index + 1]) else { return (1, false) }
    for step in 2..<max(length, 2) {
      guard index + step < bytes.count, bytes[index + step] & 0xC0 == 0x80 else { return (step, false) }
    }
    return (length, true)
  }
}
