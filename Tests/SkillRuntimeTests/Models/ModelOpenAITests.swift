import SkillRuntime
import Testing

@Suite struct ModelOpenAITests {
  private let schema = JSONSchema.object([
    .init(name: "title", schema: .string, description: "A title"),
    .init(name: "count", schema: .integer, isRequired: false),
    .init(name: "tags", schema: .array(of: .object([.init(name: "name", schema: .string, isRequired: false)]))),
  ])

  @Test(arguments: [0, 1, 3, 7]) func textIsStreamed(_ split: Int) async throws {
    let route = try await LoopbackServer.route([.chat(["Hé", "llo ", "😀"], split: split)])
    let run = await route.openAI().run("hi")
    #expect(run.text == "Héllo 😀")
    #expect(
      run.reply
        == ModelReply(text: "Héllo 😀", usage: TokenUsage(input: 20, output: 7, cacheRead: 10)),
      "\(run)"
    )
    #expect(run.events.count == 4)
  }

  @Test func theRequestIsWhatTheProtocolSays() async throws {
    let route = try await LoopbackServer.route([.chat(["x"])])
    let call = ToolCall(id: "c1", name: "add", arguments: ["a": 1])
    let request = ModelRequest(
      messages: [
        .system("be brief"), .user("add"), .assistant("", toolCalls: [call]), .toolResult(id: "c1", content: "2"),
        .toolResult(id: "c2", content: "no", isError: true), .assistant("so 2"), .user("go on"),
      ],
      tools: [
        ToolDefinition(name: "add", description: "Adds", arguments: .object([.init(name: "a", schema: .integer)]))
      ],
      options: ModelOptions(temperature: 0, maximumTokens: 100, seed: 5)
    )
    _ = await route.openAI().run(request)
    let sent = try #require(try await route.requests().first)
    #expect(sent.method == "POST")
    #expect(sent.path == "/v1/chat/completions")
    #expect(sent.headers["authorization"] == "Bearer \(testKey)")
    #expect(sent.headers["content-type"] == "application/json")
    let expected = try JSONValue(
      parsing: #"""
        {"model":"test-model","stream":true,"stream_options":{"include_usage":true},"messages":[
        {"role":"system","content":"be brief"},{"role":"user","content":"add"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"2"},{"role":"tool","tool_call_id":"c2","content":"Error: no"},
        {"role":"assistant","content":"so 2"},{"role":"user","content":"go on"}],
        "tools":[{"type":"function","function":{"name":"add","description":"Adds","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}}}],
        "temperature":0,"seed":5,"max_tokens":100}
        """#
    )
    #expect(sent.body == expected, "\(sent.body.jsonText)")
  }

  @Test func schemasAreAskedForStrictly() async throws {
    let route = try await LoopbackServer.route([.chat([#"{"title":"T","count":null,"#, #""tags":[{"name":null}]}"#])])
    let run = await route.openAI().run("go", answer: .json(name: "my answer", schema: schema))
    // Nulls that stand for what may be missing are taken out again.
    #expect(run.reply?.text == #"{"title":"T","tags":[{}]}"#)
    let format = try #require(try await route.requests().first?.body["response_format"])
    let expected = try JSONValue(
      parsing: #"""
        {"type":"json_schema","json_schema":{"name":"my_answer","strict":true,"schema":{"type":"object","properties":{
        "title":{"type":"string","description":"A title"},"count":{"anyOf":[{"type":"integer"},{"type":"null"}]},
        "tags":{"type":"array","items":{"type":"object","properties":{"name":{"anyOf":[{"type":"string"},{"type":"null"}]}},"required":["name"],"additionalProperties":false}}},
        "required":["title","count","tags"],"additionalProperties":false}}}
        """#
    )
    #expect(format == expected, "\(format.jsonText)")
  }

  @Test func schemasThatCannotBeStrictAreAskedForLoosely() async throws {
    let route = try await LoopbackServer.route([.chat(["{}"])])
    _ = await route.openAI().run(
      "go",
      answer: .json(name: "a", schema: .object([.init(name: "x", schema: .dictionary(of: .any))]))
    )
    let format = try #require(try await route.requests().first?.body["response_format"]?["json_schema"])
    #expect(format["strict"] == false)
  }

  @Test func parallelToolCallsAreKeptApart() async throws {
    func piece(_ index: Int, _ arguments: String, id: String? = nil, name: String? = nil) -> JSONValue {
      var function: JSONObject = JSONObject([("arguments", .string(arguments))])
      if let name { function["name"] = .string(name) }
      var call = JSONObject([("index", .integer(index)), ("function", .object(function))])
      if let id { call["id"] = .string(id) }
      return ["tool_calls": [.object(call)]]
    }
    let route = try await LoopbackServer.route([
      .deltas(
        [
          ["role": "assistant", "content": nil], ["content": "let me see"], piece(0, "", id: "a", name: "read"),
          piece(1, #"{"x""#, id: "b", name: "write"), piece(0, #"{"path":"#), piece(1, ": [1,"), piece(0, #""f"}"#),
          piece(1, "2]}"), piece(2, "not json", id: "c", name: "read"), piece(3, "", id: "d", name: "list"),
        ],
        finish: "tool_calls"
      )
    ])
    let run = await route.openAI().run("go")
    #expect(
      run.reply?.toolCalls == [
        ToolCall(id: "a", name: "read", arguments: ["path": "f"]),
        ToolCall(id: "b", name: "write", arguments: ["x": [1, 2]]),
        ToolCall(id: "c", name: "read", arguments: "not json"), ToolCall(id: "d", name: "list", arguments: [:]),
      ]
    )
    #expect(run.reply?.stopReason == .toolCalls)
    #expect(run.reply?.text == "let me see")
    #expect(run.events.filter { if case .toolCall = $0 { true } else { false } }.count == 4)
  }

  /// Servers that leave out indices and ids, or send a call in one piece, or say `stop`.
  @Test func loosePeersToolCallsAreUnderstood() async throws {
    let whole: (String, String) -> JSONValue = { name, arguments in
      ["tool_calls": [["type": "function", "function": ["name": .string(name), "arguments": .string(arguments)]]]]
    }
    let route = try await LoopbackServer.route([
      .deltas([whole("read", #"{"a":1}"#), whole("read", #"{"a":2}"#)]),
      .json([
        "choices": [
          [
            "message": [
              "content": nil, "tool_calls": [["id": "z", "function": ["name": "read", "arguments": ["a": 3]]]],
            ], "finish_reason": "stop",
          ]
        ]
      ]),
    ])
    let model = route.openAI()
    let calls = await model.run("go").reply?.toolCalls ?? []
    #expect(calls.map(\.arguments) == [["a": 1], ["a": 2]])
    #expect(Set(calls.map(\.id)).count == 2 && !calls.contains { $0.id.isEmpty })
    let second = await model.run("go").reply
    #expect(second?.toolCalls == [ToolCall(id: "z", name: "read", arguments: ["a": 3])])
    #expect(second?.stopReason == .toolCalls)
  }

  @Test func serversThatDoNotStreamAreUnderstood() async throws {
    let route = try await LoopbackServer.route([
      .json([
        "choices": [["message": ["role": "assistant", "content": "whole"], "finish_reason": "stop"]],
        "usage": ["prompt_tokens": 3, "completion_tokens": 1],
      ])
    ])
    let run = await route.openAI().run("hi")
    #expect(run.reply == ModelReply(text: "whole", usage: TokenUsage(input: 3, output: 1)), "\(run)")
    #expect(run.text == "whole")
  }

  @Test func reasoningStaysOutOfTheAnswer() async throws {
    let route = try await LoopbackServer.route([
      .deltas([["reasoning_content": "let me think {"], ["reasoning": "}"], ["content": #"{"title":"T","tags":[]}"#]]),
      .chat(["<thi", "nk>{\"title\":", "1}</think>", "\n```json\n{\"title\":\"T\",\"tags\":[]}\n```"]),
    ])
    let model = route.openAI()
    for _ in 0..<2 {
      let run = await model.run("go", answer: .json(name: "a", schema: schema))
      #expect(run.reply?.text == #"{"title":"T","tags":[]}"#)
      #expect(!run.text.contains("think"))
    }
  }

  @Test func refusalsAreTold() async throws {
    let route = try await LoopbackServer.route([
      .deltas([["refusal": "I can"], ["refusal": "not"]]), .chat(["half"], finish: "content_filter"),
      .chat(["half"], finish: "length"),
    ])
    let model = route.openAI()
    let refused = await model.run("hi").reply
    #expect(refused?.stopReason == .refused)
    #expect(refused?.text == "I cannot")
    #expect(await model.run("hi").reply?.stopReason == .refused)
    #expect(await model.run("hi").reply?.stopReason == .length)
  }

  // MARK: Weaker means

  @Test func refusedMeansAreLeftOutAndThatIsRemembered() async throws {
    let route = try await LoopbackServer.route([
      .error(400, "Unknown parameter: 'stream_options'."),
      .json(
        ["detail": [["loc": ["body", "response_format", "type"], "msg": "Input should be 'text' or 'json_object'"]]],
        status: 422
      ),
      .error(500, "[{'loc': ('body', 'response_format', 'schema'), 'msg': 'Extra inputs'}]"),
      .deltas(
        [
          ["tool_calls": [["index": 0, "id": "c", "function": ["name": "answer", "arguments": "{\"title\":"]]]],
          ["tool_calls": [["index": 0, "function": ["arguments": "\"T\",\"tags\":[]}"]]]],
        ],
        finish: "tool_calls"
      ),
      .chat(["{}"]),
    ])
    let model = route.openAI()
    #expect(model.capabilities.schema == .responseFormat)
    let run = await model.run("go", answer: .json(name: "answer", schema: schema))
    #expect(run.reply?.text == #"{"title":"T","tags":[]}"#)
    #expect(run.text == #"{"title":"T","tags":[]}"#)
    #expect(run.reply?.toolCalls == [])
    #expect(run.reply?.stopReason == .finished)
    #expect(run.retries.isEmpty)
    _ = await model.run("go", answer: .json(name: "answer", schema: schema))
    #expect(model.capabilities.schema == .tool)
    let bodies = try await route.requests().map(\.body)
    #expect(bodies.map { $0["stream_options"] != nil } == [true, false, false, false, false])
    #expect(
      bodies.map { $0["response_format"]?["type"]?.stringValue } == [
        "json_schema", "json_schema", "json_object", nil, nil,
      ]
    )
    #expect(bodies[2]["response_format"]?["schema"] == schema.json)
    #expect(bodies[3]["tool_choice"] == ["type": "function", "function": ["name": "answer"]])
  }

  @Test func aServerThatTakesNothingIsAskedInWords() async throws {
    let route = try await LoopbackServer.route([
      .error(400, "bad request"), .error(400, "bad request"), .error(400, "bad request"),
      .chat(["Sure!\n```json\n{\"title\": \"T\", \"tags\": []}\n```\nAnything else?"]),
    ])
    let model = route.openAI()
    let run = await model.run("go", answer: .json(name: "answer", schema: schema))
    #expect(run.reply?.text == #"{"title": "T", "tags": []}"#)
    #expect(model.capabilities.schema == .prompt)
    let asked = try #require(
      try await route.requests().last?.body["messages"]?.arrayValue?.last?["content"]?.stringValue
    )
    #expect(asked.hasPrefix("go\n\nAnswer with JSON only"))
    #expect(asked.contains(schema.json.jsonText))
  }

  @Test func whatDoesNotHelpIsNotRemembered() async throws {
    let route = try await LoopbackServer.route([.error(400, "invalid")], repeats: true)
    let model = route.openAI()
    let run = await model.run("go", answer: .json(name: "answer", schema: schema))
    #expect(run.skillError?.code == .modelUnavailable)
    #expect(run.skillError?.evidence == "invalid")
    #expect(model.capabilities.schema == .responseFormat)
  }

  @Test func otherOptionsAreLeftOutOrRenamed() async throws {
    let route = try await LoopbackServer.route([
      .error(
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
      ),
      .error(400, "Unsupported value: 'temperature' does not support 0 with this model."), .chat(["ok"]),
    ])
    let request = ModelRequest(messages: [.user("hi")], options: ModelOptions(temperature: 0, maximumTokens: 10))
    #expect(await route.openAI().run(request).reply?.text == "ok")
    let body = try #require(try await route.requests().last?.body)
    #expect(body["max_completion_tokens"] == 10)
    #expect(body["max_tokens"] == nil)
    #expect(body["temperature"] == nil)
  }

  @Test func aServerWithoutToolsIsRemembered() async throws {
    let route = try await LoopbackServer.route([.error(400, "test-model does not support tools"), .chat(["ok"])])
    let model = route.openAI()
    let tool = ToolDefinition(name: "read", description: "", arguments: .object([]))
    let run = await model.run(ModelRequest(messages: [.user("hi")], tools: [tool]))
    #expect(run.skillError?.code == .modelUnavailable)
    #expect(!model.capabilities.tools)
  }

  // MARK: Errors

  @Test(arguments: [
    (
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
      "5000", "4096"
    ),
    ("Requested tokens (5000) exceed context window of 2048", "5000", "2048"),
    (
      "the request exceeds the available context size, try increasing it (9,000 tokens > 8,192 maximum)", "9000", "8192"
    ),
  ])
  func tooMuchTextIsToldWithNumbers(_ message: String, _ needed: String, _ size: String) async throws {
    let route = try await LoopbackServer.route([.error(400, message)])
    let error = try #require(await route.openAI().run("hi").skillError)
    #expect(error.code == .contextExceeded)
    #expect(error.message.contains(needed) && error.message.contains(size), "\(error)")
  }

  @Test(arguments: [
    (401, SkillError.Code.modelUnavailable, "OPENAI_API_KEY"), (403, .modelUnavailable, "not allow"),
    (404, .modelUnavailable, "test-model"), (413, .contextExceeded, "context"), (402, .modelUnavailable, "credit"),
    (302, .modelUnavailable, "elsewhere"), (418, .modelUnavailable, "418"),
  ])
  func statusesHaveTheirErrors(_ status: Int, _ code: SkillError.Code, _ words: String) async throws {
    let route = try await LoopbackServer.route([.error(status, "because", headers: ["Location": "http://x/elsewhere"])])
    let error = try #require(await route.openAI().run("hi").skillError)
    #expect(error.code == code)
    #expect(error.description.contains(words), "\(error)")
    #expect(error.evidence == "because")
  }

  @Test func nonsenseIsTold() async throws {
    let route = try await LoopbackServer.route([
      .init(chunks: ["<html><body>Hello</body></html>"]), .events(["{nonsense"]),
      .events([#"{"error":{"message":"broken"}}"#]),
      .init(headers: ["Content-Type": "application/json"], chunks: ["[1, 2"]), .init(chunks: ["REPEAT 6000000 x"]),
      .init(status: 0),
    ])
    let model = route.openAI(retry: RetryPolicy(retries: 0))
    for expected in ["Hello", "{nonsense", "broken", "[1, 2", "longer than", "HTTP"] {
      let error = try #require(await model.run("hi").skillError)
      #expect(error.code == .modelUnavailable)
      #expect(error.description.contains(expected), "\(error)")
    }
  }
}
