import SkillIR

extension ChatMessage {
  /// The message with every character that special tokens begin with replaced by one that none begins with.
  var disguised: ChatMessage {
    var message = self
    message.content = content.disguised
    message.toolCalls = toolCalls.map { ToolCall(name: $0.name.disguised, arguments: $0.arguments.disguised) }
    return message
  }
}

extension ChatTool {
  /// The tool with every character that special tokens begin with replaced by one that none begins with.
  var disguised: ChatTool {
    ChatTool(name: name.disguised, description: description.disguised, parameters: parameters.disguised)
  }
}

extension String {
  /// The same number of bytes, of which none begins a special token: those of all models begin with a bracket or a bar.
  fileprivate var disguised: String {
    guard utf8.contains(where: Self.beginsSpecial) else { return self }
    return String(decoding: utf8.map { Self.beginsSpecial($0) ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }

  private static func beginsSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "|")
  }
}

extension JSONValue {
  /// The value with the same done to its strings and to the names of members.
  fileprivate var disguised: JSONValue {
    switch self {
    case .string(let text): return .string(text.disguised)
    case .array(let elements): return .array(elements.map(\.disguised))
    case .object(let members):
      return .object(JSONObject(members.map { ($0.key.disguised, $0.value.disguised) }))
    default: return self
    }
  }
}
