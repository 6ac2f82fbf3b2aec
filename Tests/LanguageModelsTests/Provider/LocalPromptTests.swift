import SkillIR
import SkillRuntime
import Testing

@testable import LanguageModels

/// How requests become prompts and grammars, and texts become answers.
@Suite struct LocalPromptTests {
  private static let taught = ChatTemplate(.chatML(ChatMLStyle(tools: .hermes)))
  private static let untaught = ChatTemplate(.chatML(ChatMLStyle(defaultSystem: "default")))
  private static let weather = ToolDefinition(
    name: "weather",
    description: "Says how the weather is.",
    arguments: .object([.init(name: "city", schema: .string)])
  )
  private static let call = ToolCall(id: "call_1", name: "weather", arguments: ["city": "Paris"])

  /// A vocabulary of single bytes, which every text can be spelled with.
  private static let vocabulary = TokenVocabulary(count: 257, endTokens: [256]) { $0 < 256 ? [UInt8($0)] : [] }

  /// Whether a text is one of a grammar, from beginning to end.
  private static func accepts(_ grammar: DecodingGrammar?, _ text: String) throws -> Bool {
    guard let grammar else { return true }
    var decoder = GuidedDecoder(try DecodingGuide(grammar: grammar, vocabulary: vocabulary))
    guard (try? decoder.advance(bytes: text.utf8)) != nil else { return false }
    return decoder.canEnd
  }

