import SkillIR
import SkillRuntime

/// A request as a model's template and a grammar say it.
struct LocalPrompt: Sendable {
  /// The conversation as the text that the model continues.
  let prompt: ChatPrompt
  /// What the answer has to be; nil for any text.
  let grammar: DecodingGrammar?
  /// How tools are called; nil where there are none.
  let tools: ToolProtocol?

  /// Writes a request down.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - template: The model's template.
  ///   - mustCall: Whether a tool has to be called, if there is one.
  init(_ request: ModelRequest, template: ChatTemplate, mustCall: Bool = false) {
    var messages = request.messages
    if request.tools.isEmpty {
      tools = nil
      switch request.answer {
      case .text: grammar = nil
      case .json(_, let schema):
        grammar = .schema(schema)
        messages.askForJSON(of: schema)
      }
      // Earlier calls are told even where there is nothing to call any more.
      prompt = template.render(
        template.supportsTools ? Self.messages(messages) : Self.messagesWithoutTools(messages, nil)
      )
      return
    }
    let way: ToolProtocol = template.supportsTools ? .template : .object
    tools = way
    grammar = way.grammar(request.tools, answer: request.answer, mustCall: mustCall)
    if case .json(_, let schema) = request.answer, !mustCall { messages.askForJSON(of: schema) }
    switch way {
    case .template:
      let list = request.tools.map {
        ChatTool(name: $0.name, description: $0.description, parameters: $0.arguments.json)
      }
      prompt = template.render(Self.messages(messages), tools: list)
    case .object:
      let instructions = ToolProtocol.instructions(request.tools, mustCall: mustCall)
      prompt = template.render(Self.messagesWithoutTools(messages, instructions))
    }
  }

  private static func messages(_ messages: [ModelMessage]) -> [ChatMessage] {
    messages.map { message in
      switch message {
      case .system(let text): ChatMessage(.system, text)
      case .user(let text): ChatMessage(.user, text)
      case .assistant(let text, let calls):
        ChatMessage(.assistant, text, toolCalls: calls.map { .init(name: $0.name, arguments: $0.arguments) })
      case .toolResult(_, let content, let isError): ChatMessage(.tool, isError ? "Error: \(content)" : content)
      }
    }
  }

  /// The messages for a template that has no place for tools: calls as the assistant's words, results as the user's.
  private static func messagesWithoutTools(_ messages: [ModelMessage], _ instructions: String?) -> [ChatMessage] {
    var result: [ChatMessage] = []
    var names: [String: String] = [:]
    var followsResult = false
    for message in messages {
      defer { if case .toolResult = message { followsResult = true } else { followsResult = false } }
      switch message {
      case .system(let text): result.append(ChatMessage(.system, text))
      case .user(let text): result.append(ChatMessage(.user, text))
      case .assistant(let text, let calls):
        for call in calls { names[call.id] = call.name }
        let lines = (text.isEmpty ? [] : [text]) + calls.map(ToolProtocol.text(of:))
        result.append(ChatMessage(.assistant, lines.joined(separator: "\n")))
      case .toolResult(let id, let content, let isError):
        let text = "\(isError ? "Error" : "Result") of \(names[id] ?? "the tool"):\n\(content)"
        // Results of one turn are one message, since many templates want turns to alternate.
        if followsResult, let last = result.indices.last {
          result[last].content += "\n\n\(text)"
        } else {
          result.append(ChatMessage(.user, text))
        }
      }
    }
    guard let instructions else { return result }
    if let first = result.first, first.role == .system {
      result[0].content += "\n\n\(instructions)"
    } else {
      result.insert(ChatMessage(.system, instructions), at: 0)
    }
    return result
  }
}
