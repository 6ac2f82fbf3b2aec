import Foundation
import SkillRuntime
import SkillTesting
import Testing

@Suite struct AgentHarnessTests {
  private let done = ScriptedModel.Answer.text("All done.", usage: TokenUsage(input: 10, output: 2))

  @Test func anAgentWritesAFileAndReportsWhatHappens() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([
      .reply(
        ModelReply(
          text: "I write it.",
          toolCalls: [
            ToolCall(id: "a", name: "write_file", arguments: ["path": "notes/hello.txt", "content": "Hi é\n"])
          ],
          stopReason: .toolCalls,
          usage: TokenUsage(input: 5, output: 5, cacheRead: 1)
        )
      ), done,
    ])
    let run = await BuiltInHarness().collect(
      AgentTask(model, folder, request: "Greet.", instructions: "# Rules\nBe kind.")
    )
    #expect(
      run.outcome == AgentOutcome(text: "All done.", turns: 2, usage: TokenUsage(input: 15, output: 7, cacheRead: 1))
    )
    #expect(try folder.read("notes/hello.txt") == "Hi é\n")
    let call = ToolCall(id: "a", name: "write_file", arguments: ["path": "notes/hello.txt", "content": "Hi é\n"])
    #expect(
      run.events == [
        .turn(1), .text("I write it."), .toolCall(call),
        .toolResult(id: "a", content: "Wrote 6 bytes to notes/hello.txt.", isError: false), .turn(2),
        .text("All done."),
      ]
    )
    let requests = model.requests
    #expect(
      requests[0].tools.map(\.name) == ["read_file", "write_file", "list_directory", "execute_command", "web_fetch"]
    )
    #expect(requests[0].lastUserText == "Greet.")
    guard case .system(let system) = requests[0].messages[0] else { return #expect(Bool(false)) }
    #expect(system.hasSuffix("# Rules\nBe kind."))
    #expect(
      Array(requests[1].messages.dropFirst(2)) == [
        .assistant("I write it.", toolCalls: [call]),
        .toolResult(id: "a", content: "Wrote 6 bytes to notes/hello.txt."),
      ]
    )
  }

  @Test func mistakesAreToldToTheModel() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([
      .toolCalls([
        ToolCall(id: "1", name: "read_file", arguments: ["path": "none.txt"]),
        ToolCall(id: "2", name: "raed_file", arguments: [:]),
        ToolCall(id: "3", name: "read_file", arguments: "{\"path\": "),
        ToolCall(id: "4", name: "write_file", arguments: ["path": "x"]),
        ToolCall(id: "5", name: "read_file", arguments: ["path": 3]),
        ToolCall(id: "6", name: "execute_command", arguments: ["command": "echo out; echo err >&2; exit 3"]),
        ToolCall(id: "7", name: "read_file", arguments: ["file_path": "x.txt"]),
      ]), done,
    ])
    try folder.write("x.txt", "x")
    let run = await BuiltInHarness().collect(AgentTask(model, folder))
    #expect(run.results.map(\.isError) == [true, true, true, true, true, true, false])
    let expected = [
      "there is no 'none.txt'", "Did you mean read_file?", "not a JSON object", "'content' is missing",
      "expected a string",
      "[exit status 3]\nout\n[standard error]\nerr", "x",
    ]
    for (result, words) in zip(run.results, expected) { #expect(result.content.contains(words), "\(result)") }
    #expect(run.outcome?.text == "All done.")
  }

  @Test func callsOfATurnRunInOrder() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([
      .toolCalls([
        ToolCall(id: "1", name: "write_file", arguments: ["path": "a", "content": "1"]),
        ToolCall(id: "2", name: "read_file", arguments: ["path": "a"]),
        ToolCall(id: "3", name: "list_directory", arguments: [:]),
        ToolCall(id: "4", name: "execute_command", arguments: ["command": "printf 2 >> a"]),
        ToolCall(id: "5", name: "read_file", arguments: ["path": "./a"]),
      ]), done,
    ])
    let run = await BuiltInHarness().collect(AgentTask(model, folder))
    #expect(run.results.map(\.id) == ["1", "2", "3", "4", "5"])
    #expect(run.results.map(\.content)[1...2] == ["1", "a (1 bytes)"])
    #expect(run.results.last?.content == "12")
  }

  @Test func commandsHaveTheTasksEnvironmentAndFolder() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([.toolCall("execute_command", ["command": "env; pwd"]), done])
    let run = await BuiltInHarness().collect(
      AgentTask(model, folder, environment: ["A": "b", "PATH": "/usr/bin:/bin"])
    )
    let lines = Set((run.results.first?.content ?? "").split(separator: "\n").map(String.init))
    #expect(lines.isSuperset(of: ["A=b", "PATH=/usr/bin:/bin", folder.path]))
    #expect(!lines.contains { $0.hasPrefix("HOME=") })
  }

  @Test func commandsEndAtTheirLimit() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([.toolCall("execute_command", ["command": "echo x >&2; sleep 60"]), done])
    let run = await BuiltInHarness().collect(
      AgentTask(model, folder, limits: AgentLimits(commandTime: .milliseconds(300)))
    )
    #expect(run.results.first?.isError == true)
    #expect(run.results.first?.content == "the command was ended after 300 ms\n[standard error]\nx\n")
    #expect(run.outcome != nil)
  }

  @Test func longResultsAreCut() async throws {
    let folder = try AgentFolder()
    try folder.write("long.txt", (1...9000).map { "line \($0)" }.joined(separator: "\n"))
    try folder.write("wide.txt", String(repeating: "é", count: 100_000))
    let model = ScriptedModel([
      .toolCalls([
        ToolCall(id: "1", name: "read_file", arguments: ["path": "long.txt"]),
        ToolCall(id: "2", name: "read_file", arguments: ["path": "long.txt", "first_line": 8990]),
        ToolCall(id: "3", name: "read_file", arguments: ["path": "wide.txt"]),
        ToolCall(id: "4", name: "execute_command", arguments: ["command": "yes | head -c 100000; echo end"]),
      ]), done,
    ])
    let contents = await BuiltInHarness().collect(AgentTask(model, folder)).results.map(\.content)
    #expect(contents.allSatisfy { $0.utf8.count < 31_000 })
    let lines = contents[0].split(separator: "\n")
    #expect(lines.first == "line 1")
    #expect(lines.last == "[\(9000 - (lines.count - 1)) more lines: read on with first_line \(lines.count)]")
    #expect(contents[1].hasPrefix("[from line 8990]\nline 8990\n") && contents[1].hasSuffix("line 9000"))
    #expect(contents[2].contains("bytes left out"))
    #expect(contents[3].hasPrefix("y\ny\n") && contents[3].hasSuffix("end\n") && contents[3].contains("bytes left out"))
  }

  // MARK: Limits

  @Test func turnsAreLimited() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel { _ in
      .reply(
        ModelReply(
          text: "again",
          toolCalls: [ToolCall(id: "x", name: "list_directory", arguments: [:])],
          stopReason: .toolCalls,
          usage: TokenUsage(input: 10, output: 1)
        )
      )
    }
    let run = await BuiltInHarness().collect(AgentTask(model, folder, limits: AgentLimits(turns: 3)))
    #expect(run.error?.code == .agentLimit)
    #expect(run.error?.message == "the agent reached its limit of 3 turns, after 3 turns and 33 tokens")
    #expect(run.error?.evidence == "again")
    #expect(model.requests.count == 3)
  }

  @Test(arguments: [true, false]) func tokensAreLimited(_ counts: Bool) async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel { _ in
      .reply(
        ModelReply(
          text: String(repeating: "x", count: 400),
          toolCalls: [ToolCall(id: "x", name: "list_directory", arguments: [:])],
          usage: counts ? TokenUsage(input: 100, output: 100) : nil
        )
      )
    }
    let run = await BuiltInHarness().collect(AgentTask(model, folder, limits: AgentLimits(turns: 100, tokens: 500)))
    #expect(run.error?.code == .agentLimit)
    #expect(run.error?.message.contains("limit of 500 tokens") == true, "\(run)")
    #expect(model.requests.count <= 3)
  }

  @Test func timeIsLimited() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([.toolCall("execute_command", ["command": "sleep 60; touch late"]), done])
    let run = await BuiltInHarness().collect(AgentTask(model, folder, limits: AgentLimits(time: .milliseconds(300))))
    #expect(run.error?.code == .agentLimit)
    #expect(run.error?.message.contains("300 ms of time") == true)
  }

  @Test func cancellationEndsTheWorkAndItsChildren() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([
      .toolCall("execute_command", ["command": "touch began; echo $$ > pid; sleep 600"]), done,
    ])
    let task = Task { try await BuiltInHarness().run(AgentTask(model, folder)) { _ in } }
    while (try? folder.read("pid"))?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(10)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let pid = try #require(Int32(folder.read("pid").dropLast()))
    #expect(kill(pid, 0) != 0)
  }

  @Test func aTaskNeedsAModelAndAFolder() async throws {
    let folder = try AgentFolder()
    #expect(await BuiltInHarness().collect(AgentTask(nil, folder)).error?.code == .noModel)
    let task = AgentTask(instructions: "", request: "x", folder: folder.path + "/none", model: ScriptedModel([]))
    let error = await #expect(throws: SkillError.self) { try await BuiltInHarness().run(task) { _ in } }
    #expect(error?.code == .missingFile)
  }

  @Test func refusalsAndCutAnswersAreErrors() async throws {
    let folder = try AgentFolder()
    for (reason, code) in [(ModelReply.StopReason.refused, SkillError.Code.refused), (.length, .contextExceeded)] {
      let model = ScriptedModel([.reply(ModelReply(text: "x", stopReason: reason))])
      #expect(await BuiltInHarness().collect(AgentTask(model, folder)).error?.code == code)
    }
  }

  // MARK: Small models

  @Test(arguments: [
    #"<tool_call>{"name": "write_file", "arguments": {"path": "a.txt", "content": "A"}}</tool_call>"#,
    "<tool_call>\n{\"name\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"A\"}}\n</tool_call>",
    "I'll do it.\n```json\n{\n  \"name\": \"write_file\",\n  \"arguments\": {\"path\": \"a.txt\", \"content\": \"A\"}\n}\n```",
    #"{"function": "write_file", "parameters": {"filename": "a.txt", "content": "A"}}"#,
    #"[{"type": "function", "function": {"name": "write_file", "arguments": "{\"path\": \"a.txt\", \"content\": \"A\"}"}}]"#,
    #"{"tool": "write_file", "path": "a.txt", "content": "A"}"#,
    // As a small model writes it that has seen a template with doubled braces.
    #"{{"name": "write_file", "arguments": {"path": "a.txt", "content": "A"}}}"#,
  ])
  func callsWrittenAsTextAreUnderstood(_ text: String) async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([.text(text), done])
    let run = await BuiltInHarness().collect(AgentTask(model, folder))
    #expect(try folder.read("a.txt") == "A", "\(run)")
    #expect(run.outcome?.text == "All done.")
    #expect(
      model.requests[1].lastUserText == """
        Result of write_file:
        Wrote 1 bytes to a.txt.

        If the task is done, answer in a few words. Otherwise call the next tool.
        """
    )
  }

  @Test(arguments: [
    #"One would call {"name": "write_file", "arguments": {"path": "a.txt", "content": "A"}} for that."#,
    #"{"name": "unknown_tool", "arguments": {"path": "a.txt"}}"#, #"{"path": "a.txt"}"#, "write_file { a.txt }",
  ])
  func talkIsNotACall(_ text: String) async throws {
    let folder = try AgentFolder()
    let run = await BuiltInHarness().collect(AgentTask(ScriptedModel([.text(text)]), folder))
    #expect(run.outcome?.text == text)
    #expect(run.results.isEmpty)
  }

  @Test func goingRoundInCirclesIsPointedOut() async throws {
    let folder = try AgentFolder()
    let write = ScriptedModel.Answer.toolCall("write_file", ["path": "a", "content": "1"])
    let run = await BuiltInHarness().collect(AgentTask(ScriptedModel([write, write, done]), folder))
    #expect(run.results.last?.content.contains("This was just done") == true)
  }

  private let without = ModelCapabilities(tools: false, schema: .prompt)

  @Test func modelsWithoutToolsAreAskedForSteps() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel(
      [
        .text("Let me think…"), .text("{\"step\": 1}"),
        .text(
          "```json\n{\"tool\": \"write_file\", \"arguments\": {\"path\": \"a.txt\", \"content\": \"A\", \"command\": null}, \"final\": null}\n```"
        ),
        .json(["tool": nil, "arguments": [:], "final": "Written."]),
      ],
      capabilities: without
    )
    let run = await BuiltInHarness().collect(AgentTask(model, folder))
    #expect(try folder.read("a.txt") == "A")
    #expect(run.outcome == AgentOutcome(text: "Written.", turns: 4))
    #expect(run.events.contains(.text("Written.")))
    let request = model.requests[0]
    #expect(request.tools.isEmpty)
    guard case .json(_, .object(let properties)) = request.answer, case .system(let system) = request.messages[0] else {
      return #expect(Bool(false))
    }
    #expect(properties.map(\.name) == ["tool", "arguments", "final"])
    #expect(system.contains(#"- write_file {"path": string, "content": string}: Writes a text file"#))
    #expect(model.requests[3].lastUserText.hasPrefix("Result of write_file:\nWrote 1 bytes to a.txt.\n\nIf the task"))
  }

  @Test func aServerThatTurnsOutToTakeNoToolsIsAskedForSteps() async throws {
    let folder = try AgentFolder()
    let route = try await LoopbackServer.route([
      .error(400, "model does not support tools"),
      .chat([#"{"tool":"write_file","arguments":{"path":"a","content":"A"},"final":null}"#]),
      .chat([#"{"tool":null,"arguments":null,"final":"ok"}"#]),
    ])
    let run = await BuiltInHarness().collect(AgentTask(route.openAI(), folder))
    #expect(run.outcome?.text == "ok", "\(run)")
    #expect(run.outcome?.turns == 2)
    #expect(try folder.read("a") == "A")
  }

  // MARK: Structured answers

  private let schema = JSONSchema.object([.init(name: "count", schema: .integer)])

  @Test func finalAnswersAreAskedForByTheirSchema() async throws {
    let folder = try AgentFolder()
    let model = ScriptedModel([
      .toolCall("list_directory", [:]), .text("There are none."), .text("none"),
      .text(#"{"count": 0}"#, usage: TokenUsage(input: 1, output: 1)),
    ])
    let run = await BuiltInHarness().collect(AgentTask(model, folder, answer: .json(name: "result", schema: schema)))
    #expect(
      run.outcome == AgentOutcome(text: #"{"count":0}"#, turns: 2, usage: TokenUsage(input: 1, output: 1)),
      "\(run)"
    )
    #expect(model.requests[2].tools.isEmpty)
    #expect(model.requests[2].answer == .json(name: "result", schema: schema))
  }

  @Test func lastWordsThatFitAreTheAnswer() async throws {
    let folder = try AgentFolder()
    let run = await BuiltInHarness().collect(
      AgentTask(ScriptedModel([.json(["count": 3])]), folder, answer: .json(name: "r", schema: schema))
    )
    #expect(run.outcome?.text == #"{"count":3}"#)
    let list = await BuiltInHarness().collect(
      AgentTask(
        ScriptedModel([.text("x"), .json(["value": ["a"]])]),
        folder,
        answer: .json(name: "r", schema: .array(of: .string))
      )
    )
    #expect(list.outcome?.text == #"["a"]"#)
  }
}
