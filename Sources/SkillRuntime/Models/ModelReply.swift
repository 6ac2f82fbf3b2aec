/// What happens while a model answers.
public enum ModelEvent: Hashable, Sendable {
  /// More text.
  case text(String)
  /// A complete call of a tool.
  case toolCall(ToolCall)
  /// The request is sent again after a wait, because of what the string says.
  case retrying(after: Duration, reason: String)
  /// The end of the answer.
  case finished(ModelReply)
}

/// A model's whole answer.
public struct ModelReply: Hashable, Sendable {
  /// Why a model stopped.
  public enum StopReason: Hashable, Sendable {
    case finished
    case toolCalls
    /// The limit on tokens was reached.
    case length
    case refused
  }

  /// The text, which is JSON where a schema was asked for.
  public var text: String
  /// The tools it wants called.
  public var toolCalls: [ToolCall]
  /// Why it stopped.
  public var stopReason: StopReason
  /// The tokens it took, where the provider says so.
  public var usage: TokenUsage?
  /// What the provider says of its rate limits.
  public var rateLimit: RateLimit?

  /// Creates an answer.
  public init(
    text: String,
    toolCalls: [ToolCall] = [],
    stopReason: StopReason = .finished,
    usage: TokenUsage? = nil,
    rateLimit: RateLimit? = nil
  ) {
    self.text = text
    self.toolCalls = toolCalls
    self.stopReason = stopReason
    self.usage = usage
    self.rateLimit = rateLimit
  }
}

/// Tokens counted by a provider. The four numbers are disjoint.
public struct TokenUsage: Hashable, Sendable, Codable {
  /// Tokens read that were in no cache.
  public var input: Int
  /// Tokens written.
  public var output: Int
  /// Tokens read from the provider's cache.
  public var cacheRead: Int
  /// Tokens put into the provider's cache.
  public var cacheWrite: Int

  /// Creates a count.
  public init(input: Int = 0, output: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0) {
    self.input = input
    self.output = output
    self.cacheRead = cacheRead
    self.cacheWrite = cacheWrite
  }

  /// The sum of two counts.
  public static func + (a: TokenUsage, b: TokenUsage) -> TokenUsage {
    TokenUsage(
      input: a.input + b.input,
      output: a.output + b.output,
      cacheRead: a.cacheRead + b.cacheRead,
      cacheWrite: a.cacheWrite + b.cacheWrite
    )
  }

  /// All tokens read and written.
  public var total: Int { input + output + cacheRead + cacheWrite }
}

/// What a provider says of its limits.
public struct RateLimit: Hashable, Sendable {
  /// Requests left until the reset.
  public var remainingRequests: Int?
  /// Tokens left until the reset.
  public var remainingTokens: Int?
  /// How long until the limit is reset.
  public var resetAfter: Duration?

  /// Creates a limit.
  public init(remainingRequests: Int? = nil, remainingTokens: Int? = nil, resetAfter: Duration? = nil) {
    self.remainingRequests = remainingRequests
    self.remainingTokens = remainingTokens
    self.resetAfter = resetAfter
  }
}
