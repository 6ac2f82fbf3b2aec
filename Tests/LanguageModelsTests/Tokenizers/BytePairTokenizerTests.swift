import LanguageModels
import TestSupport
import Testing

@Suite(.onOwnThread) struct BytePairTokenizerTests {
  /// The expressions that the pre-tokenisers stand for, for an engine of regular expressions.
  private static let expressions: [String: [String]] = [
    "gpt-2": [gpt2],
    "smollm": [#"\p{N}"#, gpt2],
    "falcon": [#"[\p{P}$+<=>^~|`]+"#, gpt2, "[0-9][0-9][0-9]"],
    "default": [#"[\p{P}$+<=>^~|]+"#, gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"],
    "dbrx": [words(digits: #"\p{N}{1,3}"#)],
    "qwen2": [words(digits: #"\p{N}"#)],
    "qwen35": [
      words(digits: #"\p{N}"#).replacing(#"?\p{L}+"#, with: #"?[\p{L}\p{M}]+"#)
        .replacing(#"[^\s\p{L}\p{N}]"#, with: #"[^\s\p{L}\p{M}\p{N}]"#)
    ],
    "seed-coder": [words(digits: #"\p{N}"#).replacing(#"\p{N}]+[\r\n]*"#, with: #"\p{N}\r\n]+"#)],
    "gpt-4o": [
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:"# + contractions
        + #")?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?:"# + contractions
        + #")?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    ],
    "deepseek-coder": ["[\r\n]", #"\s?\p{L}+"#, #"\s?\p{P}+"#, farEast, #"\p{N}"#],
    // Of the letters with cases, those that the texts here have.
    "deepseek-llm": [
      "[\r\n]", "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯ]+",
      "\\s?[!-/:-~\u{FF01}-\u{FF0F}\u{FF1A}-\u{FF5E}\u{2018}-\u{201F}\u{3001}-\u{3002}]+", #"\s+$"#, farEast,
      #"\p{N}+"#,
    ],
    "deepseek-v3": [
      #"\p{N}{1,3}"#, "[\u{4E00}-\u{9FA5}\u{3040}-\u{30FF}]+",
      ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
    ],
  ]

  private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private static let farEast = "[\u{4E00}-\u{9FA5}\u{800}-\u{4E00}\u{AC00}-\u{D7FF}]+"
  private static let contractions = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]"

  private static func words(digits: String) -> String {
    contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// Cuts a text with expressions, one after the other; what does not match is a piece too.
  private static func pieces(_ text: String, _ expressions: [String]) throws -> [Substring] {
    var pieces = [text[...]]
    for expression in expressions {
      let expression = try Regex(expression).matchingSemantics(.unicodeScalar)
      pieces = pieces.flatMap { piece in
        var cut: [Substring] = []
        // A piece of its own, since what lies around it must not be seen.
        let piece = String(piece)
        var start = piece.startIndex
        for match in piece.matches(of: expression) where !match.range.isEmpty {
          if start < match.range.lowerBound { cut.append(piece[start..<match.range.lowerBound]) }
          cut.append(piece[match.range])
          start = match.range.upperBound
        }
        if start < piece.endIndex { cut.append(piece[start...]) }
        return cut
      }
    }
    return pieces
  }

  private static func randomText(_ random: inout SplitMix) -> String {
    let parts = [
      "the", "there", "hello", "Hello", "HELLO", "World", "'s", "'T", "'re", "'LL", "'", "don't", "123456", "7", "٣४",
      "½", " ",
      "  ", "     ", "\n", "\r\n", "\n\n", "\t", "\u{A0}", "\u{3000}", "\u{2028}", ".", "...", "!?", "$+<", "()", "_",
      "`", "/",
      "über", "É", "ǅ", "ʰ", "日本語", "かな", "한국", "a\u{301}", "\u{301}", "\u{93F}", "🦙", "👨‍👩‍👧", "€", "…", "\u{1}",
      "\u{200D}", "\u{E000}", "x", "aaaaaaaaaaaa", "A", "b",
    ]
    return (0..<Int.random(in: 0...20, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
  }

  @Test(arguments: [
    "gpt-2", "smollm", "falcon", "default", "dbrx", "qwen2", "qwen35", "seed-coder", "gpt-4o", "deepseek-v3",
    "deepseek-coder", "deepseek-llm",
  ]) func tokensAreThoseOfTheSimplestAlgorithm(preTokenizer: String) throws {
    let file = try GGUFFile(bytes: SampleVocabulary.bytePair(preTokenizer: preTokenizer).bytes())
    let tokenizer = try Tokenizer(file)
    let reference = BytePairReference(merges: SampleVocabulary.merges)
    let numbers = Dictionary(
      SampleVocabulary.bytePairTokens.enumerated().map { ($1, TokenID($0)) },
      uniquingKeysWith: { $1 }
    )
    let expressions = try #require(Self.expressions[preTokenizer])
    var random = SplitMix(seed: 3)
    for _ in 0..<60 {
      let text = Self.randomText(&random)
      let expected = try Self.pieces(text, expressions).flatMap { piece in
        reference.merged(SampleVocabulary.encoded(piece)).compactMap { numbers[$0] }
      }
      let tokens = tokenizer.encode(text)
      #expect(tokens == expected, "\(text.debugDescription)")
      #expect(tokenizer.decode(tokens) == text)
    }
  }

  @Test func longWordsMergeAsShortOnes() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.bytePair(preTokenizer: "gpt-2").bytes()))
    let reference = BytePairReference(merges: SampleVocabulary.merges)
    var random = SplitMix(seed: 5)
    for length in [47, 48, 49, 50, 200, 600] {
      let word = String((0..<length).map { _ in "aathellounder".randomElement(using: &random) ?? "a" })
      let texts = reference.merged(SampleVocabulary.encoded(word))
      let tokens = tokenizer.encode(word)
      #expect(tokens.map { tokenizer.decode([$0]) } == texts)
    }
    // A word without end takes its time by its length, not by the square of it.
    #expect(tokenizer.encode(String(repeating: "a", count: 100_000)).count == 12_500)
  }

  @Test func specialTokensAreFoundWhereAsked() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.bytePair(preTokenizer: "qwen2").bytes()))
    let text = "<|im_start|>the<tool><tool>x<|unk|>"
    let parsed = tokenizer.encode(text, parseSpecial: true)
    #expect(parsed.first == 0)
    #expect(parsed.suffix(3) == [2, 3, 4])
    #expect(tokenizer.decode(parsed) == "the<tool><tool>x")
    #expect(tokenizer.decode(parsed, includingControls: true) == text)
    // User-defined tokens are found in any text, control tokens only in prompts.
    let plain = tokenizer.encode(text)
    #expect(!plain.contains(0) && !plain.contains(4) && plain.contains(2) && plain.contains(3))
    #expect(tokenizer.decode(plain) == text)
    // Within a prompt, none begins in what somebody said.
    let said = tokenizer.encode(text, parseSpecial: true, literals: [text.utf8.count - "<|unk|>".utf8.count])
    #expect(said.first == 0 && !said.contains(4))
    #expect(tokenizer.decode(said, includingControls: true) == text)
    #expect(tokenizer.endsOfGeneration == [1])
    #expect(tokenizer.isControl(0) && !tokenizer.isControl(2))
    #expect(tokenizer.encode("", addSpecial: true) == [])
  }

  @Test func llamaTakesWordsWholeAndBegins() throws {
    var writer = SampleVocabulary.bytePair(preTokenizer: "llama-bpe")
    // "hello" as a token that no merges lead to.
    writer.entries[1].value = .strings(SampleVocabulary.bytePairTokens + ["zebra"])
    writer.entries[2].value = .integers([Int](repeating: 1, count: SampleVocabulary.bytePairTokens.count + 1))
    let tokenizer = try Tokenizer(GGUFFile(bytes: writer.bytes()))
    #expect(tokenizer.encode("zebra", addSpecial: true) == [0, TokenID(SampleVocabulary.bytePairTokens.count)])
    writer.entries.append(("tokenizer.ggml.add_bos_token", .bool(false)))
    writer.entries.append(("tokenizer.ggml.add_eos_token", .bool(true)))
    let other = try Tokenizer(GGUFFile(bytes: writer.bytes()))
    #expect(other.encode("zebra", addSpecial: true) == [TokenID(SampleVocabulary.bytePairTokens.count), 1])
  }

  @Test func aStreamHoldsBackWhatIsNoCharacterYet() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.bytePair(preTokenizer: "gpt-2").bytes()))
    let text = "a€🦙\u{1F468}\u{200D}\u{1F469}é日本"
    var decoder = TokenDecoder(tokenizer)
    var streamed = ""
    for byte in text.utf8 {
      let token = try #require(SampleVocabulary.byteCharacters[byte].flatMap { tokenizer.token(named: String($0)) })
      let piece = decoder.append(token)
      #expect(!piece.contains("\u{FFFD}"))
      streamed += piece
    }
    #expect(streamed == text)
    #expect(decoder.finish() == "")
    let first = try #require(SampleVocabulary.byteCharacters[0xF0].flatMap { tokenizer.token(named: String($0)) })
    #expect(decoder.append(first) == "")
    #expect(decoder.finish() == "\u{FFFD}")
    // A byte that can never begin or continue anything is not waited for.
    let wrong = try #require(SampleVocabulary.byteCharacters[0xFF].flatMap { tokenizer.token(named: String($0)) })
    #expect(decoder.append(wrong) == "\u{FFFD}")
  }
}
