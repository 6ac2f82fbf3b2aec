import SkillIR
import SkillRuntime
import TestSupport
import Testing

@testable import LanguageModels

/// A real model through the runtime's eyes, where one is at hand.
@Suite(.onOwnThread, .enabled(if: RealModel.path(of: "smollm2-135m") != nil)) struct LocalModelTests {
  private static func model() throws -> LocalModel {
    LocalModel(
      path: try #require(RealModel.path(of: "smollm2-135m")),
      options: LocalModelOptions(contextSize: 256, maximumTokens: 32)
    )
  }

  @Test func answersHaveTheShapeAskedForAndTokensAreCounted() async throws {
    let model = try Self.model()
    #expect(await model.availability() == .available)
    #expect(model.capabilities == ModelCapabilities(tools: true, schema: .guided, contextSize: 256))
    let schema = JSONSchema.object([
      .init(name: "mood", schema: .enumeration(["good", "bad"])), .init(name: "count", schema: .integer),
    ])
    let request = ModelRequest(
      messages: [.user("The sun shines.")],
      answer: .json(name: "x", schema: schema),
      options: ModelOptions(maximumTokens: 24)
    )
    let reply = try await model.respond(to: request)
    let value = try JSONValue(parsing: reply.text)
    #expect(["good", "bad"].contains(value["mood"]?.stringValue))
    #expect(value["count"]?.intValue != nil)
    let usage = try #require(reply.usage)
    #expect(usage.input > 20 && usage.output > 5 && usage.output <= 24)
    // The same again: the beginning is known, the answer equal.
    let again = try await model.respond(to: request)
    #expect(again.text == reply.text)
    #expect((again.usage?.cacheRead ?? 0) > 0)

    let tool = ToolDefinition(
      name: "look_up",
      description: "Looks a word up.",
      arguments: .object([.init(name: "word", schema: .enumeration(["sun", "moon"]))])
    )
    var settings = LocalRequestSettings()
    settings.mustCall = true
    var calls: [ToolCall] = []
    let asking = ModelRequest(messages: [.user("What is the moon?")], tools: [tool])
    for try await event in model.stream(asking, settings) {
      if case .toolCall(let call) = event { calls.append(call) }
    }
    #expect(calls.map(\.name) == ["look_up"])
    #expect(["sun", "moon"].contains(calls.first?.arguments["word"]?.stringValue))
  }

  @Test func aRequestThatDoesNotFitIsToldAsThat() async throws {
    let text = String(repeating: "many words and more ", count: 200)
    let model = try Self.model()
    let error = await #expect(throws: SkillError.self) {
      try await model.respond(to: ModelRequest(messages: [.user(text)]))
    }
    #expect(error?.code == .contextExceeded)
  }
}
