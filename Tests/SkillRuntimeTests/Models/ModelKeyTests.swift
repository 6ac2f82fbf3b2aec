import Foundation
import SkillRuntime
import Testing

@Suite struct ModelKeyTests {
  /// Every way in which a value may end up in a log.
  private func renderings(_ value: Any) -> String {
    var dumped = ""
    dump(value, to: &dumped)
    func mirror(_ value: Any, depth: Int) -> String {
      guard depth < 8 else { return "" }
      return Mirror(reflecting: value).children.map { "\($0.value) \(mirror($0.value, depth: depth + 1))" }.joined()
    }
    return "\(value) \(String(reflecting: value)) \(dumped) \(mirror(value, depth: 0))"
  }

  @Test func providersDoNotShowTheirKey() throws {
    let environment = [
      "OPENAI_API_KEY": testKey, "ANTHROPIC_API_KEY": testKey, "SKVM_API_KEY": testKey,
    ]
    for name in ["openai:a", "anthropic:b", "https://example.com/v1#c"] {
      let model = try #require(try ModelSelection.fromEnvironment(environment.merging(["SKVM_MODEL": name]) { $1 }))
      #expect(!renderings(model).contains(testKey))
    }
    #expect(!renderings(OpenAICompatibleProvider(model: "m") { testKey }).contains(testKey))
    #expect(!renderings(AnthropicProvider(model: "m") { testKey }).contains(testKey))
  }

  @Test(arguments: [200, 302, 400, 401, 403, 404, 429, 500])
  func serversThatRepeatTheKeyDoNotGetItIntoErrorsAndEvents(_ status: Int) async throws {
    let body: JSONValue = ["error": ["message": "your key {KEY} is wrong", "type": "{KEY}"]]
    let headers = ["Content-Type": "application/json", "Location": "http://x/{KEY}", "Retry-After": "0"]
    let answers: [LoopbackServer.Answer] = [
      .init(status: status, headers: headers, chunks: [body.jsonText]),
      .init(status: status, headers: ["Content-Type": "text/event-stream"], chunks: ["data: \(body.jsonText)\n\n"]),
      .init(status: status, headers: ["Content-Type": "text/html"], chunks: ["<p>{KEY}</p>"]),
      .init(status: status, headers: ["Content-Type": "text/event-stream"], chunks: ["data: {KEY}\n\n"]),
    ]
    for answer in answers {
      let route = try await LoopbackServer.route([answer], repeats: true)
      let models: [any ModelProvider] = [route.openAI(), route.anthropic()]
      for model in models {
        let run = await model.run("hi")
        #expect(run.error != nil)
        #expect(!renderings(run.error as Any).contains(testKey), "\(run)")
        #expect(!renderings(run.events).contains(testKey), "\(run)")
      }
    }
  }

  @Test func keysInAnswersAreCovered() async throws {
    let route = try await LoopbackServer.route([.chat(["the key is {KEY}"])])
    let run = await route.openAI().run("hi")
    #expect(run.reply?.text == "the key is [key]")
  }

  @Test func keysAreNotSentWithoutEncryption() async throws {
    let model = OpenAICompatibleProvider(model: "m", baseURL: URL(string: "http://models.example.com/v1")) { testKey }
    let error = try #require(await model.run("hi").skillError)
    #expect(error.code == .modelUnavailable)
    #expect(error.message.contains("without encryption"))
    #expect(!error.description.contains(testKey))
  }

  @Test func keysMustLookLikeKeys() async throws {
    let route = try await LoopbackServer.route([.chat(["x"])], repeats: true)
    #expect(await route.openAI(key: " \(testKey)\n").run("hi").reply?.text == "x")
    #expect(try await route.requests().first?.headers["authorization"] == "Bearer \(testKey)")
    let error = try #require(await route.openAI(key: "a\r\nX-Evil: 1").run("hi").skillError)
    #expect(error.message.contains("characters that no key has"))
    #expect(try await route.requests().count == 1)
  }

  @Test func missingKeysAreToldBeforeAnythingIsSent() async throws {
    let error = try #require(await OpenAICompatibleProvider(model: "m") { nil }.run("hi").skillError)
    #expect(error.suggestion == "Set OPENAI_API_KEY to an API key.")
    let route = try await LoopbackServer.route([.chat(["x"])])
    #expect(await route.openAI(key: nil).run("hi").reply?.text == "x")
    #expect(try await route.requests().first?.headers["authorization"] == nil)
  }

  @Test func aCredentialThatFailsIsTold() async throws {
    struct Locked: Error {}
    let model = OpenAICompatibleProvider(model: "m") { throw Locked() }
    let error = try #require(await model.run("hi").skillError)
    #expect(error.underlyingError is Locked)
  }
}
