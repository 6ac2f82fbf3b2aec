public import SkillIR

/// What is asked of a model.
public struct ModelRequest: Hashable, Sendable {
  /// The shape that the answer must have.
  public enum Answer: Hashable, Sendable {
    case text
    /// JSON of a schema; the name is a short identifier that providers show the model.
    case json(name: String, schema: JSONSchema)
  }

  /// The conversation so far.
  public var messages: [ModelMessage]
  /// The tools the model may call.
  public var tools: [ToolDefinition]
  /// The shape of the answer.
  public var answer: Answer
  /// How to generate.
  public var options: ModelOptions

  /// Creates a request.
  public init(
    messages: [ModelMessage],
    tools: [ToolDefinition] = [],
    answer: Answer = .text,
    options: ModelOptions = .init()
  ) {
    self.messages = messages
    self.tools = tools
    self.answer = answer
    self.options = options
  }
}

/// One message of a conversation.
public enum ModelMessage: Hashable, Sendable {
  /// What the model is and how it should behave.
  case system(String)
  case user(String)
  /// What the model said, and the tools it called.
  case assistant(String, toolCalls: [ToolCall] = [])
  /// What a tool gave back, by the call's id.
  case toolResult(id: String, content: String, isError: Bool = false)
}

/// How a model generates.
public struct ModelOptions: Hashable, Sendable {
  /// 0 for the likeliest answer; nil for the provider's default.
  public var temperature: Double?
  /// The most tokens of an answer; nil for the provider's default.
  public var maximumTokens: Int?
  /// Makes sampling repeatable where the provider can.
  public var seed: Int?

  /// Creates options; whatever is left out is the provider's choice.
  public init(temperature: Double? = nil, maximumTokens: Int? = nil, seed: Int? = nil) {
    self.temperature = temperature
    self.maximumTokens = maximumTokens
    self.seed = seed
  }
}

/// A tool as a model sees it.
public struct ToolDefinition: Hashable, Sendable {
  /// The name the model calls it by.
  public var name: String
  /// What it does, for the model.
  public var description: String
  /// The schema of its arguments: an object.
  public var arguments: JSONSchema

  /// Creates a definition.
  public init(name: String, description: String, arguments: JSONSchema) {
    self.name = name
    self.description = description
    self.arguments = arguments
  }
}

/// A model's wish to call a tool.
public struct ToolCall: Hashable, Sendable {
  /// The provider's id of the call.
  public var id: String
  /// The tool's name.
  public var name: String
  /// The arguments; a string where the model's text was not JSON.
  public var arguments: JSONValue

  /// Creates a call.
  public init(id: String, name: String, arguments: JSONValue) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}
