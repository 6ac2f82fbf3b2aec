/// A set of tokens, one bit each.
package struct TokenMask: Hashable, Sendable {
  /// The bits: token *n* is bit *n* % 64 of word *n* / 64.
  package private(set) var words: [UInt64]
  /// How many tokens the vocabulary has.
  package let count: Int

  /// Creates an empty set.
  package init(count: Int) {
    self.count = count
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  /// Whether a token is in the set.
  package func contains(_ token: Int) -> Bool {
    token >= 0 && token < count && words[token >> 6] & (1 << UInt64(token & 63)) != 0
  }

  /// Adds a token of the vocabulary.
  package mutating func insert(_ token: Int) {
    words[token >> 6] |= 1 << UInt64(token & 63)
  }

  /// Adds tokens of the vocabulary.
  mutating func insert(contentsOf tokens: [Int32]) {
    words.withUnsafeMutableBufferPointer { words in
      tokens.withUnsafeBufferPointer { tokens in
        for token in tokens { words[Int(token) >> 6] |= 1 << UInt64(token & 63) }
      }
    }
  }

  /// Removes a token of the vocabulary.
  package mutating func remove(_ token: Int) {
    words[token >> 6] &= ~(1 << UInt64(token & 63))
  }

  /// Whether no token is in the set.
  package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// How many tokens are in the set.
  package var population: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The tokens in the set, in ascending order.
  package var tokens: [Int] {
    var result: [Int] = []
    for (index, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        result.append(index << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return result
  }
}
