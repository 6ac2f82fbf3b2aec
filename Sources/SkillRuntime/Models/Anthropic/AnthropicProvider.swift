public import Foundation

/// A model behind Anthropic's messages API.
///
/// ```swift
/// let model = AnthropicProvider(model: "claude-sonnet-4-5")
/// ```
///
/// A schema is asked for by a tool that the model has to call. A key is sent over plain HTTP to this machine only, and
/// redirections are not followed.
public struct AnthropicProvider: ModelProvider {
  private let exchange: ModelExchange<AnthropicDialect>
  private let contextSize: Int?

  /// Creates a provider; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - model: The model's name.
  ///   - baseURL: The address up to and without `/v1/messages`; nil for Anthropic's own.
  ///   - identifier: What the model is called in messages and traces; nil for `anthropic:` and the model's name.
  ///   - contextSize: How many tokens fit in its context, if known.
  ///   - retry: How often a request is sent again that the server could not take.
  ///   - timeLimits: How long to wait.
  ///   - credential: Gives the API key whenever one is needed; nil for the environment's `ANTHROPIC_API_KEY`.
  public init(
    model: String,
    baseURL: URL? = nil,
    identifier: String? = nil,
    contextSize: Int? = nil,
    retry: RetryPolicy = .init(),
    timeLimits: ModelTimeLimits = .init(),
    credential: (@Sendable () async throws -> String?)? = nil
  ) {
    let server = ModelServer(
      .anthropic,
      model: model,
      baseURL: baseURL,
      identifier: identifier,
      retry: retry,
      timeLimits: timeLimits,
      credential: credential
    )
    self.init(server, contextSize: contextSize)
  }

  package init(_ server: ModelServer, contextSize: Int? = nil) {
    var server = server
    // Both spellings of the address are about.
    if server.base.hasSuffix("/v1") { server.base.removeLast(3) }
    exchange = ModelExchange(
      dialect: AnthropicDialect(),
      server: server,
      memory: FeatureMemory(ServerFeatures(schema: .tool))
    )
    self.contextSize = contextSize
  }

  /// The model as `SKVM_MODEL` names it.
  public var identifier: String { exchange.server.identifier }

  /// What the model can do, as far as its server has not yet shown otherwise.
  public var capabilities: ModelCapabilities {
    let features = exchange.memory.current
    return ModelCapabilities(
      tools: features.tools,
      schema: features.schema == .tool ? .tool : .prompt,
      contextSize: contextSize
    )
  }

  /// Asks the service for its list of models.
  public func availability() async -> ModelAvailability {
    await exchange.availability()
  }

  /// Answers a request as it goes.
  public func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    exchange.stream(request)
  }
}

extension AnthropicProvider: CustomStringConvertible {
  /// The model's identifier.
  public var description: String { identifier }
}
