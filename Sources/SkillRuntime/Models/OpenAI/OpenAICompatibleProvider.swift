public import Foundation

/// A model behind OpenAI's chat completions API, or a server that speaks it: vLLM, llama.cpp, Ollama, LM Studio, …
///
/// ```swift
/// let model = OpenAICompatibleProvider(model: "gpt-5-mini")
/// let local = OpenAICompatibleProvider(model: "qwen", baseURL: URL(string: "http://127.0.0.1:8080/v1"))
/// ```
///
/// What a server does not take of a request (a response format, usage in streams) is left out or asked for in a weaker
/// way, and that is remembered. A key is sent over plain HTTP to this machine only, and redirections are not followed.
public struct OpenAICompatibleProvider: ModelProvider {
  private let exchange: ModelExchange<OpenAIDialect>
  private let contextSize: Int?

  /// Creates a provider; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - model: The model's name at the server.
  ///   - baseURL: The address up to and without `/chat/completions`; nil for OpenAI's own.
  ///   - identifier: What the model is called in messages and traces; nil for `openai:` and the model's name.
  ///   - contextSize: How many tokens fit in its context, if known.
  ///   - retry: How often a request is sent again that the server could not take.
  ///   - timeLimits: How long to wait.
  ///   - credential: Gives the API key whenever one is needed; nil for the environment's `OPENAI_API_KEY`.
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
      .openAI,
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
    var features = ServerFeatures(schema: .jsonSchema)
    features.newTokenLimit = server.base == ModelService.openAI.base
    exchange = ModelExchange(dialect: OpenAIDialect(), server: server, memory: FeatureMemory(features))
    self.contextSize = contextSize
  }

  /// The model as `SKVM_MODEL` names it.
  public var identifier: String { exchange.server.identifier }

  /// What the model can do, as far as its server has not yet shown otherwise.
  public var capabilities: ModelCapabilities {
    let features = exchange.memory.current
    let schema: ModelCapabilities.SchemaSupport =
      switch features.schema {
      case .jsonSchema, .jsonObject: .responseFormat
      case .tool: .tool
      case .prompt: .prompt
      }
    return ModelCapabilities(tools: features.tools, schema: schema, contextSize: contextSize)
  }

  /// Asks the server for its list of models.
  public func availability() async -> ModelAvailability {
    await exchange.availability()
  }

  /// Answers a request as it goes.
  public func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    exchange.stream(request)
  }
}

extension OpenAICompatibleProvider: CustomStringConvertible {
  /// The model's identifier.
  public var description: String { identifier }
}
