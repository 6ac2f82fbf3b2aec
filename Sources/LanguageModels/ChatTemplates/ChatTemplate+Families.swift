extension ChatTemplate {
  func renderLlama3(_ messages: [ChatMessage], to text: inout String) {
    text += beginning
    for message in messages {
      text += "<|start_header_id|>\(message.role.rawValue)<|end_header_id|>\n\n\(message.content.trimmed)<|eot_id|>"
    }
  }

  func renderLlama2(_ messages: [ChatMessage], to text: inout String) {
    var system: String?
    for (index, message) in messages.enumerated() {
      switch message.role {
      case .system where index == 0: system = message.content
      case .assistant: text += " \(message.content.trimmed) \(end)"
      case .system, .user, .tool:
        let content = system.map { "<<SYS>>\n\($0)\n<</SYS>>\n\n" + message.content } ?? message.content
        system = nil
        text += "\(beginning)[INST] \(content.trimmed) [/INST]"
      }
    }
    if let system { text += "\(beginning)[INST] <<SYS>>\n\(system)\n<</SYS>>\n\n [/INST]" }
  }

  func renderGemma(_ messages: [ChatMessage], to text: inout String) {
    text += beginning
    var prefix = ""
    for (index, message) in messages.enumerated() {
      // There is no system's turn; its words go before the first message.
      if index == 0, message.role == .system {
        prefix = message.content + "\n\n"
        continue
      }
      let role = message.role == .assistant ? "model" : message.role == .tool ? "user" : message.role.rawValue
      text += "<start_of_turn>\(role)\n\(prefix)\(message.content.trimmed)<end_of_turn>\n"
      prefix = ""
    }
    if !prefix.isEmpty { text += "<start_of_turn>user\n\(prefix.trimmed)<end_of_turn>\n" }
  }

  func renderPlain(_ messages: [ChatMessage], to text: inout String) {
    for message in messages {
      switch message.role {
      case .system: text += "\(message.content)\n\n"
      case .user: text += "User: \(message.content)\n"
      case .assistant: text += "Assistant: \(message.content)\n"
      case .tool: text += "Tool: \(message.content)\n"
      }
    }
  }
}

extension String {
  /// The text without white space around it, as Jinja trims it.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
