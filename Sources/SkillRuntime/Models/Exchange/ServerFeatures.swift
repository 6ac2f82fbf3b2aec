import Synchronization

/// Which of a protocol's optional parts a server takes, as far as is known.
package struct ServerFeatures: Hashable, Sendable {
  /// The ways to hold a model to a schema, strongest first.
  package enum SchemaMeans: Int, Hashable, Sendable, CaseIterable {
    /// `response_format` of kind `json_schema`.
    case jsonSchema
    /// `response_format` of kind `json_object`, with the schema beside it and in the prompt.
    case jsonObject
    /// A tool that the model must call.
    case tool
    /// Being asked.
    case prompt
  }

  package var schema: SchemaMeans
  package var tools = true
  package var streamOptions = true
  package var temperature = true
  package var seed = true
  /// Whether the limit on an answer is called `max_completion_tokens`, as OpenAI's newer models have it.
  package var newTokenLimit = false
  package var cacheControl = true
  /// The most tokens of an answer that the server allows.
  package var maximumTokens: Int?

  package init(schema: SchemaMeans) { self.schema = schema }
}

/// What a provider has learnt of its server, shared by its copies.
package final class FeatureMemory: Sendable {
  private let features: Mutex<ServerFeatures>

  package init(_ features: ServerFeatures) { self.features = Mutex(features) }

  package var current: ServerFeatures {
    get { features.withLock { $0 } }
    set { features.withLock { $0 = newValue } }
  }
}
