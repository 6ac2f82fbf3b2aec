import LanguageModels
import TestSupport
import Testing

@Suite(.onOwnThread) struct SentencePieceTokenizerTests {
  /// Score merging as one would explain it.
  private static func reference(_ text: String) -> [TokenID] {
    let scores = Dictionary(uniqueKeysWithValues: SampleVocabulary.pieces)
    let numbers = Dictionary(
      uniqueKeysWithValues: SampleVocabulary.pieces.enumerated().map { ($1.0, TokenID($0 + 260)) }
    )
    var symbols = text.unicodeScalars.map { $0 == " " ? "▁" : String($0) }
    while true {
      let pairs = zip(symbols, symbols.dropFirst()).map { scores[$0 + $1] ?? -.infinity }
      guard let best = pairs.max(), best > -.infinity, let place = pairs.firstIndex(of: best) else { break }
      symbols.replaceSubrange(place...place + 1, with: [symbols[place] + symbols[place + 1]])
    }
    return symbols.flatMap { symbol in
      numbers[symbol].map { [$0] } ?? symbol.utf8.map { TokenID($0) + 4 }
    }
  }

  @Test func tokensAreThoseOfTheSimplestAlgorithm() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.sentencePiece(spacePrefix: false).bytes()))
    let parts = [
      "the", "hello", " world", "here", " ", "    ", "a", "aaaaaa", "é", "日本", "🦙", "l", "\n", "wor", "thell", "z",
    ]
    var random = SplitMix(seed: 9)
    for _ in 0..<300 {
      let text = (0..<Int.random(in: 0...15, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      let tokens = tokenizer.encode(text)
      #expect(tokens == Self.reference(text), "\(text.debugDescription)")
      #expect(tokenizer.decode(tokens) == text)
    }
    #expect(tokenizer.encode(String(repeating: "a", count: 100_000)).count == 25_000)
  }

  @Test func aSpaceIsPutBeforeTextsAndBehindSpecialTokens() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.sentencePiece(spacePrefix: true).bytes()))
    #expect(tokenizer.encode("the", addSpecial: true) == [1] + Self.reference(" the"))
    #expect(
      tokenizer.encode("the<s>hello<tag>", parseSpecial: true)
        == Self.reference(" the") + [1] + Self.reference(" hello") + [3]
    )
    #expect(tokenizer.decode(tokenizer.encode("the world", addSpecial: true)) == "the world")
    #expect(tokenizer.beginning == 1 && tokenizer.end == 2 && tokenizer.endsOfGeneration == [2])
  }
}
