/// The tokenizer of Llama 2 and Gemma: the pair of symbols that makes the token of the highest score is merged until none is
/// left; what is no token then becomes bytes.
struct SentencePieceTokenizer: Sendable {
  /// The priority of each token: the smaller the earlier, and so the other way round than scores.
  private let priorities: [UInt32]
  private let byteTokens: [TokenID]
  /// Whether a space is put before a text, and after special tokens.
  let addsSpacePrefix: Bool

  init(_ metadata: GGUFMetadata, _ vocabulary: Vocabulary, unknown: TokenID?) throws(GGUFError) {
    let key = "tokenizer.ggml.scores"
    guard let array = try metadata.array(key, of: .float32), let scores = array.floats,
      scores.count >= vocabulary.count
    else { throw GGUFError(.missing, in: key, "the vocabulary lacks a score for each token; convert the model again") }
    if let index = scores.firstIndex(where: \.isNaN) {
      let message = "the score of token \(index) is not a number; the file is damaged: fetch it again"
      throw GGUFError(.invalidValue, at: array.range.lowerBound + index * 4, in: key, message)
    }
    priorities = scores.map { score in
      // The order of floats as that of integers, reversed; zero has one sign only.
      let bits = (score + 0).bitPattern
      return bits >> 31 == 1 ? bits : ~bits & 0x7FFF_FFFF
    }
    addsSpacePrefix = try metadata.bool("tokenizer.ggml.add_space_prefix") ?? true
    byteTokens = (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      let name = "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
      return vocabulary.token(name)
        ?? withUnsafeBytes(of: UInt8(byte)) { bytes in
          let token = bytes.baseAddress.map { vocabulary.find($0, 1) } ?? -1
          return token >= 0 ? token : unknown ?? -1
        }
    }
  }

  /// Appends the tokens of a text in which no special token is looked for.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - vocabulary: The tokens.
  ///   - beginsText: Whether the text is the first, or follows a special token.
  ///   - output: What to append to.
  func encode(
    _ text: UnsafeRawBufferPointer,
    _ vocabulary: Vocabulary,
    beginsText: Bool,
    to output: inout [TokenID]
  ) {
    var escaped: [UInt8] = []
    escaped.reserveCapacity(text.count + text.count / 2 + 3)
    if addsSpacePrefix, beginsText { escaped += Self.space }
    for byte in text {
      if byte == 32 { escaped += Self.space } else { escaped.append(byte) }
    }
    vocabulary.withLookup { lookup in
      escaped.withUnsafeBytes { encode($0, lookup, to: &output) }
    }
  }

  /// What stands for a space in the vocabulary: U+2581.
  static let space: [UInt8] = [0xE2, 0x96, 0x81]

  /// A chain of symbols over a text.
  private struct Chain {
    var starts: [Int32] = []
    /// 0 where a symbol was merged into the one before.
    var lengths: [Int32] = []
    var previous: [Int32] = []
    var next: [Int32] = []
    var tokens: [TokenID] = []
    /// The token that a symbol makes together with the next one, or -1.
    var pairs: [TokenID] = []
    var heap = MergeHeap()
  }

  private func encode(_ text: UnsafeRawBufferPointer, _ vocabulary: VocabularyLookup, to output: inout [TokenID]) {
    guard let base = text.baseAddress, text.count <= Int(Int32.max) else { return }
    var chain = Chain()
    var position = 0
    while position < text.count {
      let length = min(Self.length(of: text[position]), text.count - position)
      let index = Int32(chain.starts.count)
      chain.starts.append(Int32(position))
      chain.lengths.append(Int32(length))
      chain.previous.append(index - 1)
      chain.next.append(position + length < text.count ? index + 1 : -1)
      chain.tokens.append(vocabulary.find(base + position, length))
      position += length
    }
    let count = chain.starts.count
    chain.pairs = [TokenID](repeating: -1, count: count)
    for place in 0..<count { consider(place, &chain, base, vocabulary) }
    while let key = chain.heap.popFirst() {
      let place = Int(key & 0xFFFF_FFFF)
      let pair = chain.pairs[place]
      // A key is outdated where the pair at its place has become another.
      guard pair >= 0, UInt64(priorities[Int(pair)]) == key >> 32 else { continue }
      let right = Int(chain.next[place])
      chain.tokens[place] = pair
      chain.lengths[place] += chain.lengths[right]
      chain.lengths[right] = 0
      chain.pairs[right] = -1
      chain.next[place] = chain.next[right]
      if chain.next[right] >= 0 { chain.previous[Int(chain.next[right])] = Int32(place) }
      if chain.previous[place] >= 0 { consider(Int(chain.previous[place]), &chain, base, vocabulary) }
      consider(place, &chain, base, vocabulary)
    }
    for place in 0..<count where chain.lengths[place] > 0 {
      if chain.tokens[place] >= 0 {
        output.append(chain.tokens[place])
      } else {
        for byte in text[Int(chain.starts[place])..<Int(chain.starts[place] + chain.lengths[place])] {
          let token = byteTokens[Int(byte)]
          if token >= 0 { output.append(token) }
        }
      }
    }
  }

  private func consider(_ place: Int, _ chain: inout Chain, _ base: UnsafeRawPointer, _ vocabulary: VocabularyLookup) {
    let right = Int(chain.next[place])
    guard right >= 0 else { return chain.pairs[place] = -1 }
    let length = Int(chain.lengths[place] + chain.lengths[right])
    let pair = vocabulary.find(base + Int(chain.starts[place]), length)
    chain.pairs[place] = pair
    if pair >= 0 { chain.heap.append(UInt64(priorities[Int(pair)]) << 32 | UInt64(place)) }
  }

  private static func length(of first: UInt8) -> Int {
    first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
  }

  /// Appends the bytes of a token that is not special.
  func append(_ token: TokenID, _ vocabulary: Vocabulary, to output: inout [UInt8]) {
    vocabulary.withText(of: token) { text in
      if vocabulary.kind(of: token) == .byte, text.count == 6, let high = Self.digit(text[3]),
        let low = Self.digit(text[4])
      {
        return output.append(high << 4 | low)
      }
      var position = 0
      while position < text.count {
        if position + 2 < text.count, text[position] == 0xE2, text[position + 1] == 0x96, text[position + 2] == 0x81 {
          output.append(32)
          position += 3
        } else {
          output.append(text[position])
          position += 1
        }
      }
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }
}
