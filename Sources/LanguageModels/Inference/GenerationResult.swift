package import SkillRuntime

/// What a model wrote.
package struct GenerationResult: Hashable, Sendable {
  /// Why the text ends.
  package enum Finish: Hashable, Sendable {
    /// The model ended its answer, or the guided text is complete.
    case end
    /// One of the texts before which the answer ends.
    case stop(String)
    /// As many tokens were written as were asked for. A guided text is complete all the same.
    case length
    /// The context is full.
    case context
    /// The task was cancelled.
    case cancelled
  }

  /// The text, without what ended it.
  package var text: String
  /// The tokens that the model wrote, without the one that ended the answer.
  package var tokens: [TokenID]
  /// Why the text ends.
  package var finish: Finish
  /// The tokens it took: those read for it, those an earlier request had left in a cache, and those written, the one
  /// that ended the answer included.
  package var usage: TokenUsage
  /// The time spent on evaluating the prompt, waiting excluded.
  package var prefillTime = Duration.zero
  /// The time spent on writing, waiting excluded.
  package var decodeTime = Duration.zero
}

/// What happens while a model writes.
package enum GenerationEvent: Hashable, Sendable {
  /// More text, which follows what came before.
  case text(String)
  /// The end.
  case result(GenerationResult)
}
