/// Small vocabularies that tests write themselves.
package enum SampleVocabulary {
  /// The character of each byte in byte-level vocabularies, made another way than the library does.
  package static let byteCharacters: [UInt8: Character] = {
    let printable = Array(UInt8(33)...126) + Array(161...172) + Array(174...255)
    var characters = Dictionary(
      uniqueKeysWithValues: printable.map { ($0, Character(Unicode.Scalar($0))) }
    )
    for (index, byte) in (UInt8.min...UInt8.max).filter({ !printable.contains($0) }).enumerated() {
      characters[byte] = Unicode.Scalar(UInt32(0x100 + index)).map(Character.init)
    }
    return characters
  }()

  package static func encoded(_ text: some StringProtocol) -> [String] {
    text.utf8.compactMap { byteCharacters[$0].map(String.init) }
  }

  package static let specials = ["<|im_start|>", "<|im_end|>", "<tool>", "<tool>x", "<|unk|>"]
  package static let specialKinds = [3, 3, 4, 4, 2]

  /// Merges as a tokenizer would have learnt them from the words.
  package static let merges: [(String, String)] = {
    let words = [
      "the", " the", "there", " there", "hello", " world", "Hello", "123", "12", "  ", "    ", "\n\n", "...", " don",
      "'t",
      "ing", "über", " über", "日本", "日本語", "🦙", "aaaa", "aaaaaaaa", "===", "!!", "\r\n", " (", "();",
    ]
    var merges: [(String, String)] = []
    for word in words {
      var symbols = encoded(word)
      // What is there already merges first, so that every merge can be reached.
      symbols = BytePairReference(merges: merges).merged(symbols)
      while symbols.count > 1 {
        merges.append((symbols[0], symbols[1]))
        symbols.replaceSubrange(0...1, with: [symbols[0] + symbols[1]])
        symbols = BytePairReference(merges: merges).merged(symbols)
      }
    }
    return merges
  }()

  package static let bytePairTokens: [String] =
    specials + byteCharacters.sorted { $0.key < $1.key }.map { String($0.value) } + merges.map { $0.0 + $0.1 }

  package static func bytePair(preTokenizer: String?) -> GGUFWriter {
    var writer = GGUFWriter()
    let kinds = specialKinds + [Int](repeating: 1, count: bytePairTokens.count - specials.count)
    writer.entries = [
      ("tokenizer.ggml.model", .string("gpt2")),
      ("tokenizer.ggml.tokens", .strings(bytePairTokens)),
      ("tokenizer.ggml.token_type", .integers(kinds)),
      ("tokenizer.ggml.merges", .strings(merges.map { "\($0.0) \($0.1)" })),
      ("tokenizer.ggml.bos_token_id", .uint32(0)),
      ("tokenizer.ggml.eos_token_id", .uint32(1)),
    ]
    if let preTokenizer { writer.entries.append(("tokenizer.ggml.pre", .string(preTokenizer))) }
    return writer
  }

  /// Pieces with their scores; bytes and special tokens come before.
  package static let pieces: [(String, Float)] = [
    ("▁", -1), ("t", -20), ("h", -21), ("e", -22), ("l", -23), ("o", -24), ("w", -25), ("r", -26), ("d", -27),
    ("a", -28),
    ("th", -2), ("the", -3), ("▁the", -1.5), ("he", -2.5), ("ll", -4), ("llo", -5), ("hello", -6), ("▁hello", -5.5),
    ("or", -7), ("wor", -8), ("▁wor", -8.5), ("ld", -9), ("world", -9.5), ("▁world", -9.25), ("aa", -10), ("aaaa", -10),
    ("▁▁", -11), ("▁▁▁▁", -12), ("é", -13), ("日", -14), ("日本", -15), ("本", -16), ("re", -2.5), ("here", -30),
  ]

  package static func sentencePiece(spacePrefix: Bool) -> GGUFWriter {
    let bytes = (0...255).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }
    var writer = GGUFWriter()
    writer.entries = [
      ("tokenizer.ggml.model", .string("llama")),
      ("tokenizer.ggml.tokens", .strings(["<unk>", "<s>", "</s>", "<tag>"] + bytes + pieces.map(\.0))),
      (
        "tokenizer.ggml.token_type",
        .integers([2, 3, 3, 4] + [Int](repeating: 6, count: 256) + [Int](repeating: 1, count: pieces.count))
      ),
      ("tokenizer.ggml.scores", .floats([Float](repeating: 0, count: 260) + pieces.map(\.1))),
      ("tokenizer.ggml.add_space_prefix", .bool(spacePrefix)),
    ]
    return writer
  }
}

/// Byte-pair merging as one would explain it.
package struct BytePairReference: Sendable {
  package var ranks: [String: Int] = [:]

  package init(merges: [(String, String)]) {
    for (rank, merge) in merges.enumerated() where ranks["\(merge.0) \(merge.1)"] == nil {
      ranks["\(merge.0) \(merge.1)"] = rank
    }
  }

  package func merged(_ symbols: [String]) -> [String] {
    var symbols = symbols
    while true {
      let pairs = zip(symbols, symbols.dropFirst()).map { ranks["\($0) \($1)"] ?? .max }
      guard let best = pairs.min(), best != .max, let place = pairs.firstIndex(of: best) else { return symbols }
      symbols.replaceSubrange(place...place + 1, with: [symbols[place] + symbols[place + 1]])
    }
  }
}
