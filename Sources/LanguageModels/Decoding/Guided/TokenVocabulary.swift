import Synchronization

/// The bytes of a tokenizer's tokens, ready to be matched against a grammar.
///
/// Built once a model. The tokens lie in a trie that is laid out in preorder: a node's children follow it, and
/// everything below a node that does not match is left out by one jump.
package final class TokenVocabulary: Sendable {
  /// How many tokens there are, those without bytes included.
  package let count: Int
  /// The tokens that end a text.
  package let endTokens: [Int]
  /// The bytes of the longest token.
  package let maximumTokenLength: Int

  let trie: TokenTrie
  private let spellings: TokenSpellings
  /// What is the same for every grammar, computed where first needed; see ``MaskComputer``.
  let sharedOutcomes = Mutex<[Int32: LocalOutcome]>([:])

  /// Reads a tokenizer's vocabulary.
  ///
  /// - Parameters:
  ///   - count: How many tokens there are; the width of the model's logits, where that is larger.
  ///   - special: Control tokens, which no grammar allows whatever their text.
  ///   - endTokens: The tokens that end a text. They are allowed where the grammar may end.
  ///   - bytes: The bytes that a token stands for; empty for a token that must never be used.
  /// - Complexity: O(*n*) in the bytes of all tokens.
  package init(count: Int, special: Set<Int> = [], endTokens: [Int], bytes: (Int) -> [UInt8]) {
    self.count = max(count, 0)
    self.endTokens = endTokens.filter { $0 >= 0 && $0 < count }
    let unusable = special.union(endTokens)
    var spellings = TokenSpellings()
    for token in 0..<self.count { spellings.append(unusable.contains(token) ? [] : bytes(token)) }
    self.spellings = spellings
    trie = TokenTrie(spellings)
    maximumTokenLength = trie.height
  }

  /// The bytes of a token; none for control tokens and numbers out of range.
  package func bytes(of token: Int) -> ArraySlice<UInt8> {
    token >= 0 && token < count ? spellings[token] : []
  }
}

/// The bytes of many tokens, end to end.
struct TokenSpellings: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var starts: [Int] = [0]

  var count: Int { starts.count - 1 }

  mutating func append(_ spelling: [UInt8]) {
    bytes += spelling
    starts.append(bytes.count)
  }

  subscript(token: Int) -> ArraySlice<UInt8> { bytes[starts[token]..<starts[token + 1]] }
}
