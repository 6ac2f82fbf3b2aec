import SkillRuntime
import SkillTesting
import Testing

@Suite struct ScriptedModelTests {
  @Test func answersComeInOrderAndRequestsAreKept() async throws {
    let model = ScriptedModel([
      .text("one").streamed(in: ["o", "ne"]), .json(["a": 1]), .toolCall("f", ["x": 1]),
      .failure(SkillError(.rateLimited, "later")).streamed(in: ["half"]),
    ])
    let first = await model.run("first")
    #expect(first.events == [.text("o"), .text("ne"), .finished(ModelReply(text: "one"))])
    #expect(await model.run("second").text == #"{"a":1}"#)
    #expect(await model.run("third").reply?.toolCalls == [ToolCall(id: "call-1", name: "f", arguments: ["x": 1])])
    let fourth = await model.run("fourth")
    #expect(fourth.text == "half")
    #expect(fourth.skillError?.code == .rateLimited)
    #expect(model.requests.map(\.lastUserText) == ["first", "second", "third", "fourth"])
    let fifth = await model.run("fifth")
    #expect(fifth.skillError?.evidence == "fifth")
    #expect(model.remainingAnswers == 0)
  }

  @Test func closuresSeeTheRequest() async throws {
    let model = ScriptedModel { request in
      if request.lastUserText == "no" { throw SkillError(.refused, "no") }
      return .text("echo " + request.lastUserText)
    }
    #expect(await model.run("hi").text == "echo hi")
    #expect(await model.run("no").skillError?.code == .refused)
  }

  @Test func delaysEndWithTheTask() async throws {
    let model = ScriptedModel([.text("late").after(.seconds(600))])
    let task = Task { try await model.respond(to: ModelRequest(messages: [.user("hi")])) }
    while model.requests.isEmpty { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func harnessesKeepTheirTasks() async throws {
    let task = AgentTask(instructions: "", request: "do", folder: "/", model: nil)
    let harness = ScriptedHarness([AgentOutcome(text: "done", turns: 1)])
    #expect(try await harness.run(task) { _ in }.text == "done")
    await #expect(throws: SkillError.self) { try await harness.run(task) { _ in } }
    #expect(harness.tasks.map(\.request) == ["do", "do"])
    let (events, report) = AsyncStream.makeStream(of: AgentEvent.self)
    let second = ScriptedHarness { task, report in
      report(.text(task.request))
      return AgentOutcome(text: "", turns: 0)
    }
    _ = try await second.run(task) { report.yield($0) }
    report.finish()
    for await event in events { #expect(event == .text("do")) }
  }
}
