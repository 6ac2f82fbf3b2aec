/// What a model is asked to write.
package struct GenerationRequest: Sendable {
  /// The tokens that the model continues.
  package var prompt: [TokenID]
  /// How many tokens may be written, at least 1; what the context leaves, where that is less.
  package var maximumTokens: Int
  /// How tokens are drawn, the seed included.
  package var sampling: SamplingOptions
  /// The texts before which the answer ends. Not heeded where a guide is given, since they may stand within a value.
  package var stops: [String]
  /// What the text must be one of, whole within ``maximumTokens``.
  package var guide: DecodingGuide?
  /// The adapter to run with, if any.
  package var adapter: LoadedAdapter?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - prompt: The tokens that the model continues.
  ///   - maximumTokens: How many tokens may be written.
  ///   - sampling: How tokens are drawn; the likeliest each time where it is not said.
  ///   - stops: The texts before which the answer ends.
  ///   - guide: What the text must be one of.
  ///   - adapter: The adapter to run with.
  package init(
    prompt: [TokenID],
    maximumTokens: Int = 512,
    sampling: SamplingOptions = .greedy,
    stops: [String] = [],
    guide: DecodingGuide? = nil,
    adapter: LoadedAdapter? = nil
  ) {
    self.prompt = prompt
    self.maximumTokens = max(maximumTokens, 1)
    self.sampling = sampling
    self.stops = stops
    self.guide = guide
    self.adapter = adapter
  }
}
