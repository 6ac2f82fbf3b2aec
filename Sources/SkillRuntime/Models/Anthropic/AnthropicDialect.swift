import Foundation

/// Anthropic's messages.
///
/// Written after the API reference of `POST /v1/messages`, revision 2023-06-01.
package struct AnthropicDialect: ModelDialect {
  package static let revision = "2023-06-01"
  /// The protocol demands a limit on every answer.
  package static let defaultMaximumTokens = 8192

  package init() {}

  package var path: String { "/v1/messages" }

  package func headers(
    key: Secret?
  ) -> (plain: [(name: String, value: String)], secret: [(name: String, value: Secret)]) {
    ([("anthropic-version", Self.revision)], key.map { [("x-api-key", $0)] } ?? [])
  }

  package func decoder(for request: ModelRequest, features: ServerFeatures) -> AnthropicDecoder {
    AnthropicDecoder(request, means: means(for: request, features))
  }

  func means(for request: ModelRequest, _ features: ServerFeatures) -> ServerFeatures.SchemaMeans? {
    guard case .json(_, let schema) = request.answer else { return nil }
    guard case .object = schema, features.tools else { return .prompt }
    return features.schema
  }

  package func body(of request: ModelRequest, model: String, features: ServerFeatures) -> JSONValue {
    var messages = request.messages
    var tools = request.tools.map { tool -> JSONValue in
      ["name": .string(tool.name), "description": .string(tool.description), "input_schema": tool.arguments.json]
    }
    var choice: JSONValue?
    if case .json(let name, let schema) = request.answer {
      if means(for: request, features) == .tool {
        let name = name.asToolName
        tools.append([
          "name": .string(name), "description": .string(OpenAIDialect.answerToolDescription),
          "input_schema": schema.json,
        ])
        choice = request.tools.isEmpty ? ["type": "tool", "name": .string(name)] : ["type": "any"]
      } else {
        messages.askForJSON(of: schema)
      }
    }
    let limit = request.options.maximumTokens ?? Self.defaultMaximumTokens
    var body = JSONObject([
      ("model", .string(model)), ("max_tokens", .integer(min(limit, features.maximumTokens ?? limit))),
      ("stream", true),
    ])
    // An agent sends its beginning again with every turn; what is marked costs a tenth of it from then on.
    let isMarked = !request.tools.isEmpty && features.cacheControl
    let system = messages.compactMap { if case .system(let text) = $0 { text } else { nil } }.joined(separator: "\n\n")
    if !system.isEmpty {
      body["system"] = isMarked ? [Self.marked(["type": "text", "text": .string(system)])] : .string(system)
    }
    body["messages"] = .array(Self.turns(messages, marksLast: isMarked))
    if !tools.isEmpty { body["tools"] = .array(tools) }
    if let choice { body["tool_choice"] = choice }
    if let temperature = request.options.temperature, features.temperature {
      body["temperature"] = .number(min(temperature, 1))
    }
    return .object(body)
  }

  private static func marked(_ block: JSONValue) -> JSONValue {
    guard case .object(var members) = block else { return block }
    members["cache_control"] = ["type": "ephemeral"]
    return .object(members)
  }

  /// The conversation in turns, user and assistant by turns; what tools gave back is the user's, before their words.
  private static func turns(_ messages: [ModelMessage], marksLast: Bool) -> [JSONValue] {
    var turns: [(role: String, blocks: [JSONValue])] = []
    func add(_ role: String, _ blocks: [JSONValue]) {
      guard !blocks.isEmpty else { return }
      if turns.last?.role == role {
        turns[turns.count - 1].blocks += blocks
      } else {
        turns.append((role, blocks))
      }
    }
    for message in messages {
      switch message {
      case .system: continue
      case .user(let text): add("user", text.isEmpty ? [] : [["type": "text", "text": .string(text)]])
      case .assistant(let text, let calls):
        // Blank text is refused.
        let words: [JSONValue] =
          text.allSatisfy(\.isWhitespace) ? [] : [["type": "text", "text": .string(text)]]
        add(
          "assistant",
          words
            + calls.map { call in
              let input: JSONValue =
                if case .object = call.arguments { call.arguments } else { ["text": call.arguments] }
              return [
                "type": "tool_use", "id": .string(call.id), "name": .string(call.name.asToolName), "input": input,
              ]
            }
        )
      case .toolResult(let id, let content, let isError):
        var block = JSONObject([
          ("type", "tool_result"), ("tool_use_id", .string(id)), ("content", .string(content)),
        ])
        if isError { block["is_error"] = true }
        add("user", [.object(block)])
      }
    }
    if marksLast, let last = turns.indices.last, let block = turns[last].blocks.popLast() {
      turns[last].blocks.append(marked(block))
    }
    return turns.map { ["role": .string($0.role), "content": .array($0.blocks)] }
  }

  package func weaker(
    _ features: ServerFeatures,
    because error: ServerError,
    for request: ModelRequest
  ) -> ServerFeatures? {
    guard [400, 422, 501].contains(error.status), error.contextOverflow == nil, !error.isRefusal else { return nil }
    var weaker = features
    // "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for …"
    if error.mentions("max_tokens"), let comparison = error.message.range(of: "> "),
      let limit = Int(error.message[comparison.upperBound...].prefix { $0.isNumber }), limit > 0,
      limit < features.maximumTokens ?? .max
    {
      weaker.maximumTokens = limit
      return weaker
    }
    if features.cacheControl, error.mentions("cache_control") {
      weaker.cacheControl = false
      return weaker
    }
    if features.schema == .tool, case .json = request.answer, error.mentions("tool_choice", "input_schema") {
      weaker.schema = .prompt
      return weaker
    }
    if features.temperature, request.options.temperature != nil, error.mentions("temperature") {
      weaker.temperature = false
      return weaker
    }
    if !request.tools.isEmpty, error.mentions("does not support tool", "tools are not supported") {
      weaker.tools = false
      return weaker
    }
    return nil
  }
}
