import SkillRuntime
import Testing

@Suite struct ModelAnthropicTests {
  private static let start: JSONValue = [
    "type": "message_start",
    "message": [
      "usage": [
        "input_tokens": 25, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 8, "output_tokens": 1,
      ]
    ],
  ]

  private static func end(_ reason: String) -> [JSONValue] {
    [
      ["type": "message_delta", "delta": ["stop_reason": .string(reason)], "usage": ["output_tokens": 15]],
      ["type": "message_stop"],
    ]
  }

  private static func text(_ index: Int, _ pieces: [String]) -> [JSONValue] {
    [["type": "content_block_start", "index": .integer(index), "content_block": ["type": "text", "text": ""]]]
      + pieces.map {
        [
          "type": "content_block_delta", "index": .integer(index),
          "delta": ["type": "text_delta", "text": .string($0)],
        ]
      } + [["type": "content_block_stop", "index": .integer(index)]]
  }

  private static func tool(_ index: Int, _ id: String, _ name: String, _ pieces: [String]) -> [JSONValue] {
    [
      [
        "type": "content_block_start", "index": .integer(index),
        "content_block": ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]],
      ]
    ]
      + pieces.map {
        [
          "type": "content_block_delta", "index": .integer(index),
          "delta": ["type": "input_json_delta", "partial_json": .string($0)],
        ]
      } + [["type": "content_block_stop", "index": .integer(index)]]
  }

  private static func message(_ blocks: [JSONValue], _ reason: String = "end_turn") -> LoopbackServer.Answer {
    .messages([start, ["type": "ping"]] + blocks + end(reason))
  }

  @Test func textIsStreamed() async throws {
    let thinking: [JSONValue] = [
      ["type": "content_block_start", "index": 0, "content_block": ["type": "thinking", "thinking": ""]],
      ["type": "content_block_delta", "index": 0, "delta": ["type": "thinking_delta", "thinking": "hm"]],
      ["type": "content_block_delta", "index": 0, "delta": ["type": "signature_delta", "signature": "x"]],
      ["type": "content_block_stop", "index": 0], ["type": "something_new"],
    ]
    let route = try await LoopbackServer.route([Self.message(thinking + Self.text(1, ["Hé", "llo"]))])
    let run = await route.anthropic().run("hi")
    #expect(run.text == "Héllo")
    #expect(
      run.reply
        == ModelReply(text: "Héllo", usage: TokenUsage(input: 25, output: 15, cacheRead: 100, cacheWrite: 8)),
      "\(run)"
    )
  }

  @Test func theRequestIsWhatTheProtocolSays() async throws {
    let route = try await LoopbackServer.route([Self.message(Self.text(0, ["x"]))])
    let request = ModelRequest(
      messages: [
        .system("be brief"), .user("add"),
        .assistant("sure", toolCalls: [ToolCall(id: "c1", name: "add", arguments: ["a": 1])]),
        .toolResult(id: "c1", content: "2"), .toolResult(id: "c2", content: "no", isError: true), .user("go on"),
        .assistant(" ", toolCalls: [ToolCall(id: "c3", name: "add", arguments: "nonsense")]),
        .toolResult(id: "c3", content: "?"),
      ],
      tools: [ToolDefinition(name: "add", description: "Adds", arguments: .object([]))],
      options: ModelOptions(temperature: 0.5, maximumTokens: 100, seed: 5)
    )
    _ = await route.anthropic().run(request)
    let sent = try #require(try await route.requests().first)
    #expect(sent.path == "/v1/messages")
    #expect(sent.headers["x-api-key"] == testKey)
    #expect(sent.headers["authorization"] == nil)
    #expect(sent.headers["anthropic-version"] == "2023-06-01")
    let expected = try JSONValue(
      parsing: #"""
        {"model":"test-model","max_tokens":100,"stream":true,"temperature":0.5,
        "system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],"messages":[
        {"role":"user","content":[{"type":"text","text":"add"}]},
        {"role":"assistant","content":[{"type":"text","text":"sure"},{"type":"tool_use","id":"c1","name":"add","input":{"a":1}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"2"},
        {"type":"tool_result","tool_use_id":"c2","content":"no","is_error":true},{"type":"text","text":"go on"}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"c3","name":"add","input":{"text":"nonsense"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"c3","content":"?","cache_control":{"type":"ephemeral"}}]}],
        "tools":[{"name":"add","description":"Adds","input_schema":{"type":"object","properties":{},"required":[],"additionalProperties":false}}]}
        """#
    )
    #expect(sent.body == expected, "\(sent.body.jsonText)")
  }

  @Test func toolCallsAreRead() async throws {
    let route = try await LoopbackServer.route([
      Self.message(
        Self.text(0, ["Let me"]) + Self.tool(1, "t1", "read", [#"{"pa"#, #"th": "f"}"#])
          + Self.tool(2, "t2", "list", []),
        "tool_use"
      )
    ])
    let run = await route.anthropic().run("hi")
    let calls = [
      ToolCall(id: "t1", name: "read", arguments: ["path": "f"]), ToolCall(id: "t2", name: "list", arguments: [:]),
    ]
    #expect(run.reply?.toolCalls == calls)
    #expect(run.reply?.stopReason == .toolCalls)
    #expect(run.events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } == calls)
  }

  @Test func schemasAreForcedByATool() async throws {
    let schema = JSONSchema.object([.init(name: "n", schema: .integer)])
    let route = try await LoopbackServer.route([
      Self.message(Self.text(0, ["So:"]) + Self.tool(1, "t", "answer", ["{\"n\"", ": 3}"]), "tool_use")
    ])
    let run = await route.anthropic().run("hi", answer: .json(name: "answer", schema: schema))
    #expect(run.reply?.text == "{\"n\": 3}")
    #expect(run.reply?.toolCalls == [])
    #expect(run.reply?.stopReason == .finished)
    let body = try #require(try await route.requests().first?.body)
    #expect(body["tool_choice"] == ["type": "tool", "name": "answer"])
    #expect(body["tools"]?.arrayValue?.first?["input_schema"] == schema.json)
  }

  @Test func wholeAnswersAreUnderstood() async throws {
    let route = try await LoopbackServer.route([
      .json([
        "content": [["type": "text", "text": "a"], ["type": "tool_use", "id": "t", "name": "n", "input": ["x": 1]]],
        "stop_reason": "tool_use", "usage": ["input_tokens": 1, "output_tokens": 2],
      ])
    ])
    let reply = await route.anthropic().run("hi").reply
    #expect(reply?.text == "a")
    #expect(reply?.toolCalls == [ToolCall(id: "t", name: "n", arguments: ["x": 1])])
  }

  @Test func overloadWithinTheStreamIsTriedAgainBeforeTheFirstWordOnly() async throws {
    let overloaded: JSONValue = ["type": "error", "error": ["type": "overloaded_error", "message": "Overloaded"]]
    let route = try await LoopbackServer.route([
      .messages([Self.start, overloaded]), Self.message(Self.text(0, ["ok"])),
      .messages([Self.start] + Self.text(0, ["half"]) + [overloaded]), Self.message(Self.text(0, ["no"])),
    ])
    let model = route.anthropic()
    let first = await model.run("hi")
    #expect(first.reply?.text == "ok")
    #expect(first.retries.count == 1)
    let second = await model.run("hi")
    #expect(second.text == "half")
    #expect(second.skillError?.code == .modelUnavailable)
    #expect(second.skillError?.evidence == "Overloaded")
  }

  @Test func stopReasonsAreRead() async throws {
    let route = try await LoopbackServer.route(
      ["refusal", "max_tokens", "model_context_window_exceeded", "stop_sequence", "pause_turn"].map {
        Self.message(Self.text(0, ["x"]), $0)
      }
    )
    let model = route.anthropic()
    for expected in [ModelReply.StopReason.refused, .length, .length, .finished, .finished] {
      #expect(await model.run("hi").reply?.stopReason == expected)
    }
  }

  @Test func limitsOnAnswersAreLearnt() async throws {
    let route = try await LoopbackServer.route([
      .error(400, "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for test-model"),
      Self.message(Self.text(0, ["ok"])),
    ])
    #expect(await route.anthropic().run("hi").reply?.text == "ok")
    #expect(try await route.requests().map { $0.body["max_tokens"]?.intValue } == [8192, 4096])
  }

  @Test(arguments: [
    ("prompt is too long: 209000 tokens > 200000 maximum", "209000", "200000"),
    ("input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease them", "210000", "200000"),
  ])
  func tooMuchTextIsToldWithNumbers(_ message: String, _ needed: String, _ size: String) async throws {
    let route = try await LoopbackServer.route([.error(400, message)])
    let error = try #require(await route.anthropic().run("hi").skillError)
    #expect(error.code == .contextExceeded)
    #expect(error.message.contains(needed) && error.message.contains(size), "\(error)")
  }

  @Test func rateLimitsAreReadFromHeaders() async throws {
    let route = try await LoopbackServer.route([
      .messages(
        [Self.start] + Self.text(0, ["x"]) + Self.end("end_turn"),
        headers: [
          "Date": "Sun, 09 Sep 2001 01:46:40 GMT", "anthropic-ratelimit-requests-remaining": "4",
          "anthropic-ratelimit-tokens-remaining": "5000", "anthropic-ratelimit-requests-reset": "2001-09-09T01:46:50Z",
        ]
      )
    ])
    let limit = await route.anthropic().run("hi").reply?.rateLimit
    #expect(limit == RateLimit(remainingRequests: 4, remainingTokens: 5000, resetAfter: .seconds(10)))
  }
}
