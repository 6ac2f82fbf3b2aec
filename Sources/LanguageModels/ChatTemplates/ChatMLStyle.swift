/// What varies among templates with `<|im_start|>` and `<|im_end|>`.
package struct ChatMLStyle: Hashable, Sendable {
  /// How a template tells tools.
  package enum Tools: Hashable, Sendable {
    /// As Qwen 2.5 does.
    case hermes
    /// The same, with the braces of the sample call doubled: a slip in the templates of some models, which were taught so.
    case hermesWithDoubledBraces
  }

  /// What the system says where the conversation has no such message.
  package var defaultSystem: String?
  /// How tools are told; nil where the template knows none.
  package var tools: Tools?

  /// Creates a style.
  package init(defaultSystem: String? = nil, tools: Tools? = nil) {
    self.defaultSystem = defaultSystem
    self.tools = tools
  }

  /// Tells the style of a Jinja template.
  ///
  /// - Parameter source: The template.
  package init(of source: String) {
    defaultSystem = Self.defaultSystem(of: source)
    if source.contains("<tool_call>"), source.contains("<tools>") {
      tools = source.contains(#"{{\"name\": <function-name>"#) ? .hermesWithDoubledBraces : .hermes
    }
  }

  /// The text between the marks that is written out, rather than put together from the messages.
  private static func defaultSystem(of source: String) -> String? {
    // A line break stands in the template as it is or escaped.
    for mark in ["<|im_start|>system\n", #"<|im_start|>system\n"#] {
      for piece in source.split(separator: mark).dropFirst(source.hasPrefix(mark) ? 0 : 1) {
        let text = piece.split(separator: "<|im_end|>", maxSplits: 1, omittingEmptySubsequences: false)
        // An apostrophe ends the literal, and something is put in.
        if text.count == 2, !text[0].contains("'"), !text[0].contains("{"), !text[0].contains("\"") {
          return String(text[0])
        }
      }
    }
    return nil
  }

  func render(_ messages: [ChatMessage], tools: [ChatTool], to text: inout String) {
    let system = messages.first?.role == .system ? messages.first?.content : defaultSystem
    let tellsTools = self.tools != nil && !tools.isEmpty
    if tellsTools {
      text += "<|im_start|>system\n\(system ?? "")"
      tell(tools, to: &text)
      text += "<|im_end|>\n"
    } else if let system {
      text += "<|im_start|>system\n\(system)<|im_end|>\n"
    }
    for (index, message) in messages.enumerated() where index > 0 || message.role != .system {
      if self.tools != nil, message.role == .tool {
        let follows = index > 0 && messages[index - 1].role == .tool
        let isFollowed = index + 1 < messages.count && messages[index + 1].role == .tool
        text += follows ? "" : "<|im_start|>user"
        text += "\n<tool_response>\n\(message.content)\n</tool_response>"
        text += isFollowed ? "" : "<|im_end|>\n"
      } else if self.tools != nil, message.role == .assistant, !message.toolCalls.isEmpty {
        text += "<|im_start|>assistant"
        if !message.content.isEmpty { text += "\n\(message.content)" }
        for call in message.toolCalls {
          // The name is put in as it is, as the template does.
          text +=
            "\n<tool_call>\n{\"name\": \"\(call.name)\", \"arguments\": \(TemplateJSON.text(of: call.arguments))}\n</tool_call>"
        }
        text += "<|im_end|>\n"
      } else {
        text += "<|im_start|>\(message.role.rawValue)\n\(message.content)<|im_end|>\n"
      }
    }
  }

  private func tell(_ tools: [ChatTool], to text: inout String) {
    text += "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    text += "You are provided with function signatures within <tools></tools> XML tags:\n<tools>"
    for tool in tools { text += "\n" + TemplateJSON.text(of: tool.definition) }
    text += "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
    text += "<tool_call></tool_call> XML tags:\n<tool_call>\n"
    let call = #"{"name": <function-name>, "arguments": <args-json-object>}"#
    text += self.tools == .hermesWithDoubledBraces ? "{\(call)}" : call
    text += "\n</tool_call>"
  }
}
