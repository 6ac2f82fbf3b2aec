import SkillRuntime

extension LanguageModelError {
  /// The error as the runtime's callers know it.
  ///
  /// - Parameter identifier: The model.
  /// - Returns: The error; this one is its cause where there is more to know.
  func skillError(of identifier: String) -> SkillError {
    switch self {
    case .contextOverflow(let prompt, let size):
      SkillError(
        .contextExceeded,
        "the request to '\(identifier)' has \(prompt) tokens; its context holds \(size)",
        suggestion: "Pass less data, or use a model with a larger context."
      )
    case .limitTooSmall(let needed, let limit):
      SkillError(
        .contextExceeded,
        "the shortest answer of the shape asked of '\(identifier)' takes \(needed) tokens, and \(limit) are allowed",
        suggestion: "Allow more tokens, or pass less data."
      )
    case .guide(let error) where error != .noToken:
      SkillError(
        .invalidInput,
        "an answer cannot be guided by the schema: \(error)",
        suggestion: "Make the schema smaller or simpler."
      )
    default: SkillError(.modelUnavailable, "'\(identifier)' cannot be used: \(self)", underlyingError: self)
    }
  }
}
