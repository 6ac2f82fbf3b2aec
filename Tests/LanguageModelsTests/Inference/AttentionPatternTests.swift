import NeuralEngine
import TestSupport
import Testing

@testable import LanguageModels

@Suite(.onOwnThread) struct AttentionPatternTests {
  private static let context = 24

  private func check(_ pattern: AttentionPattern, tokens: Int, start: Int, count: Int) throws {
    let context = Self.context
    let mask = try pattern.mask.read(tokens * context)
    let place = try pattern.place.read(tokens * context)
    for row in 0..<tokens {
      let sees = row < count ? start + row + 1 : 1
      for column in 0..<context {
        #expect(mask[row * context + column] == (column < sees ? 0 : Float(Half(Float(-1e4)).float)))
        #expect(place[row * context + column] == (row < count && column == start + row ? 1 : 0))
      }
    }
  }

  @Test(arguments: [1, 4, 8]) func whateverCameBeforeAPassIsArrangedInFull(tokens: Int) throws {
    var random = SplitMix(seed: UInt64(tokens))
    let pattern = try AttentionPattern(tokens: tokens, contextSize: Self.context, allocationSize: 4096)
    for _ in 0..<60 {
      let count = Int.random(in: 1...tokens, using: &random)
      let start = Int.random(in: 0...Self.context - count, using: &random)
      pattern.arrange(from: start, count: count)
      try check(pattern, tokens: tokens, start: start, count: count)
    }
  }
}
