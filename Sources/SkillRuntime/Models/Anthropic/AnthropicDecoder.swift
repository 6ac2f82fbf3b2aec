/// Reads an answer in Anthropic's messages, streamed or whole.
package struct AnthropicDecoder: ModelStreamDecoder {
  private enum Block {
    case text
    case tool(id: String, name: String, arguments: String)
    /// Thoughts, and kinds that later revisions add.
    case other
  }

  private let answer: ModelRequest.Answer
  private let means: ServerFeatures.SchemaMeans?
  private let knownTools: Set<String>
  private var reasoning = ReasoningFilter()
  private var blocks: [Int: Block] = [:]
  private var text = ""
  private var answerText: String?
  private var toolCalls: [ToolCall] = []
  private var stopReason: String?
  private var usage: TokenUsage?
  package private(set) var isComplete = false

  init(_ request: ModelRequest, means: ServerFeatures.SchemaMeans?) {
    answer = request.answer
    self.means = means
    knownTools = Set(request.tools.map(\.name))
  }

  package mutating func decode(_ event: ServerSentEvent) throws(ServerError) -> [ModelEvent] {
    guard !event.data.isEmpty else { return [] }
    guard let data = try? JSONParser.parse(event.data), case .object = data else {
      throw ServerError(status: 200, type: "bad_stream", message: "not JSON: \(event.data.prefix(300))")
    }
    let index = data["index"]?.intValue ?? 0
    switch data["type"]?.stringValue ?? event.name {
    case "message_start": read(usage: data["message"]?["usage"])
    case "content_block_start":
      if let block = data["content_block"] { return start(block, index) }
    case "content_block_delta":
      if let delta = data["delta"] { return read(delta, index) }
    case "content_block_stop": return stop(index)
    case "message_delta":
      if let reason = data["delta"]?["stop_reason"]?.stringValue { stopReason = reason }
      read(usage: data["usage"])
    case "message_stop":
      stopReason = stopReason ?? "end_turn"
      isComplete = true
    case "error": throw ServerError(status: 200, json: data)
    default: break  // "ping", and events of later revisions
    }
    return []
  }

  package mutating func decode(whole body: JSONValue) throws(ServerError) -> [ModelEvent] {
    if body["type"] == "error" || body["error"] != nil { throw ServerError(status: 200, json: body) }
    guard let content = body["content"]?.arrayValue else { return [] }
    var events: [ModelEvent] = []
    for (index, block) in content.enumerated() {
      events += start(block, index)
      if case .tool(let id, let name, _)? = blocks[index] {
        blocks[index] = .tool(id: id, name: name, arguments: block["input"]?.jsonText ?? "")
      }
      events += stop(index)
    }
    read(usage: body["usage"])
    stopReason = body["stop_reason"]?.stringValue ?? "end_turn"
    return events
  }

  private mutating func start(_ block: JSONValue, _ index: Int) -> [ModelEvent] {
    switch block["type"]?.stringValue {
    case "text":
      blocks[index] = .text
      return add(text: block["text"]?.stringValue ?? "")
    case "tool_use":
      blocks[index] = .tool(
        id: block["id"]?.stringValue ?? "toolu_\(index)",
        name: block["name"]?.stringValue ?? "",
        arguments: ""
      )
    default: blocks[index] = .other
    }
    return []
  }

  private mutating func read(_ delta: JSONValue, _ index: Int) -> [ModelEvent] {
    switch delta["type"]?.stringValue {
    case "text_delta": return add(text: delta["text"]?.stringValue ?? "")
    case "input_json_delta":
      guard let piece = delta["partial_json"]?.stringValue, !piece.isEmpty,
        case .tool(let id, let name, let arguments)? = blocks[index]
      else { return [] }
      blocks[index] = .tool(id: id, name: name, arguments: arguments + piece)
      return isAnswer(name) ? [.text(piece)] : []
    default: return []  // thoughts and their signatures
    }
  }

  private mutating func add(text piece: String) -> [ModelEvent] {
    let passed = reasoning.pass(piece)
    guard !passed.isEmpty else { return [] }
    text += passed
    return [.text(passed)]
  }

  private mutating func stop(_ index: Int) -> [ModelEvent] {
    guard case .tool(let id, let name, let arguments)? = blocks.removeValue(forKey: index) else { return [] }
    if isAnswer(name) {
      answerText = arguments.isEmpty ? "{}" : arguments
      return []
    }
    let call = ToolCall(id: id, name: name, arguments: .ofToolCall(arguments))
    toolCalls.append(call)
    return [.toolCall(call)]
  }

  private func isAnswer(_ tool: String) -> Bool {
    guard means == .tool, case .json(let name, _) = answer else { return false }
    return tool == name.asToolName && !knownTools.contains(tool)
  }

  /// Counts that come twice are totals, not additions.
  private mutating func read(usage value: JSONValue?) {
    guard let value, case .object = value else { return }
    var usage = self.usage ?? TokenUsage()
    usage.input = value["input_tokens"]?.intValue ?? usage.input
    usage.output = value["output_tokens"]?.intValue ?? usage.output
    usage.cacheRead = value["cache_read_input_tokens"]?.intValue ?? usage.cacheRead
    usage.cacheWrite = value["cache_creation_input_tokens"]?.intValue ?? usage.cacheWrite
    self.usage = usage
  }

  package mutating func finish() -> (events: [ModelEvent], reply: ModelReply)? {
    guard let stopReason else { return nil }
    var events: [ModelEvent] = []
    let rest = reasoning.finish()
    if !rest.isEmpty {
      text += rest
      events.append(.text(rest))
    }
    for index in blocks.keys.sorted() { events += stop(index) }
    var reply = ModelReply(text: answerText ?? text, toolCalls: toolCalls, usage: usage)
    if case .json(_, let schema) = answer { reply.text = StructuredText.tidy(reply.text, schema: schema, means: means) }
    reply.stopReason =
      switch stopReason {
      case "max_tokens", "model_context_window_exceeded": .length
      case "refusal": .refused
      default: toolCalls.isEmpty ? .finished : .toolCalls
      }
    return (events, reply)
  }
}
