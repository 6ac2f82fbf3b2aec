import SkillRuntime

/// How a local model draws tokens where a request says nothing else.
///
/// The filters apply in the order repetition penalty, temperature, top-k, top-p, min-p. Values out of range are brought
/// into it.
public struct LocalSampling: Hashable, Sendable {
  /// How freely it writes: 0 always takes the likeliest token, 1 draws as the model has learned.
  public var temperature: Double
  /// How many of the likeliest tokens may be drawn; 0 for all of them.
  public var topK: Int
  /// The share of the probability that the likeliest tokens must reach together, from 0 to 1; the others are not drawn.
  public var topP: Double
  /// The least probability that a token needs, as a share of the likeliest token's, from 0 to 1.
  public var minP: Double
  /// By how much the last 64 tokens are made less likely; 1 changes nothing, 1.05 to 1.3 is usual.
  public var repetitionPenalty: Double
  /// What the random numbers follow from; nil for others each time. The same seed gives the same answer to the same
  /// requests in the same order: a conversation whose beginning is still in the cache is computed in other portions than
  /// a new one, whose numbers differ in their last bits.
  public var seed: Int?

  /// Creates settings; without arguments, always the likeliest token.
  ///
  /// - Parameters:
  ///   - temperature: How freely it writes.
  ///   - topK: How many of the likeliest tokens may be drawn; 0 for all of them.
  ///   - topP: The share of the probability that the likeliest tokens must reach together.
  ///   - minP: The least probability that a token needs, as a share of the likeliest token's.
  ///   - repetitionPenalty: By how much the last tokens are made less likely.
  ///   - seed: What the random numbers follow from.
  public init(
    temperature: Double = 0,
    topK: Int = 0,
    topP: Double = 1,
    minP: Double = 0,
    repetitionPenalty: Double = 1,
    seed: Int? = nil
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  /// What these settings and a request's own come to.
  ///
  /// - Parameters:
  ///   - options: The request's.
  ///   - settings: What else it asks.
  /// - Returns: How tokens are drawn.
  func options(_ options: ModelOptions, _ settings: LocalRequestSettings) -> SamplingOptions {
    SamplingOptions(
      temperature: Float(options.temperature ?? temperature),
      topK: settings.topK ?? topK,
      topP: Float(settings.topP ?? topP),
      minP: Float(settings.minP ?? minP),
      repetitionPenalty: Float(settings.repetitionPenalty ?? repetitionPenalty),
      seed: (options.seed ?? seed).map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0...(.max))
    )
  }
}
