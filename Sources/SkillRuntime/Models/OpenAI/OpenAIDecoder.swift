/// Reads the answer of a chat completion, streamed or whole.
package struct OpenAIDecoder: ModelStreamDecoder {
  private struct PartialCall {
    var id: String
    var name: String
    var arguments = ""
  }

  private let answer: ModelRequest.Answer
  private let means: ServerFeatures.SchemaMeans?
  /// Makes ids for servers that give none; no two turns of a conversation have the same.
  private let turn: Int
  private let knownTools: Set<String>
  private var reasoning = ReasoningFilter()
  private var text = ""
  private var refusal = ""
  /// By the index the server gives, in order of appearance.
  private var calls: [(index: Int, call: PartialCall)] = []
  private var finishReason: String?
  package private(set) var isComplete = false
  private var usage: TokenUsage?

  init(_ request: ModelRequest, means: ServerFeatures.SchemaMeans?) {
    answer = request.answer
    self.means = means
    turn = request.messages.count
    knownTools = Set(request.tools.map(\.name))
  }

  package mutating func decode(_ event: ServerSentEvent) throws(ServerError) -> [ModelEvent] {
    let data = event.data
    guard !isComplete, !data.isEmpty else { return [] }
    if data == "[DONE]" {
      isComplete = true
      return []
    }
    guard let chunk = try? JSONParser.parse(data), case .object = chunk else {
      throw ServerError(status: 200, type: "bad_stream", message: "not JSON: \(data.prefix(300))")
    }
    if let error = chunk["error"], error != .null { throw Self.error(in: chunk) }
    read(usage: chunk["usage"])
    guard let choice = chunk["choices"]?.arrayValue?.first else { return [] }
    var events: [ModelEvent] = []
    if let delta = choice["delta"] ?? choice["message"] { read(delta, into: &events) }
    if let reason = choice["finish_reason"]?.stringValue { finishReason = reason }
    return events
  }

  package mutating func decode(whole body: JSONValue) throws(ServerError) -> [ModelEvent] {
    if let error = body["error"], error != .null { throw Self.error(in: body) }
    read(usage: body["usage"])
    guard let choice = body["choices"]?.arrayValue?.first else { return [] }
    var events: [ModelEvent] = []
    if let message = choice["message"] { read(message, into: &events) }
    finishReason = choice["finish_reason"]?.stringValue ?? "stop"
    return events
  }

  /// An error within an answer; some servers give their status as its code.
  private static func error(in body: JSONValue) -> ServerError {
    var error = ServerError(status: 200, json: body)
    if let status = Int(error.code), (400..<600).contains(status) { error.status = status }
    return error
  }

  private mutating func read(_ delta: JSONValue, into events: inout [ModelEvent]) {
    // `reasoning_content` and `reasoning` are the model's thoughts, and no part of the answer.
    if let content = Self.text(of: delta["content"]) {
      let passed = reasoning.pass(content)
      if !passed.isEmpty {
        text += passed
        events.append(.text(passed))
      }
    }
    if let piece = delta["refusal"]?.stringValue { refusal += piece }
    for entry in delta["tool_calls"]?.arrayValue ?? [] {
      let piece = read(call: entry)
      if means == .tool, !piece.isEmpty, calls.count == 1, isAnswer(calls[0].call) { events.append(.text(piece)) }
    }
  }

  /// Text, or the text parts of a list of parts.
  private static func text(of content: JSONValue?) -> String? {
    if let text = content?.stringValue { return text }
    return content?.arrayValue?.compactMap { $0["text"]?.stringValue }.joined()
  }

  /// Adds a piece of a call to the call it belongs to.
  ///
  /// - Returns: The piece of the arguments.
  private mutating func read(call entry: JSONValue) -> String {
    let id = entry["id"]?.stringValue ?? ""
    let name = entry["function"]?["name"]?.stringValue ?? ""
    let place: Int
    if let index = entry["index"]?.intValue {
      place = calls.firstIndex { $0.index == index } ?? calls.count
      if place == calls.count { calls.append((index, PartialCall(id: id, name: name))) }
    } else if let last = calls.last, id.isEmpty || last.call.id == id, name.isEmpty || id == last.call.id && !id.isEmpty
    {
      // Without an index, whatever begins no call goes on with the last one.
      place = calls.count - 1
    } else {
      place = calls.count
      calls.append((place, PartialCall(id: id, name: name)))
    }
    if calls[place].call.id.isEmpty { calls[place].call.id = id }
    if calls[place].call.name.isEmpty { calls[place].call.name = name }
    let arguments = entry["function"]?["arguments"]
    // Some servers give the arguments as an object.
    let piece = arguments?.stringValue ?? arguments.flatMap { $0 == .null ? nil : $0.jsonText } ?? ""
    calls[place].call.arguments += piece
    return piece
  }

  private mutating func read(usage value: JSONValue?) {
    guard let value, let prompt = value["prompt_tokens"]?.intValue else { return }
    let cached = min(max(value["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? 0, 0), max(prompt, 0))
    usage = TokenUsage(
      input: max(prompt, 0) - cached,
      output: max(value["completion_tokens"]?.intValue ?? 0, 0),
      cacheRead: cached
    )
  }

  private func isAnswer(_ call: PartialCall) -> Bool {
    guard means == .tool, case .json(let name, _) = answer else { return false }
    return call.name == name.asToolName && !knownTools.contains(call.name)
  }

  package mutating func finish() -> (events: [ModelEvent], reply: ModelReply)? {
    // A stream that is closed in order but gives no reason was dropped: llama.cpp's Python server does so to the request
    // it has when the next one comes. What arrived of it is not an answer.
    guard finishReason != nil else { return nil }
    var events: [ModelEvent] = []
    let rest = reasoning.finish()
    if !rest.isEmpty {
      text += rest
      events.append(.text(rest))
    }
    var toolCalls: [ToolCall] = []
    for (position, entry) in calls.enumerated() {
      let call = entry.call
      if isAnswer(call) {
        text = call.arguments
        continue
      }
      let id = call.id.isEmpty ? "call_\(turn)_\(position)" : call.id
      toolCalls.append(ToolCall(id: id, name: call.name, arguments: .ofToolCall(call.arguments)))
    }
    events += toolCalls.map { .toolCall($0) }
    var reply = ModelReply(text: text, toolCalls: toolCalls, usage: usage)
    if case .json(_, let schema) = answer { reply.text = StructuredText.tidy(text, schema: schema, means: means) }
    switch finishReason {
    case "length", "max_tokens": reply.stopReason = .length
    case "content_filter": reply.stopReason = .refused
    default: reply.stopReason = toolCalls.isEmpty ? .finished : .toolCalls
    }
    if !refusal.isEmpty {
      reply.stopReason = .refused
      reply.text = refusal
    }
    return (events, reply)
  }
}

extension JSONValue {
  /// The arguments of a call as a server gives them: a text that should be JSON.
  package static func ofToolCall(_ text: String) -> JSONValue {
    if text.allSatisfy(\.isWhitespace) { return [:] }
    return (try? JSONParser.parse(text)) ?? .string(text)
  }
}

extension String {
  /// The text as a name that every service takes: letters, digits, `_` and `-`, at most 64.
  package var asToolName: String {
    let name = String(
      unicodeScalars.prefix(64).map { scalar -> Character in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": Character(scalar)
        default: "_"
        }
      }
    )
    return name.isEmpty ? "answer" : name
  }
}
