import TestSupport
import Testing

@testable import LanguageModels

@Suite(.onOwnThread) struct StopMatcherTests {
  /// What comes out of pieces, and the stop that ended them.
  private func read(_ pieces: [String], _ stops: [String]) -> (String, String?) {
    var matcher = StopMatcher(stops)
    var text = ""
    for piece in pieces { text += matcher.append(piece) }
    text += matcher.finish()
    return (text, matcher.match)
  }

  @Test func textEndsBeforeAStop() {
    #expect(read(["one", " two", " three"], ["tw"]) == ("one ", "tw"))
    #expect(read(["a", "b", "c", "d"], ["bc"]) == ("a", "bc"))
    #expect(read(["User", ":"], ["\nUser:"]) == ("User:", nil))
    #expect(read(["é", "日本", "語x"], ["本語"]) == ("é日", "本語"))
    #expect(read(["anything"], []) == ("anything", nil))
    #expect(read(["anything"], [""]) == ("anything", nil))
  }

  @Test func beginningsAreHeldBackAndGivenOnceTheyAreNone() {
    var matcher = StopMatcher(["<|end|>"])
    #expect(matcher.append("a <") == "a ")
    #expect(matcher.append("|en") == "")
    #expect(matcher.append("ter <|") == "<|enter ")
    #expect(matcher.append("end|> more") == "")
    #expect(matcher.match == "<|end|>")
    #expect(matcher.append("more") == "")
    #expect(matcher.finish() == "")
  }

  @Test func aShorterStopCountsWhereTheLongerNeverCame() {
    #expect(read(["ab", "c"], ["abcd", "c"]) == ("ab", "c"))
  }

  @Test(arguments: Array(UInt64(0)..<200)) func nothingDependsOnHowTheTextIsCut(seed: UInt64) {
    var random = SplitMix(seed: seed)
    let text = String((0..<40).map { _ in "abé\n".randomElement(using: &random) ?? "a" })
    let stops = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      String((0..<Int.random(in: 1...4, using: &random)).map { _ in "abé\n".randomElement(using: &random) ?? "a" })
    }
    let first = text.unicodeScalars.indices.first { start in stops.contains { text[start...].hasPrefix($0) } }
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...min(5, rest.count), using: &random)
      pieces.append(String(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let (kept, match) = read(pieces, stops)
    #expect(kept == String(text[..<(first ?? text.endIndex)]))
    #expect((match == nil) == (first == nil))
  }
}
