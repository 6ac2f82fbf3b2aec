/// Which pairs of tokens merge into which token, and how early: a flat hash table over pairs of numbers.
struct MergeTable: Sendable {
  /// Pairs of a key, which is 0 where a place is free, and a value.
  private var slots: [UInt64]
  private let shift: UInt64

  /// What says that two tokens do not merge.
  static let none = UInt64.max

  /// Reads the merges of a vocabulary.
  ///
  /// A merge that is not two texts, or of texts that are no tokens, is damage: every text would become other tokens.
  init(_ metadata: GGUFMetadata, _ vocabulary: Vocabulary) throws(GGUFError) {
    let key = "tokenizer.ggml.merges"
    guard let merges = try metadata.array(key, of: .string) else {
      throw GGUFError(.missing, in: key, "the vocabulary has no merges; convert the model again with its tokenizer")
    }
    guard merges.count < Int(Int32.max) else {
      throw GGUFError(.outOfBounds, at: merges.range.lowerBound, in: key, "there are too many merges")
    }
    var bits: UInt64 = 4
    while 1 << bits < merges.count * 2 { bits += 1 }
    shift = 64 - bits
    slots = [UInt64](repeating: 0, count: 2 << bits)
    guard let offset = vocabulary.withLookup({ fill(merges, $0) }) else { return }
    throw GGUFError(
      .invalidValue,
      at: offset,
      in: key,
      "a merge is not of two tokens that make a third; the file is damaged: fetch it again, or convert it again"
    )
  }

  /// - Returns: Where the first merge is that is none, if there is one.
  private mutating func fill(_ merges: GGUFArray, _ vocabulary: VocabularyLookup) -> Int? {
    let shift = shift
    let mask = slots.count / 2 - 1
    let longest = vocabulary.maximumLength
    // Both halves of a merge are tokens.
    var damage: Int?
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: longest * 2 + 8, alignment: 8)
    defer { scratch.deallocate() }
    withExtendedLifetime(merges.storage) {
      slots.withUnsafeMutableBufferPointer { slots in
        guard let slots = slots.baseAddress, let start = merges.storage.unsafeBytes.baseAddress else { return }
        var text = start + merges.range.lowerBound
        var rank = 0
        while rank < merges.count {
          let length = Int(truncatingIfNeeded: text.loadUnaligned(as: UInt64.self))
          text += 8
          // The first space behind the first character.
          var middle = 1
          while middle < length, text.load(fromByteOffset: middle, as: UInt8.self) != 32 { middle &+= 1 }
          let rest = length &- middle &- 1
          var isMerge = false
          if rest > 0, middle <= longest, rest <= longest {
            let left = vocabulary.find(text, middle)
            let right = vocabulary.find(text + middle + 1, rest)
            if left >= 0, right >= 0 {
              scratch.copyMemory(from: text, byteCount: middle)
              (scratch + middle).copyMemory(from: text + middle + 1, byteCount: rest)
              let merged = vocabulary.find(scratch, middle &+ rest)
              if merged >= 0 {
                isMerge = true
                let key = Self.key(left, right)
                var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
                while slots[2 &* slot] != 0, slots[2 &* slot] != key { slot = (slot &+ 1) & mask }
                // The first of equal merges counts.
                if slots[2 &* slot] == 0 {
                  slots[2 &* slot] = key
                  slots[2 &* slot &+ 1] = UInt64(truncatingIfNeeded: rank) << 32 | UInt64(truncatingIfNeeded: merged)
                }
              }
            }
          }
          if !isMerge, damage == nil { damage = text - start }
          text += length
          rank &+= 1
        }
      }
    }
    return damage
  }

  private static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    (UInt64(truncatingIfNeeded: left) << 32 | UInt64(truncatingIfNeeded: right)) &+ 1
  }

  /// The rank of a pair over the token that it becomes; ``none`` where it does not merge.
  func merge(_ left: TokenID, _ right: TokenID) -> UInt64 {
    guard left >= 0, right >= 0 else { return Self.none }
    let key = Self.key(left, right)
    let mask = slots.count / 2 - 1
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while true {
      let found = slots[2 * slot]
      if found == key { return slots[2 * slot + 1] }
      if found == 0 { return Self.none }
      slot = (slot + 1) & mask
    }
  }
}