  @Test func plainConversationsGoThroughTheTemplate() throws {
    let prompt = LocalPrompt(ModelRequest(messages: [.system("s"), .user("u")]), template: Self.taught)
    #expect(
      prompt.prompt.text == "<|im_start|>system\ns<|im_end|>\n<|im_start|>user\nu<|im_end|>\n<|im_start|>assistant\n"
    )
    #expect(prompt.grammar == nil)
    #expect(prompt.tools == nil)
  }

  @Test func anyObjectIsAskedForWithoutASchema() throws {
    let request = ModelRequest(messages: [.user("Go")], answer: .json(name: "x", schema: .dictionary(of: .any)))
    let prompt = LocalPrompt(request, template: Self.untaught)
    #expect(prompt.prompt.text.contains("one JSON object"))
    #expect(!prompt.prompt.text.contains("{"))
  }

  @Test func earlierCallsAreToldWithoutToolsToo() {
    let messages: [ModelMessage] = [
      .user("Weather?"), .assistant("", toolCalls: [Self.call]), .toolResult(id: "call_1", content: "sunny"),
    ]
    let text = LocalPrompt(ModelRequest(messages: messages), template: Self.untaught).prompt.text
    #expect(text.contains("{\"tool\": \"weather\", \"arguments\": {\"city\":\"Paris\"}}<|im_end|>"))
    #expect(text.contains("<|im_start|>user\nResult of weather:\nsunny<|im_end|>"))
  }

  @Test func aSchemaIsToldAndHeld() throws {
    let schema = JSONSchema.object([.init(name: "a", schema: .integer)])
    let request = ModelRequest(messages: [.user("Count")], answer: .json(name: "x", schema: schema))
    let prompt = LocalPrompt(request, template: Self.untaught)
    #expect(prompt.prompt.text.contains(schema.json.jsonText))
    #expect(try Self.accepts(prompt.grammar, #"{"a":12}"#))
    #expect(try !Self.accepts(prompt.grammar, #"{"b":12}"#))
    #expect(try !Self.accepts(prompt.grammar, "Sure!"))
  }

  @Test func modelsThatWereTaughtAToolFormatUseIt() throws {
    let messages: [ModelMessage] = [
      .user("Weather?"), .assistant("", toolCalls: [Self.call]),
      .toolResult(id: "call_1", content: "no such city", isError: true),
    ]
    let request = ModelRequest(messages: messages, tools: [Self.weather])
    let prompt = LocalPrompt(request, template: Self.taught)
    #expect(prompt.tools == .template)
    #expect(prompt.prompt.text.contains("<tools>\n{\"type\": \"function\", \"function\": {\"name\": \"weather\""))
    #expect(prompt.prompt.text.contains("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}}"))
    #expect(prompt.prompt.text.contains("<tool_response>\nError: no such city\n</tool_response>"))
    let call = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\":\"Rome\"}}\n</tool_call>"
    #expect(try Self.accepts(prompt.grammar, "It is sunny."))
    #expect(try Self.accepts(prompt.grammar, "Let me see.\n" + call))
    #expect(try !Self.accepts(prompt.grammar, call.replacing("weather", with: "whether")))
    #expect(try !Self.accepts(prompt.grammar, call.replacing("city", with: "town")))
    let forced = LocalPrompt(request, template: Self.taught, mustCall: true)
    #expect(try Self.accepts(forced.grammar, call))
    #expect(try !Self.accepts(forced.grammar, "It is sunny."))
  }

  @Test func othersGiveEachStepAsAnObject() throws {
    let messages: [ModelMessage] = [
      .system("s"), .user("Weather?"), .assistant("", toolCalls: [Self.call]),
      .toolResult(id: "call_1", content: "sunny"), .toolResult(id: "call_0", content: "x", isError: true),
    ]
    let request = ModelRequest(messages: messages, tools: [Self.weather])
    let prompt = LocalPrompt(request, template: Self.untaught)
    #expect(prompt.tools == .object)
    let text = prompt.prompt.text
    #expect(text.hasPrefix("<|im_start|>system\ns\n\nTools:\n- weather: Says how the weather is. Arguments: {"))
    #expect(
      text.contains("<|im_start|>assistant\n{\"tool\": \"weather\", \"arguments\": {\"city\":\"Paris\"}}<|im_end|>")
    )
    #expect(text.contains("<|im_start|>user\nResult of weather:\nsunny\n\nError of the tool:\nx<|im_end|>"))
    #expect(try Self.accepts(prompt.grammar, #"{"tool": "weather", "arguments": {"city":"Rome"}}"#))
    #expect(try Self.accepts(prompt.grammar, #"{"final": "It is sunny."}"#))
    #expect(try !Self.accepts(prompt.grammar, #"{"tool": "other", "arguments": {"city":"Rome"}}"#))
    #expect(try !Self.accepts(prompt.grammar, "It is sunny."))
    let schema = JSONSchema.object([.init(name: "a", schema: .integer)])
    let shaped = ModelRequest(messages: messages, tools: [Self.weather], answer: .json(name: "x", schema: schema))
    #expect(try Self.accepts(LocalPrompt(shaped, template: Self.untaught).grammar, #"{"final": {"a":1}}"#))
    #expect(try Self.accepts(LocalPrompt(shaped, template: Self.taught).grammar, #"{"a":1}"#))
  }

  // MARK: Answers

  /// However a text is cut: what is passed on, piece by piece, is what the answer says in the end.
  private static func answer(_ text: String, _ tools: ToolProtocol?, size: Int) -> ModelReply {
    var answer = LocalAnswer(to: ModelRequest(messages: [.user("u")], tools: [weather]), tools: tools)
    var passed = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      passed += answer.append(String(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    let (last, reply) = answer.finish(.finished, usage: .init(input: 1))
    #expect(passed + last == reply.text)
    return reply
  }

  @Test(arguments: 1...12) func wordsAndCallsAreToldApart(size: Int) {
    let call = "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\":\"<tool_call>\"}}\n</tool_call>"
    let called = Self.answer("See < here.\n" + call, .template, size: size)
    #expect(called.text == "See < here.\n")
    #expect(called.stopReason == .toolCalls)
    #expect(called.toolCalls.map(\.name) == ["weather"])
    #expect(called.toolCalls.map(\.arguments) == [["city": "<tool_call>"]])
    #expect(Self.answer("Ends with <tool_", .template, size: size).text == "Ends with <tool_")
    #expect(Self.answer("<think>\nhm</think>Yes 🦙", nil, size: size).text == "Yes 🦙")
    #expect(Self.answer(#"{"final": "It is \"ok\"."}"#, .object, size: size).text == #"It is "ok"."#)
    let object = Self.answer(#"{"tool": "weather", "arguments": {"city":"Rome"}}"#, .object, size: size)
    #expect(object.toolCalls.map(\.arguments) == [["city": "Rome"]])
    #expect(object.text.isEmpty)
  }

  @Test(arguments: [1, 2, 3, 7, 400]) func callsWithoutMarkersAreCalls(size: Int) {
    let call = #"{"name": "weather", "arguments": {"city": "Rome"}}"#
    for text in [
      call, "\n\(call)\n", "```json\n\(call)\n```", "```\n\(call)```",
      #"{"arguments":{"city":"Rome"},"name":"weather"}"#,
    ] {
      let reply = Self.answer(text, .template, size: size)
      #expect(reply.toolCalls.map(\.name) == ["weather"], "\(text)")
      #expect(reply.toolCalls.map(\.arguments) == [["city": "Rome"]])
      #expect(reply.stopReason == .toolCalls)
      #expect(reply.text.isEmpty)
    }
    let words = [
      "So: \(call)", "\(call) is it.", "```json\n\(call)", "```js\n\(call)\n```",
      #"{"name": "whether", "arguments": {}}"#,
      #"{"name": "weather", "arguments": {"city": 5}}"#, #"{"name": "weather", "arguments": {}}"#,
      #"{"name": "weather", "arguments": {"city": "Rome", "town": "x"}}"#,
      #"{"name": "weather", "arguments": {"city": "Rome"}, "why": "x"}"#, #"{"name": "weather""#, "```", "{", " ",
    ]
    for text in words {
      let reply = Self.answer(text, .template, size: size)
      #expect(reply.toolCalls.isEmpty, "\(text)")
      #expect(reply.text == text)
    }
    // Markers count in what looked like something else, too.
    let mixed = Self.answer("{\"name\": <tool_call>\n\(call)\n</tool_call>", .template, size: size)
    #expect(mixed.text == "{\"name\": ")
    #expect(mixed.toolCalls.count == 1)
  }

  @Test func noTwoCallsHaveAnId() {
    let call = #"{"tool": "weather", "arguments": {"city":"Rome"}}"#
    let ids = Set((0..<50).flatMap { _ in Self.answer(call, .object, size: 99).toolCalls.map(\.id) })
    #expect(ids.count == 50)
  }

  @Test func wordsWithinAnObjectComeWhileTheyAreWritten() {
    var answer = LocalAnswer(to: ModelRequest(messages: [.user("u")], tools: [Self.weather]), tools: .object)
    let pieces = [
      #"{"fin"#, #"al": "Hel"#, #"lo\"#, #"n\u00"#, #"e9 \ud83"#, #"e\udd99"#, #"\"#, #"" "#, #"!"}"#, " x",
    ]
    #expect(pieces.map { answer.append($0) } == ["", "Hel", "lo", "\n", "é ", "🦙", "", "\" ", "!", ""])
  }

  @Test func aCutAnswerIsTheWordsThereWere() {
    let reply = Self.answer(#"{"final": "It is \u00"#, .object, size: 4)
    #expect(reply.text == "It is ")
  }
}
