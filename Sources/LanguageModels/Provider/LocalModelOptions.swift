/// How local models are opened and generate where a request says nothing else.
public struct LocalModelOptions: Hashable, Sendable {
  /// How many tokens fit in the context, up to 16,384; nil for the smaller of what the model was trained for and 4,096.
  ///
  /// Beyond what it was trained for, a model is opened, but rarely makes sense.
  public var contextSize: Int?
  /// How many threads compute; 0 for one a processor.
  public var threads: Int
  /// The most tokens of an answer.
  public var maximumTokens: Int
  /// How many conversations are kept, so that one that goes on need not be read from its beginning; as many answers are
  /// written at once. Each takes memory for its context.
  public var sequences: Int
  /// How tokens are drawn.
  public var sampling: LocalSampling
  /// The highest rank of adapters that the model can be given, at most 1,024; nil for none. See
  /// ``LocalModel/loadAdapter(at:)``.
  public var adapterRank: Int?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - contextSize: How many tokens fit in the context, up to 16,384; nil for the smaller of what the model was trained
  ///     for and 4,096.
  ///   - threads: How many threads compute; 0 for one a processor.
  ///   - maximumTokens: The most tokens of an answer.
  ///   - sequences: How many conversations are kept.
  ///   - sampling: How tokens are drawn.
  ///   - adapterRank: The highest rank of adapters that the model can be given; nil for none.
  public init(
    contextSize: Int? = nil,
    threads: Int = 0,
    maximumTokens: Int = 1024,
    sequences: Int = 4,
    sampling: LocalSampling = .init(),
    adapterRank: Int? = nil
  ) {
    self.contextSize = contextSize
    self.threads = threads
    self.maximumTokens = maximumTokens
    self.sequences = sequences
    self.sampling = sampling
    self.adapterRank = adapterRank
  }
}
