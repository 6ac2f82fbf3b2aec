/// How local models are opened and generate where a request says nothing else.
public struct LocalModelOptions: Hashable, Sendable {
  /// How many tokens fit in the context; nil for the smaller of what the model was trained for and 4,096.
  public var contextSize: Int?
  /// How many threads compute; 0 for one a processor.
  public var threads: Int
  /// The most tokens of an answer.
  public var maximumTokens: Int

  /// Creates options.
  ///
  /// - Parameters:
  ///   - contextSize: How many tokens fit in the context; nil for the smaller of what the model was trained for and 4,096.
  ///   - threads: How many threads compute; 0 for one a processor.
  ///   - maximumTokens: The most tokens of an answer.
  public init(contextSize: Int? = nil, threads: Int = 0, maximumTokens: Int = 1024) {
    self.contextSize = contextSize
    self.threads = threads
    self.maximumTokens = maximumTokens
  }
}

/// What can be asked of a local model beyond what every provider takes.
package struct LocalRequestSettings: Hashable, Sendable {
  /// The share of the probability that the likeliest tokens must reach together, from 0 to 1.
  package var topP: Double?
  /// The texts before which the answer ends.
  package var stops: [String]
  /// Whether a tool has to be called, if there is one.
  package var mustCall: Bool

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - topP: The share of the probability that the likeliest tokens must reach together.
  ///   - stops: The texts before which the answer ends.
  ///   - mustCall: Whether a tool has to be called, if there is one.
  package init(topP: Double? = nil, stops: [String] = [], mustCall: Bool = false) {
    self.topP = topP
    self.stops = stops
    self.mustCall = mustCall
  }
}
