import SkillIR
import SkillRuntime

/// Writes the answer to a chat request, whole or in pieces.
struct ChatCompletion: Sendable {
  private let id: String
  private let model: String
  private let created: Int

  init(model: String, created: Int) {
    id = "chatcmpl-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    self.model = model
    self.created = created
  }

  /// The whole answer.
  func whole(_ reply: ModelReply) -> JSONValue {
    var message: JSONObject = [
      "role": "assistant",
      "content": reply.text.isEmpty && !reply.toolCalls.isEmpty ? .null : .string(reply.text),
      "refusal": .null,
    ]
    if !reply.toolCalls.isEmpty { message["tool_calls"] = .array(reply.toolCalls.map { Self.call($0) }) }
    return object("chat.completion", [Self.choice("message", .object(message), reply)], usage: Self.usage(reply))
  }

  /// The piece of a stream that begins it.
  var beginning: String { chunk(["role": "assistant", "content": ""]) }

  /// A piece with text.
  func text(_ text: String) -> String { chunk(["content": .string(text)]) }

  /// A piece with a call of a tool.
  func call(_ call: ToolCall, index: Int) -> String { chunk(["tool_calls": [Self.call(call, index: index)]]) }

  /// The pieces that end a stream.
  func end(_ reply: ModelReply, includesUsage: Bool) -> String {
    var text = event(object("chat.completion.chunk", [Self.choice("delta", [:], reply)]))
    if includesUsage { text += event(object("chat.completion.chunk", [], usage: Self.usage(reply))) }
    return text + "data: [DONE]\n\n"
  }

  /// The piece that ends a stream that fails.
  static func failure(_ error: ServiceError) -> String { "data: \(error.json.jsonText)\n\n" }

  private func chunk(_ delta: JSONValue) -> String {
    event(object("chat.completion.chunk", [Self.choice("delta", delta, nil)]))
  }

  private func event(_ value: JSONValue) -> String { "data: \(value.jsonText)\n\n" }

  private func object(_ kind: String, _ choices: [JSONValue], usage: JSONValue? = nil) -> JSONValue {
    var members: JSONObject = [
      "id": .string(id), "object": .string(kind), "created": .integer(created), "model": .string(model),
      "choices": .array(choices),
    ]
    members["usage"] = usage
    return .object(members)
  }

  private static func choice(_ name: String, _ content: JSONValue, _ reply: ModelReply?) -> JSONValue {
    let finish = reply.map { JSONValue.string(reason($0.stopReason)) }
    let choice: JSONValue = ["index": 0, "finish_reason": finish ?? .null, "logprobs": .null]
    return choice.adding(name, content)
  }

  private static func reason(_ stop: ModelReply.StopReason) -> String {
    switch stop {
    case .finished: "stop"
    case .toolCalls: "tool_calls"
    case .length: "length"
    case .refused: "content_filter"
    }
  }

  private static func call(_ call: ToolCall, index: Int? = nil) -> JSONValue {
    let function: JSONValue = [
      "name": .string(call.name), "arguments": .string(call.arguments.stringValue ?? call.arguments.jsonText),
    ]
    let value: JSONValue = ["id": .string(call.id), "type": "function", "function": function]
    return index.map { value.adding("index", .integer($0)) } ?? value
  }

  private static func usage(_ reply: ModelReply) -> JSONValue {
    let usage = reply.usage ?? TokenUsage()
    let prompt = usage.input + usage.cacheRead + usage.cacheWrite
    return [
      "prompt_tokens": .integer(prompt), "completion_tokens": .integer(usage.output),
      "total_tokens": .integer(usage.total), "prompt_tokens_details": ["cached_tokens": .integer(usage.cacheRead)],
    ]
  }
}

extension JSONValue {
  /// The object with one more member.
  fileprivate func adding(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var members) = self else { return self }
    members[name] = value
    return .object(members)
  }
}
