import Foundation
import SkillRuntime
import Testing

@Suite struct ModelSelectionTests {
  @Test(arguments: [
    ("openai:gpt-5-mini", ModelSelection.openAI("gpt-5-mini")), (" OpenAI: o:x ", .openAI("o:x")),
    ("anthropic:claude-x", .anthropic("claude-x")),
    ("http://127.0.0.1:8080#qwen", .server(base: "http://127.0.0.1:8080/v1", model: "qwen")),
    ("http://localhost:1/#a%20b", .server(base: "http://localhost:1/v1", model: "a b")),
    (
      "https://api.example.com/openai/v2/#org/model",
      .server(base: "https://api.example.com/openai/v2", model: "org/model")
    ),
    ("http://[::1]:80/v1#m", .server(base: "http://[::1]:80/v1", model: "m")),
  ])
  func namesAreRead(_ text: String, _ expected: ModelSelection) throws {
    #expect(try ModelSelection.parse(text) == expected)
  }

  @Test(arguments: [
    ("", "it is empty"), ("openai:", "a name has to follow"), ("opnai:x", "did you mean 'openai'?"),
    ("gpt-5", "Give openai:gpt-5"), ("claude-x", "Give anthropic:claude-x"), ("foo", "the kind is missing"),
    ("http://127.0.0.1:80", "the model is missing"), ("http://127.0.0.1:80#", "the model is missing"),
    ("http://#m", "is not an address"), ("local:x", "ModelSchemes.shared.register(LocalModels())"),
    ("locl:x", "did you mean 'local'?"), ("ftp://x#m", "there is no kind 'ftp'"),
    ("http://me:s3cret@h/#m", "SKVM_API_KEY"), ("http://h/?key=s3cret#m", "SKVM_API_KEY"),
  ])
  func othersAreRefusedWithWhatIsAccepted(_ text: String, _ words: String) throws {
    let error = try #require(#expect(throws: SkillError.self) { try ModelSelection.parse(text) })
    #expect(error.description.contains(words), "\(error)")
    #expect(!error.description.contains("s3cret"))
    if !text.contains("s3cret") { #expect(error.message.contains("SKVM_MODEL=\(text)")) }
  }

  @Test func theEnvironmentChooses() throws {
    #expect(try ModelSelection.fromEnvironment([:]) == nil)
    #expect(try ModelSelection.fromEnvironment(["SKVM_MODEL": " "]) == nil)
    let names = ["openai:a", "anthropic:b", "http://127.0.0.1:9/v1#c"]
    for name in names {
      #expect(try ModelSelection.fromEnvironment(["SKVM_MODEL": name])?.identifier == name)
    }
    #expect(throws: SkillError.self) { try ModelSelection.fromEnvironment(["SKVM_MODEL": "x:y"]) }
    #expect(throws: SkillError.self) {
      try ModelSelection.fromEnvironment(["SKVM_MODEL": "openai:x", "OPENAI_BASE_URL": "nonsense"])
    }
  }

  @Test func keysAndAddressesComeFromTheEnvironment() async throws {
    let route = try await LoopbackServer.route([.chat(["a"]), .error(418, "x"), .chat(["c"]), .chat(["d"])])
    let environment = [
      "OPENAI_API_KEY": "key-openai", "OPENAI_BASE_URL": route.base + "/v1/", "ANTHROPIC_API_KEY": "key-anthropic\n",
      "ANTHROPIC_BASE_URL": route.base, "SKVM_API_KEY": "key-server",
    ]
    func ask(_ name: String, _ environment: [String: String]) async throws {
      let model = try #require(try ModelSelection.fromEnvironment(environment.merging(["SKVM_MODEL": name]) { $1 }))
      _ = await model.run("hi")
    }
    try await ask("openai:a", environment)
    try await ask("anthropic:b", environment)
    try await ask("\(route.base)/v1#c", environment)
    // Another service's key goes to no server that is given by its address.
    try await ask("\(route.base)/v1#d", ["OPENAI_API_KEY": "key-openai"])
    let requests = try await route.requests()
    #expect(
      requests.map(\.path) == ["/v1/chat/completions", "/v1/messages", "/v1/chat/completions", "/v1/chat/completions"]
    )
    #expect(requests.map { $0.headers["authorization"] } == ["Bearer key-openai", nil, "Bearer key-server", nil])
    #expect(requests.map { $0.headers["x-api-key"] } == [nil, "key-anthropic", nil, nil])
    #expect(requests.map { $0.body["model"] } == ["a", "b", "c", "d"])
  }

  // MARK: Availability

  private let list: LoopbackServer.Answer = .json(["data": [["id": "test-modem"], ["id": "other"]]])

  @Test func availabilityHasReasons() async throws {
    let there = try await LoopbackServer.route([.json(["data": [["id": "test-model"]]])])
    #expect(await there.openAI().availability() == .available)
    #expect(try await there.requests().map { $0.method + $0.path } == ["GET/v1/models"])
    let alias = try await LoopbackServer.route([list, .json(["id": "test-model"])])
    #expect(await alias.anthropic().availability() == .available)
    #expect(try await alias.requests().map(\.path) == ["/v1/models", "/v1/models/test-model"])
    let unlisted = try await LoopbackServer.route([.error(404, "no such page")])
    #expect(await unlisted.openAI().availability() == .available)

    func reason(_ provider: any ModelProvider) async -> String {
      if case .unavailable(let reason) = await provider.availability() { reason } else { "" }
    }
    let misspelt = try await LoopbackServer.route([list, .error(404, "no")])
    #expect(await reason(misspelt.openAI()).contains("did you mean 'test-modem'?"))
    let refused = try await LoopbackServer.route([.error(401, "key {KEY} is wrong")])
    let words = await reason(refused.openAI())
    #expect(words.contains("OPENAI_API_KEY") && !words.contains(testKey), "\(words)")
    let down = OpenAICompatibleProvider(model: "m", baseURL: URL(string: "http://127.0.0.1:1/v1")) { nil }
    #expect(await reason(down).contains("cannot be reached"))
    #expect(await reason(OpenAICompatibleProvider(model: "m") { nil }).contains("Set OPENAI_API_KEY"))
    #expect(await reason(AnthropicProvider(model: "m") { "" }).contains("Set ANTHROPIC_API_KEY"))
  }
}
