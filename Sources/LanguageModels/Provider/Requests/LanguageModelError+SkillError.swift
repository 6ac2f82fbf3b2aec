import SkillRuntime

extension LanguageModelError {
  /// The error as the runtime's callers know it.
  ///
  /// - Parameters:
  ///   - identifier: The model.
  ///   - maximumTokens: How many tokens the answer might have had, where there was to be one.
  /// - Returns: The error.
  func skillError(of identifier: String, maximumTokens: Int? = nil) -> SkillError {
    switch self {
    case .contextOverflow(let prompt, let size):
      SkillError(
        .contextExceeded,
        "the request to '\(identifier)' has \(prompt) tokens; its context holds \(size)",
        suggestion: Self.wayOut
      )
    case .limitTooSmall(let needed, let limit) where limit < maximumTokens ?? limit:
      SkillError(
        .contextExceeded,
        "the shortest answer of the shape asked of '\(identifier)' takes \(needed) tokens, and its context has \(limit) left",
        suggestion: Self.wayOut
      )
    case .limitTooSmall(let needed, let limit):
      SkillError(
        .outputLimit,
        "the shortest answer of the shape asked of '\(identifier)' takes \(needed) tokens, and \(limit) are allowed",
        suggestion: "Allow more tokens for the answer, with 'maximumTokens' or --max-tokens, or ask for less."
      )
    case .guide(let error) where error != .noToken:
      SkillError(
        .invalidInput,
        "an answer of '\(identifier)' cannot be held to the shape asked for: \(error)",
        suggestion: "Make the shape smaller or simpler."
      )
    default: SkillError(.modelUnavailable, "'\(identifier)' cannot be used: \(self)")
    }
  }

  private static let wayOut =
    "Pass less data, or open the model with a larger context: 'contextSize' in a program, --context for skvm."
}
