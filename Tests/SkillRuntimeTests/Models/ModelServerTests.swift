import Foundation
import SkillIR
import SkillRuntime
import Testing

/// Runs against a real server, given as `SKVM_TEST_MODEL_URL=http://127.0.0.1:8000#name`.
///
/// A model of a billion parameters is enough, such as Qwen2.5-Coder 1.5B behind llama.cpp's or llama-cpp-python's server.
@Suite(
  .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["SKVM_TEST_MODEL_URL"] != nil, "no server is given")
)
struct ModelServerTests {
  private func provider() throws -> any ModelProvider {
    let name = ProcessInfo.processInfo.environment["SKVM_TEST_MODEL_URL"] ?? ""
    return try ModelSelection.parse(name).provider([:])
  }

  private let options = ModelOptions(temperature: 0, maximumTokens: 300, seed: 1)

  @Test func textIsStreamed() async throws {
    let model = try provider()
    let run = await model.run(
      ModelRequest(messages: [.user("Say hello in one short sentence.")], options: options)
    )
    let reply = try #require(run.reply, "\(String(describing: run.error))")
    #expect(!reply.text.isEmpty)
    #expect(run.text == reply.text)
    #expect(run.events.count > 2)
    print("text: \(reply.text) \(String(describing: reply.usage)) \(model.capabilities)")
  }

  @Test func valuesAreOfTheirTypes() async throws {
    let model = try provider()
    let completion = TypedCompletion()
    let types = [
      TypeDeclaration(name: "Mood", kind: .enumeration([.init("glad"), .init("sad")])),
      TypeDeclaration(
        name: "Review",
        kind: .structure([
          .init(name: "mood", type: .named("Mood")), .init(name: "stars", type: .int),
          .init(name: "words", type: .array(.string)), .init(name: "author", type: .optional(.string)),
        ])
      ),
    ]
    let review: JSONValue = "Wonderful! Best kettle I ever had. Five stars. Greetings, Ada"
    for type in [SkillType.named("Review"), .int, .bool, .array(.string), .dictionary(.int)] {
      let prompt =
        type == .named("Review")
        ? "Summarise the review."
        : type == .int
          ? "How many stars does the review give?"
          : type == .bool
            ? "Is the review friendly?"
            : type == .array(.string)
              ? "List two words of the review." : "Count the words 'kettle' and 'stars' in the review."
      let (value, usage) = try await completion.complete(
        prompt: prompt,
        context: [("review", review)],
        type: type,
        types: types,
        on: model,
        options: options
      )
      print("\(type): \(value.jsonText) \(usage) \(model.capabilities.schema)")
      #expect(throws: Never.self) { try type.check(value, types: types) }
    }
  }

  @Test(arguments: [true, false]) func anAgentWritesAFile(_ callsTools: Bool) async throws {
    let folder = try AgentFolder()
    let model = WithoutTools(base: try provider(), callsTools: callsTools)
    let task = AgentTask(
      instructions: "",
      request: "Write a file hello.txt that contains exactly the text: Hello, world",
      folder: folder.path,
      model: model,
      limits: AgentLimits(turns: 6, time: .seconds(400)),
      environment: ["PATH": "/usr/bin:/bin"]
    )
    let run = await BuiltInHarness(options: options).collect(task)
    for event in run.events {
      if case .text = event { continue }
      print(event)
    }
    print(run.outcome ?? run.error ?? "")
    #expect(try folder.read("hello.txt").contains("Hello, world"))
    #expect(run.outcome != nil)
  }

  /// A model that says of itself whether it calls tools.
  private struct WithoutTools: ModelProvider {
    var base: any ModelProvider
    var callsTools: Bool

    var identifier: String { base.identifier }
    var capabilities: ModelCapabilities {
      ModelCapabilities(tools: callsTools && base.capabilities.tools, schema: base.capabilities.schema)
    }
    func availability() async -> ModelAvailability { await base.availability() }
    func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> { base.stream(request) }
  }
}
