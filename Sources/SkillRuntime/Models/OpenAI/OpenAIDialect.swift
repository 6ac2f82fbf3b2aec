/// OpenAI's chat completions, and what its many look-alikes make of them.
///
/// Written after the API reference of `POST /v1/chat/completions`.
package struct OpenAIDialect: ModelDialect {
  package init() {}

  package var path: String { "/chat/completions" }

  package func headers(
    key: Secret?
  ) -> (plain: [(name: String, value: String)], secret: [(name: String, value: Secret)]) {
    ([], key.map { [("Authorization", Secret("Bearer " + $0.exposed))] } ?? [])
  }

  package func decoder(for request: ModelRequest, features: ServerFeatures) -> OpenAIDecoder {
    OpenAIDecoder(request, means: means(for: request, features))
  }

  /// How this request's schema is asked for: by what the server takes, and what can say it.
  func means(for request: ModelRequest, _ features: ServerFeatures) -> ServerFeatures.SchemaMeans? {
    guard case .json(_, let schema) = request.answer else { return nil }
    // Response formats and tools take objects only.
    guard case .object = schema else { return .prompt }
    return features.schema == .tool && !features.tools ? .prompt : features.schema
  }

  package func body(of request: ModelRequest, model: String, features: ServerFeatures) -> JSONValue {
    var body: JSONObject = JSONObject([("model", .string(model)), ("stream", true)])
    if features.streamOptions { body["stream_options"] = ["include_usage": true] }
    var messages = request.messages
    var tools = request.tools.map { tool -> JSONValue in
      [
        "type": "function",
        "function": [
          "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.arguments.json,
        ],
      ]
    }
    if case .json(let name, let schema) = request.answer, let means = means(for: request, features) {
      let name = name.asToolName
      switch means {
      case .jsonSchema:
        let strict = schema.strict
        body["response_format"] = [
          "type": "json_schema",
          "json_schema": [
            "name": .string(name), "schema": (strict ?? schema).json, "strict": .bool(strict != nil),
          ],
        ]
      case .jsonObject:
        body["response_format"] = ["type": "json_object", "schema": schema.json]
        messages.askForJSON(of: schema)
      case .tool:
        tools.append([
          "type": "function",
          "function": [
            "name": .string(name), "description": .string(Self.answerToolDescription), "parameters": schema.json,
          ],
        ])
        body["tool_choice"] =
          request.tools.isEmpty ? ["type": "function", "function": ["name": .string(name)]] : "required"
      case .prompt: messages.askForJSON(of: schema)
      }
    }
    body["messages"] = .array(messages.map(Self.message))
    if !tools.isEmpty { body["tools"] = .array(tools) }
    let options = request.options
    if let temperature = options.temperature, features.temperature { body["temperature"] = .number(temperature) }
    if let seed = options.seed, features.seed { body["seed"] = .integer(seed) }
    if let limit = options.maximumTokens {
      body[features.newTokenLimit ? "max_completion_tokens" : "max_tokens"] = .integer(limit)
    }
    return .object(body)
  }

  static let answerToolDescription = "Gives the answer. Call it once."

  private static func message(_ message: ModelMessage) -> JSONValue {
    switch message {
    case .system(let text): return ["role": "system", "content": .string(text)]
    case .user(let text): return ["role": "user", "content": .string(text)]
    case .assistant(let text, let calls):
      guard !calls.isEmpty else { return ["role": "assistant", "content": .string(text)] }
      return [
        "role": "assistant", "content": text.isEmpty ? .null : .string(text),
        "tool_calls": .array(
          calls.map { call in
            [
              "id": .string(call.id), "type": "function",
              "function": [
                "name": .string(call.name),
                // Malformed arguments go back as they came: the model shall see what it wrote.
                "arguments": .string(call.arguments.stringValue ?? call.arguments.jsonText),
              ],
            ]
          }
        ),
      ]
    case .toolResult(let id, let content, let isError):
      return [
        "role": "tool", "tool_call_id": .string(id), "content": .string(isError ? "Error: \(content)" : content),
      ]
    }
  }
}

extension OpenAIDialect {
  package func weaker(
    _ features: ServerFeatures,
    because error: ServerError,
    for request: ModelRequest
  ) -> ServerFeatures? {
    guard error.status >= 400, ![401, 402, 403, 404, 408, 409, 413, 429].contains(error.status),
      error.contextOverflow == nil, !error.isRefusal
    else { return nil }
    var weaker = features
    let isUnknown = error.mentions(
      "support",
      "unrecognized",
      "unknown",
      "unexpected",
      "extra",
      "not permitted",
      "not allowed",
      "instead",
      "invalid",
      "require",
      "enable",
      "input should be"
    )
    let means = means(for: request, features)
    if means == .jsonSchema || means == .jsonObject,
      error.mentions("response_format", "json_schema", "json_object", "schema", "grammar", "guided", "structured")
    {
      weaker.schema = means == .jsonSchema ? .jsonObject : .tool
      return weaker
    }
    if means == .tool, error.mentions("tool", "function") {
      weaker.schema = .prompt
      return weaker
    }
    if features.streamOptions, error.mentions("stream_options", "include_usage") {
      weaker.streamOptions = false
      return weaker
    }
    if !request.tools.isEmpty, isUnknown, error.mentions("tool", "function") {
      weaker.tools = false
      return weaker
    }
    // The two names of one limit: which one a server knows depends on its age.
    if request.options.maximumTokens != nil, isUnknown {
      if !features.newTokenLimit, error.mentions("max_completion_tokens", "'max_tokens'", "max_tokens") {
        weaker.newTokenLimit = true
        return error.mentions("too large", "less than", "at most") ? nil : weaker
      }
    }
    if request.options.temperature != nil, features.temperature, isUnknown, error.mentions("temperature") {
      weaker.temperature = false
      return weaker
    }
    if request.options.seed != nil, features.seed, isUnknown, error.mentions("seed") {
      weaker.seed = false
      return weaker
    }
    // A server that refuses without a word: leave out one thing after another.
    guard [400, 422, 501].contains(error.status), error.isVague else { return nil }
    if let means, means != .prompt {
      weaker.schema = ServerFeatures.SchemaMeans(rawValue: means.rawValue + 1) ?? .prompt
    } else if features.streamOptions {
      weaker.streamOptions = false
    } else {
      return nil
    }
    return weaker
  }
}
