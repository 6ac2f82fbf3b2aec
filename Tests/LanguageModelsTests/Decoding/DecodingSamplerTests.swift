import LanguageModels
import TestSupport
import Testing

@Suite(.onOwnThread) struct DecodingSamplerTests {
  private func drawn(
    _ options: SamplingOptions,
    from logits: [Float],
    count: Int = 2000,
    mask: TokenMask? = nil
  ) -> [Int: Int] {
    var sampler = Sampler(options)
    var counts: [Int: Int] = [:]
    for _ in 0..<count {
      var copy = logits
      if let token = sampler.sample(&copy, mask: mask) { counts[token, default: 0] += 1 }
    }
    return counts
  }

  @Test func temperatureZeroTakesTheLikeliestAndTheFirstOfEquals() {
    #expect(drawn(.greedy, from: [1, 3, 2, 3], count: 5) == [1: 5])
    #expect(drawn(SamplingOptions(temperature: .nan, topK: 1), from: [.nan, 1, .infinity], count: 3) == [2: 3])
  }

  @Test func equalSeedsDrawEqualTokensAndOthersDoNot() {
    let logits = (0..<100).map { Float($0 % 7) }
    func sequence(_ seed: UInt64) -> [Int?] {
      var sampler = Sampler(SamplingOptions(topK: 40, topP: 0.95, seed: seed))
      return (0..<50).map { _ in
        var copy = logits
        return sampler.sample(&copy)
      }
    }
    #expect(sequence(7) == sequence(7))
    #expect(sequence(7) != sequence(8))
    #expect(sequence(0) != sequence(1))
  }

  @Test func drawsFollowTheDistribution() throws {
    // Probabilities 1/2, 1/3, 1/6.
    let logits: [Float] = [Float(3).logarithm, Float(2).logarithm, 0]
    for options in [SamplingOptions(seed: 3), SamplingOptions(topK: 3, seed: 3), SamplingOptions(minP: 0.01, seed: 3)] {
      let counts = drawn(options, from: logits, count: 8000)
      #expect(abs(Double(counts[0, default: 0]) / 8000 - 1 / 2) < 0.02)
      #expect(abs(Double(counts[1, default: 0]) / 8000 - 1 / 3) < 0.02)
      #expect(abs(Double(counts[2, default: 0]) / 8000 - 1 / 6) < 0.02)
    }
    let sharp = drawn(SamplingOptions(temperature: 0.5), from: logits, count: 8000)
    // Squared: 9 to 4 to 1.
    #expect(abs(Double(sharp[0, default: 0]) / 8000 - 9 / 14) < 0.02)
  }

  @Test func filtersKeepOnlyTheLikeliest() {
    let logits: [Float] = [0, 4, 1, 3, 2]
    #expect(Set(drawn(SamplingOptions(topK: 2), from: logits).keys) == [1, 3])
    // Shares: .636, .234, .086, .032, .012
    #expect(Set(drawn(SamplingOptions(topP: 0.8), from: logits).keys) == [1, 3])
    #expect(Set(drawn(SamplingOptions(topP: 0.64), from: logits).keys) == [1, 3])
    #expect(Set(drawn(SamplingOptions(topP: 0.63), from: logits).keys) == [1])
    #expect(Set(drawn(SamplingOptions(topP: 0), from: logits).keys) == [1])
    // As shares of the likeliest: 1, .368, .135, .050, .018
    #expect(Set(drawn(SamplingOptions(minP: 0.1), from: logits).keys) == [1, 3, 4])
    #expect(Set(drawn(SamplingOptions(minP: 1), from: logits).keys) == [1])
  }

  @Test func topPOfManyEqualTokensKeepsEnough() {
    let kept = drawn(SamplingOptions(topP: 0.5), from: [Float](repeating: 1, count: 600), count: 400)
    #expect((130...300).contains(kept.count))
    #expect(kept.keys.allSatisfy { $0 <= 300 })
  }

  @Test func topPOfManyTokensKeepsTheLikeliest() {
    // A flat distribution, of which more than a first handful must be looked at.
    let logits = (0..<400).map { Float(($0 * 37) % 400) / 400 }
    let total = logits.reduce(0) { $0 + ($1 * 0.5).exponential }
    let order = logits.indices.sorted { logits[$0] > logits[$1] }
    var sum: Float = 0
    let expected = order.prefix { token in
      defer { sum += (logits[token] * 0.5).exponential }
      return sum < 0.4 * total
    }
    let kept = drawn(SamplingOptions(temperature: 2, topP: 0.4), from: logits, count: 3000)
    #expect(Set(kept.keys).isSubset(of: expected))
    #expect(kept.count > expected.count * 9 / 10)
    let likely = drawn(SamplingOptions(temperature: 2, minP: 0.7), from: logits, count: 3000)
    let bound = (logits.max() ?? 0) * 0.5 + Float(0.7).logarithm
    #expect(likely.keys.allSatisfy { logits[$0] * 0.5 >= bound })
    #expect(likely.count > 64)
  }

  @Test func recentTokensArePenalised() {
    var sampler = Sampler(SamplingOptions(temperature: 0, repetitionPenalty: 2, repetitionWindow: 2))
    var logits: [Float] = [4, 3, -1, 2.5]
    #expect(sampler.sample(&logits, history: [3, 1, 0, 2, 99]) == 0)
    #expect(logits == [4, 3, -2, 2.5])
    logits = [4, 3, -1, 2.5]
    #expect(sampler.sample(&logits, history: [1, 0]) == 3)
    #expect(logits == [2, 1.5, -1, 2.5])
  }

  @Test func masksExclude() {
    var mask = TokenMask(count: 130)
    mask.insert(3)
    mask.insert(129)
    let logits = (0..<130).map { Float(130 - $0) }
    #expect(drawn(.greedy, from: logits, count: 1, mask: mask) == [3: 1])
    #expect(Set(drawn(SamplingOptions(temperature: 100), from: logits, mask: mask).keys) == [3, 129])
    #expect(drawn(SamplingOptions(), from: logits, mask: TokenMask(count: 130)).isEmpty)
    // Logits wider than the vocabulary, as models pad them.
    #expect(Set(drawn(SamplingOptions(), from: logits + [1000, 1000], mask: mask).keys).isSubset(of: [3, 129]))
    #expect(drawn(SamplingOptions(), from: []).isEmpty)
  }
}

extension Float {
  /// The exponential, to a few digits, without the C library.
  fileprivate var exponential: Float {
    var term = 1.0
    var sum = 1.0
    for n in 1..<40 {
      term *= Double(self) / Double(n)
      sum += term
    }
    return Float(sum)
  }

  /// The natural logarithm, to a few digits, without the C library.
  fileprivate var logarithm: Float {
    // Newton's method on the series of the exponential.
    var x = 1.0
    for _ in 0..<50 {
      let sum = Double(Float(x).exponential)
      x -= 1 - Double(self) / sum
    }
    return Float(x)
  }
}
