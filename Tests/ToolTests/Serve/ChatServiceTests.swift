import Foundation
import LanguageModels
import SkillRuntime
import Synchronization
import TestSupport
import Testing

@testable import skvm

/// What `skvm serve` says to clients, and what its model is asked.
@Suite struct ChatServiceTests {
  /// Takes down what a model is asked.
  private final class Record: Sendable {
    let requests = Mutex<[ModelRequest]>([])
    let settings = Mutex<[LocalRequestSettings]>([])

    func model(_ events: [ModelEvent], failure: (any Error)? = nil) -> ChatService.Model {
      { [self] request, settings in
        requests.withLock { $0.append(request) }
        self.settings.withLock { $0.append(settings) }
        return TestServer.model(events, failure: failure)(request, settings)
      }
    }
  }

  private static func provider(_ port: Int) -> OpenAICompatibleProvider {
    OpenAICompatibleProvider(
      model: "tiny",
      baseURL: URL(string: "http://127.0.0.1:\(port)/v1"),
      retry: RetryPolicy(retries: 0),
      credential: { nil }
    )
  }

  private static let weather = ToolDefinition(
    name: "weather",
    description: "Says how the weather is.",
    arguments: .object([
      .init(name: "city", schema: .string), .init(name: "days", schema: .integer, isRequired: false),
    ])
  )

  // MARK: With this package's own client

  @Test func ourClientStreamsTextAndCountsTokens() async throws {
    try await TestServer.with(model: TestServer.echo) { port in
      let provider = Self.provider(port)
      #expect(await provider.availability() == .available)
      var pieces: [String] = []
      var reply: ModelReply?
      for try await event in provider.stream(ModelRequest(messages: [.system("s"), .user("Grüße 🦙")])) {
        if case .text(let text) = event { pieces.append(text) }
        if case .finished(let last) = event { reply = last }
      }
      #expect(pieces.joined() == "Grüße 🦙")
      #expect(pieces.count > 3)
      #expect(reply?.stopReason == .finished)
      #expect(reply?.usage == TokenUsage(input: 5, output: 2, cacheRead: 3))
    }
  }

  @Test func ourClientCallsToolsAndGivesTheirResults() async throws {
    let record = Record()
    let call = ToolCall(id: "call_1", name: "weather", arguments: ["city": "Paris", "days": 2])
    let reply = ModelReply(text: "Let me see.", toolCalls: [call], stopReason: .toolCalls)
    let model = record.model([.text("Let me see."), .toolCall(call), .finished(reply)])
    try await TestServer.with(model: model) { port in
      let messages: [ModelMessage] = [
        .system("Be brief."), .user("Weather?"), .assistant("", toolCalls: [call]),
        .toolResult(id: "call_1", content: "sunny"), .user("Again?"),
      ]
      let request = ModelRequest(
        messages: messages,
        tools: [Self.weather],
        options: ModelOptions(temperature: 0.5, maximumTokens: 99, seed: 4)
      )
      let answer = try await Self.provider(port).respond(to: request)
      #expect(answer.text == "Let me see.")
      #expect(answer.toolCalls == [call])
      #expect(answer.stopReason == .toolCalls)
      #expect(record.requests.withLock { $0 } == [request])
    }
  }

  @Test func ourClientGetsAnswersOfASchema() async throws {
    let record = Record()
    let schema = JSONSchema.object([
      .init(name: "headline", schema: .string, description: "Short."),
      .init(name: "mood", schema: .nullable(.enumeration(["good", "bad"]))),
      .init(name: "notes", schema: .array(of: .string)),
    ])
    let text = #"{"headline":"Up","mood":null,"notes":[]}"#
    let model = record.model([.text(text), .finished(ModelReply(text: text))])
    try await TestServer.with(model: model) { port in
      let request = ModelRequest(messages: [.user("Write")], answer: .json(name: "brief", schema: schema))
      let answer = try await Self.provider(port).respond(to: request)
      #expect(try JSONValue(parsing: answer.text) == ["headline": "Up", "mood": nil, "notes": []])
      #expect(record.requests.withLock { $0.first?.answer } == .json(name: "brief", schema: schema))
    }
  }

  @Test(
    arguments: [
      (.contextExceeded, 400, "messages", "context_length_exceeded"),
      (.outputLimit, 400, "max_tokens", nil),
      (.invalidInput, 400, "response_format", nil), (.modelUnavailable, 503, nil, "model-unavailable"),
    ] as [(SkillError.Code, Int, String?, String?)]
  )
  func errorsNameWhatToMend(_ kind: SkillError.Code, _ status: Int, _ parameter: String?, _ code: String?) {
    let error = ServiceError(SkillError(kind, "so it is"))
    #expect(error.status == status && error.parameter == parameter && error.code == code)
  }

