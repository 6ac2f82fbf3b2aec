import NeuralEngine

/// Which pairs of tokens merge into which token, and how early: flat arrays by rank, and a hash table to find a rank by.
struct MergeTable: Sendable {
  /// The pair of each rank, the left token over the right one.
  private var pairs: [UInt64]
  /// What each pair becomes.
  private var results: [TokenID]
  /// Ranks plus one, at places that follow from their pairs; 0 where a place is free.
  private var slots: [UInt32]
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
    slots = [UInt32](repeating: 0, count: 1 << bits)
    pairs = [UInt64](repeating: 0, count: merges.count)
    results = [TokenID](repeating: -1, count: merges.count)
    let damage = vocabulary.withLookup { fill(merges, $0) }
    // The texts are not read again.
    merges.storage.relinquish(merges.range)
    guard let damage else { return }
    throw GGUFError(
      .invalidValue,
      at: damage,
      in: key,
      "a merge is not of two tokens that make a third; the file is damaged: fetch it again, or convert it again"
    )
  }

  /// - Returns: Where the first merge is that is none, if there is one.
  private mutating func fill(_ merges: GGUFArray, _ vocabulary: VocabularyLookup) -> Int? {
    let shift = shift
    let mask = slots.count - 1
    let longest = vocabulary.maximumLength
    // Both halves of a merge are tokens.
    var damage: Int?
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: longest * 2 + 8, alignment: 8)
    defer { scratch.deallocate() }
    withExtendedLifetime(merges.storage) {
      withTables { pairs, results, slots in
        guard let start = merges.storage.unsafeBytes.baseAddress else { return }
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
                let pair = Self.pair(left, right)
                pairs[rank] = pair
                results[rank] = merged
                var slot = Self.slot(pair, shift)
                // The first of equal merges counts.
                while slots[slot] != 0, pairs[Int(truncatingIfNeeded: slots[slot]) &- 1] != pair {
                  slot = (slot &+ 1) & mask
                }
                if slots[slot] == 0 { slots[slot] = UInt32(truncatingIfNeeded: rank &+ 1) }
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

  /// Calls a function with the arrays as plain pointers.
  private mutating func withTables(
    _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<TokenID>, UnsafeMutablePointer<UInt32>) -> Void
  ) {
    pairs.withUnsafeMutableBufferPointer { pairs in
      results.withUnsafeMutableBufferPointer { results in
        slots.withUnsafeMutableBufferPointer { slots in
          guard let pairs = pairs.baseAddress, let results = results.baseAddress, let slots = slots.baseAddress else {
            return
          }
          body(pairs, results, slots)
        }
      }
    }
  }

  private static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(truncatingIfNeeded: left) << 32 | UInt64(truncatingIfNeeded: right)
  }

  /// Where the search for a pair begins.
  private static func slot(_ pair: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: ((pair &+ 1) &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  /// The rank of a pair over the token that it becomes; ``none`` where it does not merge.
  func merge(_ left: TokenID, _ right: TokenID) -> UInt64 {
    guard left >= 0, right >= 0 else { return Self.none }
    let pair = Self.pair(left, right)
    let mask = slots.count - 1
    var slot = Self.slot(pair, shift)
    while slots[slot] != 0 {
      let rank = Int(slots[slot]) - 1
      if pairs[rank] == pair { return UInt64(rank) << 32 | UInt64(results[rank]) }
      slot = (slot + 1) & mask
    }
    return Self.none
  }
}
