import SkillIR
import SkillRuntime

/// The messages of a request.
enum ChatMessages {
  static func read(_ value: JSONValue?) throws(ServiceError) -> [ModelMessage] {
    guard let list = value?.arrayValue, !list.isEmpty else {
      throw .invalid("'messages' is a list of at least one message", "messages")
    }
    var messages: [ModelMessage] = []
    for (index, entry) in list.enumerated() { messages.append(try message(entry, at: "messages[\(index)]")) }
    return messages
  }

  private static func message(_ entry: JSONValue, at place: String) throws(ServiceError) -> ModelMessage {
    let content = try content(entry["content"], at: place)
    switch entry["role"]?.stringValue {
    case "system", "developer": return .system(content ?? "")
    case "user":
      guard let content else { throw .invalid("'\(place).content' is missing", "\(place).content") }
      return .user(content)
    case "assistant":
      var calls: [ToolCall] = []
      for (index, call) in (entry["tool_calls"]?.arrayValue ?? []).enumerated() {
        guard let id = call["id"]?.stringValue, let name = call["function"]?["name"]?.stringValue else {
          throw .invalid("'\(place).tool_calls[\(index)]' has no id or no name of a function", "\(place).tool_calls")
        }
        let arguments = call["function"]?["arguments"]?.stringValue ?? ""
        calls.append(ToolCall(id: id, name: name, arguments: .ofToolCall(arguments)))
      }
      return .assistant(content ?? "", toolCalls: calls)
    case "tool":
      guard let id = entry["tool_call_id"]?.stringValue else {
        throw .invalid("'\(place).tool_call_id' is missing", "\(place).tool_call_id")
      }
      return .toolResult(id: id, content: content ?? "")
    default:
      throw .invalid("'\(place).role' is 'system', 'developer', 'user', 'assistant' or 'tool'", "\(place).role")
    }
  }

  /// Text, or parts of which all are text.
  private static func content(_ value: JSONValue?, at place: String) throws(ServiceError) -> String? {
    switch value {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case .array(let parts)?:
      var text = ""
      for part in parts {
        guard part["type"]?.stringValue == "text", let piece = part["text"]?.stringValue else {
          throw .invalid("only parts of the type 'text' are understood", "\(place).content")
        }
        text += piece
      }
      return text
    default: throw .invalid("'\(place).content' is a text or a list of parts", "\(place).content")
    }
  }
}
