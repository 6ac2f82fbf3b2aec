#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The tables of a vocabulary as plain pointers, for the time of many searches.
struct VocabularyLookup {
  private let slots: UnsafePointer<UInt64>?
  private let mask: Int
  private let starts: UnsafePointer<UInt32>?
  private let texts: UnsafeRawPointer?
  let maximumLength: Int

  init(
    slots: UnsafeBufferPointer<UInt64>,
    starts: UnsafeBufferPointer<UInt32>,
    texts: UnsafeRawBufferPointer,
    maximumLength: Int
  ) {
    self.slots = slots.baseAddress
    mask = slots.count - 1
    self.starts = starts.baseAddress
    self.texts = texts.baseAddress
    self.maximumLength = maximumLength
  }

  /// The token of a text, or -1 where there is none.
  func find(_ bytes: UnsafeRawPointer, _ length: Int) -> TokenID {
    guard length > 0, length <= maximumLength, let slots, let starts, let texts else { return -1 }
    let hash = Self.hash(bytes, length)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == hash >> 32 {
        let token = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) &- 1
        let start = Int(truncatingIfNeeded: starts[token])
        let found = Int(truncatingIfNeeded: starts[token &+ 1]) &- start &- 8
        if found == length, memcmp(texts + start, bytes, length) == 0 { return TokenID(truncatingIfNeeded: token) }
      }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  /// A hash of bytes, eight at a time.
  static func hash(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while count &- position >= 8 {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 31
      position &+= 8
    }
    let rest = count &- position
    var tail: UInt64 = 0
    if rest >= 4 {
      tail = UInt64(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      tail |= UInt64(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)) << 32
    } else if rest > 0 {
      tail = UInt64(truncatingIfNeeded: bytes.load(fromByteOffset: position, as: UInt8.self))
      tail |= UInt64(truncatingIfNeeded: bytes.load(fromByteOffset: position &+ rest >> 1, as: UInt8.self)) << 8
      tail |= UInt64(truncatingIfNeeded: bytes.load(fromByteOffset: count &- 1, as: UInt8.self)) << 16
    }
    hash = (hash ^ tail) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 29
  }
}
