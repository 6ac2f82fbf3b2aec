/// Byte-level byte-pair encoding, as GPT-2 has it: a text is cut into words, and in each the pair of the lowest rank is merged
/// until none is left.
struct BytePairTokenizer: Sendable {
  private let preTokenizer: PreTokenizer
  private let merges: MergeTable
  /// The token of each byte; -1 where the vocabulary lacks it.
  private let byteTokens: [TokenID]

  var addsBeginning: Bool { preTokenizer.addsBeginning }

  init(_ metadata: GGUFMetadata, _ vocabulary: Vocabulary) throws(GGUFError) {
    let key = "tokenizer.ggml.pre"
    let name = try metadata.string(key)
    guard let preTokenizer = PreTokenizer(named: name) else {
      throw GGUFError(
        .unsupported,
        in: key,
        "the pre-tokeniser '\(name ?? "")' is unknown; use a model of the Llama 3, Qwen 2, SmolLM or GPT-2 families"
      )
    }
    self.preTokenizer = preTokenizer
    merges = try MergeTable(metadata, vocabulary)
    byteTokens = (0...255).map { byte in
      var text: [UInt8] = []
      ByteAlphabet.append(UInt8(byte), to: &text)
      return text.withUnsafeBytes { bytes in bytes.baseAddress.map { vocabulary.find($0, bytes.count) } ?? -1 }
    }
  }

  /// What encoding needs besides, kept from word to word.
  private struct Scratch {
    var tokens: [TokenID] = []
    var pairs: [UInt64] = []
    var previous: [Int32] = []
    var next: [Int32] = []
    var heap = MergeHeap()
    var text: [UInt8] = []
  }

  /// Appends the tokens of a text in which no special token is looked for.
  ///
  /// - Parameters:
  ///   - text: Valid UTF-8.
  ///   - vocabulary: The tokens.
  ///   - output: What to append to.
  func encode(_ text: UnsafeRawBufferPointer, _ vocabulary: Vocabulary, to output: inout [TokenID]) {
    let scalars = ScalarText(text)
    var scratch = Scratch()
    var start = 0
    for scalarEnd in preTokenizer.ends(in: scalars) {
      let end = scalars.offsets[scalarEnd]
      encodeWord(UnsafeRawBufferPointer(rebasing: text[start..<end]), vocabulary, &scratch, to: &output)
      start = end
    }
  }

  private func encodeWord(
    _ word: UnsafeRawBufferPointer,
    _ vocabulary: Vocabulary,
    _ scratch: inout Scratch,
    to output: inout [TokenID]
  ) {
    if preTokenizer.ignoresMerges {
      scratch.text.removeAll(keepingCapacity: true)
      for byte in word { ByteAlphabet.append(byte, to: &scratch.text) }
      let whole = scratch.text.withUnsafeBytes { bytes in
        bytes.baseAddress.map { vocabulary.find($0, bytes.count) } ?? -1
      }
      if whole >= 0 { return output.append(whole) }
    }
    scratch.tokens.removeAll(keepingCapacity: true)
    for byte in word { scratch.tokens.append(byteTokens[Int(byte)]) }
    if word.count <= 48 {
      mergeShort(&scratch)
    } else {
      mergeLong(&scratch)
    }
    // Bytes that the vocabulary lacks are lost, as with the reference implementation.
    for token in scratch.tokens where token >= 0 { output.append(token) }
  }

  /// Merges by looking for the best pair again and again, which is the fastest for ordinary words.
  private func mergeShort(_ scratch: inout Scratch) {
    var count = scratch.tokens.count
    guard count > 1 else { return }
    scratch.pairs.removeAll(keepingCapacity: true)
    for index in 0..<count - 1 { scratch.pairs.append(merges.merge(scratch.tokens[index], scratch.tokens[index + 1])) }
    scratch.tokens.withUnsafeMutableBufferPointer { tokens in
      scratch.pairs.withUnsafeMutableBufferPointer { pairs in
        while count > 1 {
          var best = 0
          for index in 1..<max(count - 1, 1) where pairs[index] < pairs[best] { best = index }
          guard pairs[best] != MergeTable.none else { break }
          tokens[best] = TokenID(truncatingIfNeeded: pairs[best] & 0xFFFF_FFFF)
          for index in best + 1..<max(count - 1, best + 1) {
            tokens[index] = tokens[index + 1]
            if index < count - 2 { pairs[index] = pairs[index + 1] }
          }
          count -= 1
          if best > 0 { pairs[best - 1] = merges.merge(tokens[best - 1], tokens[best]) }
          if best < count - 1 { pairs[best] = merges.merge(tokens[best], tokens[best + 1]) }
        }
      }
    }
    scratch.tokens.removeLast(scratch.tokens.count - count)
  }

  /// Merges with a heap over a chain of symbols, which takes n log n steps however long a word is.
  private func mergeLong(_ scratch: inout Scratch) {
    let count = scratch.tokens.count
    scratch.pairs = [UInt64](repeating: MergeTable.none, count: count)
    scratch.previous = (0..<Int32(count)).map { $0 - 1 }
    scratch.next = (0..<Int32(count)).map { $0 + 1 < count ? $0 + 1 : -1 }
    scratch.heap.removeAll()
    for place in 0..<count - 1 { consider(place, &scratch) }
    while let key = scratch.heap.popFirst() {
      let place = Int(key & 0xFFFF_FFFF)
      let pair = scratch.pairs[place]
      // A key is outdated where the pair at its place has become another.
      guard pair != MergeTable.none, pair >> 32 == key >> 32 else { continue }
      let right = Int(scratch.next[place])
      scratch.tokens[place] = TokenID(truncatingIfNeeded: pair & 0xFFFF_FFFF)
      scratch.tokens[right] = -2
      scratch.pairs[right] = MergeTable.none
      scratch.next[place] = scratch.next[right]
      if scratch.next[right] >= 0 { scratch.previous[Int(scratch.next[right])] = Int32(place) }
      consider(place, &scratch)
      if scratch.previous[place] >= 0 { consider(Int(scratch.previous[place]), &scratch) }
    }
  }

  private func consider(_ place: Int, _ scratch: inout Scratch) {
    let right = Int(scratch.next[place])
    let pair = right < 0 ? MergeTable.none : merges.merge(scratch.tokens[place], scratch.tokens[right])
    scratch.pairs[place] = pair
    if pair != MergeTable.none { scratch.heap.append((pair & ~0xFFFF_FFFF) | UInt64(place)) }
  }

  /// Appends the bytes of an ordinary token.
  func append(_ token: TokenID, _ vocabulary: Vocabulary, to output: inout [UInt8]) {
    vocabulary.withText(of: token) { ByteAlphabet.appendBytes(of: $0, to: &output) }
  }
}
