package import SkillIR

/// A message of a conversation with a model.
package struct ChatMessage: Hashable, Sendable {
  /// Who speaks.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    case system, user, assistant
    /// The result of a tool call.
    case tool
  }

  /// A function that the model asks for.
  package struct ToolCall: Hashable, Sendable {
    /// The name of the function.
    package var name: String
    /// What it is called with, an object as a rule.
    package var arguments: JSONValue

    /// Creates a call.
    package init(name: String, arguments: JSONValue) {
      self.name = name
      self.arguments = arguments
    }
  }

  /// Who speaks.
  package var role: Role
  /// What is said; for a tool its result.
  package var content: String
  /// The functions that an assistant's message asks for.
  package var toolCalls: [ToolCall]

  /// Creates a message.
  package init(_ role: Role, _ content: String, toolCalls: [ToolCall] = []) {
    self.role = role
    self.content = content
    self.toolCalls = toolCalls
  }
}

/// A function that a model may ask for.
package struct ChatTool: Hashable, Sendable {
  /// The name of the function.
  package var name: String
  /// What it does.
  package var description: String
  /// The JSON schema of its arguments.
  package var parameters: JSONValue

  /// Creates a tool.
  package init(name: String, description: String, parameters: JSONValue) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }

  /// The definition as chat templates write it.
  var definition: JSONValue {
    [
      "type": "function",
      "function": ["name": .string(name), "description": .string(description), "parameters": parameters],
    ]
  }
}

/// A conversation as the text that a model continues.
package struct ChatPrompt: Hashable, Sendable {
  /// The text, to be encoded with its special tokens parsed, but for those that begin at ``literals``.
  package var text: String
  /// The offsets in UTF-8 where what somebody said looks as if a special token could begin, and none may.
  package var literals: Set<Int>
  /// Whether the text begins with the beginning-of-sequence token already, so that encoding must not add it.
  package var includesBeginning: Bool
  /// The texts before which the answer ends, besides the tokenizer's ends of generation.
  package var stops: [String]
}
