import SkillIR
import Synchronization
import Testing

@testable import SkillRuntime

/// Models that are only pretended to be there: what a library with models of its own would bring along.
private final class PretendScheme: ModelScheme {
  let name: String
  private let made = Mutex<[String]>([])

  init(_ name: String = "Pretend") { self.name = name }

  /// The names that models were asked for by.
  var asked: [String] { made.withLock { $0 } }

  func model(named name: String, environment: [String: String]) throws -> any ModelProvider {
    made.withLock { $0.append(name) }
    guard name != "nothing" else { throw SkillError(.modelUnavailable, "there is no model 'nothing'") }
    return PretendModel(identifier: "pretend:\(name)", seed: environment["PRETEND_SEED"] ?? "")
  }
}

/// A model that is held to its schema by how it writes: it gives the shortest value of any schema, and knows nothing else.
private final class PretendModel: ModelProvider {
  let identifier: String
  let seed: String
  let capabilities = ModelCapabilities(tools: false, schema: .guided, contextSize: 2048)
  private let seen = Mutex<[ModelRequest]>([])

  init(identifier: String, seed: String = "") {
    self.identifier = identifier
    self.seed = seed
  }

  var requests: [ModelRequest] { seen.withLock { $0 } }

  func availability() async -> ModelAvailability { .available }

  func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    seen.withLock { $0.append(request) }
    let text =
      switch request.answer {
      case .text: "words"
      case .json(_, let schema): Self.least(schema).jsonText
      }
    return AsyncThrowingStream { continuation in
      continuation.yield(.text(text))
      continuation.yield(.finished(ModelReply(text: text, usage: TokenUsage(input: 3, output: 2))))
      continuation.finish()
    }
  }

  private static func least(_ schema: JSONSchema) -> JSONValue {
    switch schema {
    case .string: ""
    case .integer: 0
    case .number: 0.5
    case .boolean: false
    case .any, .nullable, .constants, .union, .reference, .defining: .null
    case .boundedString(let length): .string(String(repeating: "x", count: length.lowerBound))
    case .boundedInteger(let range): .integer(range.lowerBound)
    case .boundedArray(let element, let count): .array((0..<count.lowerBound).map { _ in least(element) })
    case .array(let element): [least(element)]
    case .dictionary(let value): ["key": least(value)]
    case .enumeration(let values): .string(values.first ?? "")
    case .object(let properties):
      .object(JSONObject(properties.filter(\.isRequired).map { ($0.name, least($0.schema)) }))
    }
  }
}

@Suite struct ModelSchemeTests {
  @Test func aRegisteredSchemeMakesTheModel() throws {
    let scheme = PretendScheme()
    let schemes = ModelSchemes()
    schemes.register(scheme)
    let environment = ["SKVM_MODEL": " pretenD: models/some.gguf ", "PRETEND_SEED": "7"]
    let model = try #require(try ModelSelection.fromEnvironment(environment, schemes: schemes))
    #expect(model.identifier == "pretend:models/some.gguf")
    #expect((model as? PretendModel)?.seed == "7")
    #expect(scheme.asked == ["models/some.gguf"])
  }

  @Test(arguments: [
    ("pretend:", "has to follow 'pretend:'"), ("pretnd:x", "did you mean 'pretend'?"), ("x:y", "pretend:NAME"),
    ("pretend:nothing", "there is no model 'nothing'"), ("local:x", "product LanguageModels"),
  ])
  func mistakesNameWhatIsThere(_ text: String, _ words: String) throws {
    let schemes = ModelSchemes([PretendScheme()])
    let error = try #require(
      #expect(throws: SkillError.self) {
        try ModelSelection.fromEnvironment(["SKVM_MODEL": text], schemes: schemes)
      }
    )
    #expect(error.description.contains(words), "\(error)")
  }

  @Test func theLastSchemeOfANameCountsAndKnownNamesStay() throws {
    let (first, last, thief) = (PretendScheme("local"), PretendScheme("LOCAL"), PretendScheme("openai"))
    let schemes = ModelSchemes([first, thief])
    schemes.register(last)
    for name in ["local:a", "openai:b"] {
      _ = try ModelSelection.fromEnvironment(["SKVM_MODEL": name], schemes: schemes)
    }
    #expect(first.asked == [])
    #expect(last.asked == ["a"])
    #expect(thief.asked == [])
  }

  @Test func aMachinesModelIsMadeOnceAndWhenItIsNeeded() async throws {
    let scheme = PretendScheme()
    let schemes = ModelSchemes()
    let model = NamedModel(name: "pretend:a", schemes: schemes)
    // Not yet registered, which must not be remembered.
    #expect(model.capabilities.schema == .prompt)
    await #expect(throws: SkillError.self) { try await model.respond(to: ModelRequest(messages: [.user("hi")])) }
    schemes.register(scheme)
    #expect(model.capabilities == ModelCapabilities(tools: false, schema: .guided, contextSize: 2048))
    #expect(await model.availability() == .available)
    #expect(try await model.respond(to: ModelRequest(messages: [.user("hi")])).text == "words")
    #expect(scheme.asked == ["a"])
  }

  @Test(
    arguments: [
      (SkillType.int, 0), (.bool, false), (.array(.double), [0.5]), (.dictionary(.string), ["key": ""]),
      (.optional(.int), nil), (.named("Kind"), "home"), (.json, nil),
      (.named("Region"), ["name": "", "revenue": 0.5, "kind": "home", "note": nil]),
      (.array(.named("Region")), [["name": "", "revenue": 0.5, "kind": "home", "note": nil]]),
    ] as [(SkillType, JSONValue)]
  )
  func aGuidedModelNeedsNoRepair(_ type: SkillType, _ expected: JSONValue) async throws {
    let types = [
      TypeDeclaration(
        name: "Region",
        kind: .structure([
          .init(name: "name", type: .string), .init(name: "revenue", type: .double),
          .init(name: "kind", type: .named("Kind")), .init(name: "note", type: .optional(.string)),
        ])
      ), TypeDeclaration(name: "Kind", kind: .enumeration([.init("home"), .init("abroad")])),
    ]
    let model = PretendModel(identifier: "pretend:a")
    let (value, usage) = try await TypedCompletion().complete(
      prompt: "Do it.",
      type: type,
      types: types,
      on: model
    )
    #expect(value == expected)
    #expect(usage.total == 5)
    let request = try #require(model.requests.first)
    #expect(model.requests.count == 1)
    #expect(request.answer == .json(name: "answer", schema: AnswerEnvelope(type.schema(types: types)).schema))
  }
}
