/// How the next token is drawn from a model's logits.
///
/// The filters apply in the order of the properties: repetition penalty, temperature, top-k, top-p, min-p. Values out
/// of range are brought into it, so that options from a request need no checking.
package struct SamplingOptions: Hashable, Sendable {
  /// By what the logits of recent tokens are divided (where positive) or multiplied (where negative).
  ///
  /// No unit, greater than 0; 1 changes nothing, 1.05 to 1.3 is usual, below 1 favours repetition.
  package var repetitionPenalty: Float

  /// How many of the last tokens count as recent.
  ///
  /// In tokens, at least 0; 0 switches the penalty off.
  package var repetitionWindow: Int

  /// By what logits are divided before they become probabilities.
  ///
  /// No unit, at least 0; 0 always takes the likeliest token, 1 samples from the model's own distribution.
  package var temperature: Float

  /// How many of the likeliest tokens may be drawn.
  ///
  /// In tokens, at least 0; 0 means all of them.
  package var topK: Int

  /// The share of the probability that the likeliest tokens must reach together; the others are not drawn.
  ///
  /// From 0 to 1; 1 means all of them. The likeliest token always stays.
  package var topP: Float

  /// The least probability that a token needs, as a share of the likeliest token's.
  ///
  /// From 0 to 1; 0 means all of them, 1 only the likeliest.
  package var minP: Float

  /// What the random numbers follow from: equal seeds and logits give equal tokens.
  package var seed: UInt64

  /// Creates options; without arguments, sampling from the model's own distribution.
  package init(
    temperature: Float = 1,
    topK: Int = 0,
    topP: Float = 1,
    minP: Float = 0,
    repetitionPenalty: Float = 1,
    repetitionWindow: Int = 64,
    seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.repetitionWindow = repetitionWindow
    self.seed = seed
  }

  /// Always the likeliest token.
  package static let greedy = SamplingOptions(temperature: 0)

  /// The same options with every value in its range.
  var clamped: SamplingOptions {
    func clamp(_ value: Float, _ range: ClosedRange<Float>, _ neutral: Float) -> Float {
      value.isNaN ? neutral : min(max(value, range.lowerBound), range.upperBound)
    }
    var result = self
    result.temperature = clamp(temperature, 0...1e6, 1)
    // A temperature this small divides logits into infinities, and means greedy anyway.
    if result.temperature < 1e-4 { result.temperature = 0 }
    result.topK = max(topK, 0)
    result.topP = clamp(topP, 0...1, 1)
    result.minP = clamp(minP, 0...1, 0)
    result.repetitionPenalty = clamp(repetitionPenalty, 1e-3...1e3, 1)
    result.repetitionWindow = max(repetitionWindow, 0)
    return result
  }
}