  @Test func ourClientUnderstandsItsErrors() async throws {
    let failure = SkillError(.contextExceeded, "the request has 9 tokens; the context holds 5")
    try await TestServer.with(model: TestServer.model([], failure: failure)) { port in
      let provider = Self.provider(port)
      let error = await #expect(throws: SkillError.self) {
        try await provider.respond(to: ModelRequest(messages: [.user("x")]))
      }
      #expect(error?.code == .contextExceeded)
    }
    try await TestServer.with(model: TestServer.model([.text("a")], failure: SkillError(.systemFailure, "broke"))) {
      port in
      let provider = Self.provider(port)
      let error = await #expect(throws: SkillError.self) {
        try await provider.respond(to: ModelRequest(messages: [.user("x")]))
      }
      #expect("\(String(describing: error))".contains("broke"))
    }
  }

  // MARK: With others'

  private static let hasClient =
    (try? ChildProgram.run("python3", ["-c", "import openai"]).status) == 0

  @Test(.enabled(if: hasClient)) func thePythonClientOfOpenAIUnderstandsEverything() async throws {
    let call = ToolCall(id: "call_1", name: "weather", arguments: ["city": "Paris"])
    let model: ChatService.Model = { request, settings in
      if !request.tools.isEmpty {
        let reply = ModelReply(text: "", toolCalls: [call], stopReason: .toolCalls)
        return TestServer.model([.toolCall(call), .finished(reply)])(request, settings)
      }
      if case .json(_, let schema) = request.answer {
        let text = #"{"name":"\#(schema.json.jsonText.count > 20 ? "long" : "short")","tags":["a"]}"#
        return TestServer.model([.text(text), .finished(ModelReply(text: text))])(request, settings)
      }
      return TestServer.echo(request, settings)
    }
    try await TestServer.with(model: model) { port in
      let result = try await waiting { try ChildProgram.run("python3", ["-c", Self.client, String(port)]) }
      #expect(result.status == 0, "\(result.errorOutput)")
      #expect(result.output == "done\n")
    }
  }

  private static let client = """
    import sys, openai
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{sys.argv[1]}/v1", api_key="none", max_retries=0)
    assert [m.id for m in client.models.list().data] == ["tiny"]
    assert client.models.retrieve("tiny").owned_by == "skvm"
    ask = client.chat.completions.create
    hello = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    answer = ask(model="tiny", messages=hello, frequency_penalty=0, n=1)
    assert answer.choices[0].message.content == "Hello" and answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens == 8 and answer.usage.prompt_tokens_details.cached_tokens == 3
    chunks = list(ask(model="tiny", messages=hello, stream=True, stream_options={"include_usage": True}))
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "Hello"
    assert chunks[0].choices[0].delta.role == "assistant" and chunks[-1].usage.total_tokens == 10
    assert len({c.id for c in chunks}) == 1
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string", "minLength": 1}}, "required": ["city"]}}}]
    call = ask(model="tiny", messages=hello, tools=tools, tool_choice="required").choices[0]
    assert call.finish_reason == "tool_calls" and call.message.tool_calls[0].function.arguments == '{"city":"Paris"}'
    deltas = [d for c in ask(model="tiny", messages=hello, tools=tools, stream=True) for d in c.choices[0].delta.tool_calls or []]
    assert deltas[0].index == 0 and deltas[0].id == "call_1" and deltas[0].function.name == "weather"
    import pydantic
    class Inner(pydantic.BaseModel):
        a: int | None
    class Answer(pydantic.BaseModel):
        name: str
        tags: list[str]
        inner: Inner | None = None
    parsed = client.chat.completions.parse(model="tiny", messages=hello, response_format=Answer).choices[0].message.parsed
    assert parsed.name == "long" and parsed.tags == ["a"]
    def fails(kind, **arguments):
        try:
            ask(**({"model": "tiny", "messages": hello} | arguments))
        except kind as error:
            assert error.body["message"], error
            return error
        raise AssertionError(arguments)
    assert fails(openai.NotFoundError, model="gpt-5").code == "model_not_found"
    assert fails(openai.BadRequestError, n=2).param == "n"
    fails(openai.BadRequestError, messages=[])
    fails(openai.BadRequestError, logprobs=True)
    fails(openai.BadRequestError, messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}])
    fails(openai.BadRequestError, response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": {"allOf": []}}})
    print("done")
    """

  // MARK: Requests

  private static func read(_ body: JSONValue) throws -> ChatRequest { try ChatRequest(body) }

  @Test(
    arguments: [
      (["messages": "x"], "messages"), (["messages": [["role": "robot", "content": "x"]]], "messages[0].role"),
      (["messages": [["role": "user"]]], "messages[0].content"), (["temperature": 3], "temperature"),
      (["temperature": "hot"], "temperature"), (["max_tokens": 0], "max_tokens"), (["n": 2], "n"),
      (["top_p": 1.5], "top_p"), (["stop": [1]], "stop"), (["logit_bias": ["5": 1]], "logit_bias"),
      (["presence_penalty": 0.5], "presence_penalty"), (["functions": []], "functions"),
      (["repetition_penalty": 1.3], "repetition_penalty"), (["top_k": -1], "top_k"), (["min_p": 2], "min_p"),
      (["repeat_penalty": 0], "repeat_penalty"), (["bogus": 5], "bogus"), (["min_tokens": 50], "min_tokens"),
      (["ignore_eos": true], "ignore_eos"), (["best_of": 5], "best_of"),
      (["modalities": ["text", "audio"]], "modalities"),
      (["prediction": ["type": "content"]], "prediction"), (["web_search_options": [:]], "web_search_options"),
      (["top_logprobs": 3], "top_logprobs"), (["logit_bias": [1]], "logit_bias"),
      (["stream_options": 5], "stream_options"),
      (["stream_options": ["include_all": true]], "stream_options"), (["verbosity": "low"], "verbosity"),
      (["stop": "x", "response_format": ["type": "json_object"]], "stop"),
      (["stop": "x", "tools": [["type": "function", "function": ["name": "a"]]]], "stop"),
      (["tool_choice": ["type": "allowed_tools", "allowed_tools": ["mode": "auto", "tools": []]]], "tool_choice"),
      (["response_format": ["type": "xml"]], "response_format"), (["tools": [["type": "web"]]], "tools[0]"),
      (["tool_choice": "required"], "tool_choice"),
      (["response_format": ["type": "json_schema", "json_schema": ["name": "a"]]], "response_format"),
      (
        [
          "response_format": [
            "type": "json_schema", "json_schema": ["schema": ["type": "string", "pattern": "a"]],
          ]
        ], "response_format"
      ),
    ] as [(JSONValue, String)]
  )
  func whatIsNotSupportedIsNamed(_ change: JSONValue, _ parameter: String) throws {
    var body: JSONObject = ["messages": [["role": "user", "content": "Hi"]]]
    for member in change.objectValue ?? [:] { body[member.key] = member.value }
    let error = #expect(throws: ServiceError.self) { try ChatRequest(.object(body)) }
    #expect(error?.status == 400)
    #expect(error?.parameter == parameter)
  }

  @Test func settingsReachTheModel() throws {
    let tool: JSONValue = ["type": "function", "function": ["name": "a"]]
    let other: JSONValue = ["type": "function", "function": ["name": "b"]]
    let chat = try ChatRequest([
      "messages": [["role": "developer", "content": "s"], ["role": "user", "content": "u"]], "top_p": 0.5,
      "top_k": 5, "min_p": 0.1, "repeat_penalty": 1.2, "tools": [tool, other], "max_completion_tokens": 7,
      "max_tokens": 9,
      "tool_choice": ["type": "function", "function": ["name": "b"]], "user": "me", "store": false,
    ])
    #expect(
      chat.settings == LocalRequestSettings(topK: 5, topP: 0.5, minP: 0.1, repetitionPenalty: 1.2, mustCall: true)
    )
    #expect(chat.request.tools.map(\.name) == ["b"])
    // A tool that says nothing of parameters has none.
    #expect(chat.request.tools.first?.arguments == .object([]))
    // Whoever says how to draw wants drawing.
    #expect(chat.request.options.temperature == 1)
    #expect(chat.request.options.maximumTokens == 7)
    #expect(chat.request.messages == [.system("s"), .user("u")])
    let stops = try ChatRequest(["messages": [["role": "user", "content": "u"]], "stop": ["x", "y"], "seed": 0])
    #expect(stops.settings.stops == ["x", "y"])
    #expect(stops.request.options == ModelOptions(temperature: 1, seed: 0))
    let allowed = try ChatRequest([
      "messages": [["role": "user", "content": "u"]], "tools": [tool, other], "parallel_tool_calls": false,
      "tool_choice": ["type": "allowed_tools", "allowed_tools": ["mode": "auto", "tools": [other]]], "n": 1.0,
    ])
    #expect(allowed.request.tools.map(\.name) == ["b"] && !allowed.settings.mustCall)
    #expect(allowed.request.options.temperature == nil)
    let none = try ChatRequest([
      "messages": [["role": "user", "content": "u"]], "tools": [tool], "tool_choice": "none",
      "response_format": ["type": "json_object"],
    ])
    #expect(none.request.tools.isEmpty)
    #expect(none.request.answer == .json(name: "answer", schema: .dictionary(of: .any)))
  }
}
