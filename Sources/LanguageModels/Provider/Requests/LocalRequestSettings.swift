/// What can be asked of a local model beyond what every provider takes; nil for what the model's options say.
package struct LocalRequestSettings: Hashable, Sendable {
  /// How many of the likeliest tokens may be drawn; 0 for all of them.
  package var topK: Int?
  /// The share of the probability that the likeliest tokens must reach together, from 0 to 1.
  package var topP: Double?
  /// The least probability that a token needs, as a share of the likeliest token's, from 0 to 1.
  package var minP: Double?
  /// By how much the last tokens are made less likely.
  package var repetitionPenalty: Double?
  /// The texts before which the answer ends. Heeded only where it may be any text.
  package var stops: [String]
  /// Whether a tool has to be called, if there is one.
  package var mustCall: Bool

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - topK: How many of the likeliest tokens may be drawn.
  ///   - topP: The share of the probability that the likeliest tokens must reach together.
  ///   - minP: The least probability that a token needs, as a share of the likeliest token's.
  ///   - repetitionPenalty: By how much the last tokens are made less likely.
  ///   - stops: The texts before which the answer ends.
  ///   - mustCall: Whether a tool has to be called, if there is one.
  package init(
    topK: Int? = nil,
    topP: Double? = nil,
    minP: Double? = nil,
    repetitionPenalty: Double? = nil,
    stops: [String] = [],
    mustCall: Bool = false
  ) {
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.stops = stops
    self.mustCall = mustCall
  }
}
