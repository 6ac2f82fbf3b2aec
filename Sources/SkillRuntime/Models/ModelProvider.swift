/// Something that answers as a language model does: a remote service, a local model, a script for tests.
public protocol ModelProvider: Sendable {
  /// The model as `SKVM_MODEL` names it, such as `openai:gpt-5-mini`.
  var identifier: String { get }

  /// What the model can do beyond text.
  var capabilities: ModelCapabilities { get }

  /// Whether the model can be used now, and if not, why.
  func availability() async -> ModelAvailability

  /// Answers a request as it goes.
  ///
  /// The stream ends with one ``ModelEvent/finished(_:)``, or throws a ``SkillError``. Ending the iteration, or the
  /// task that iterates, stops the work.
  func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error>
}

extension ModelProvider {
  /// Answers a request.
  ///
  /// - Parameter request: The conversation, tools and shape of the answer.
  /// - Returns: The whole answer.
  /// - Throws: A ``SkillError`` that says what the provider would not do.
  public func respond(to request: ModelRequest) async throws -> ModelReply {
    for try await event in stream(request) {
      if case .finished(let reply) = event { return reply }
    }
    try Task.checkCancellation()
    throw SkillError(.modelUnavailable, "\(identifier) ended its answer early", suggestion: "Try again.")
  }
}

/// What a model can do beyond text.
public struct ModelCapabilities: Hashable, Sendable {
  /// How strongly a model can be held to a schema, weakest first.
  public enum SchemaSupport: Int, Hashable, Sendable, Comparable {
    /// Only by being asked; the answer is checked and sent back for repair.
    case prompt
    /// By a tool it is forced to call.
    case tool
    /// By a response format that the provider enforces.
    case responseFormat
    /// By decoding that can produce nothing else.
    case guided

    /// Whether one is weaker than the other.
    public static func < (a: SchemaSupport, b: SchemaSupport) -> Bool { a.rawValue < b.rawValue }
  }

  /// Whether the model can call tools.
  public var tools: Bool
  /// How strongly it can be held to a schema.
  public var schema: SchemaSupport
  /// How many tokens fit in its context, if known.
  public var contextSize: Int?

  /// Creates a set of capabilities.
  public init(tools: Bool, schema: SchemaSupport, contextSize: Int? = nil) {
    self.tools = tools
    self.schema = schema
    self.contextSize = contextSize
  }
}

/// Whether a model can be used now.
public enum ModelAvailability: Hashable, Sendable {
  case available
  /// What is missing, and what to do.
  case unavailable(reason: String)
}
