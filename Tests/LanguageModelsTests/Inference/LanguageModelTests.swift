import Foundation
import LanguageModels
import NeuralEngine
import SkillIR
import SkillRuntime
import Synchronization
import TestSupport
import Testing

@Suite(.onOwnThread) struct LanguageModelTests {
  private static func open(_ options: LanguageModel.Options = .init(contextSize: 128)) throws -> LanguageModel {
    try LanguageModel(path: TinyModel.path, options: options)
  }

  private static func prompts(_ count: Int) -> [[TokenID]] {
    var random = SplitMix(seed: 11)
    let shared = (0..<24).map { _ in TokenID.random(in: 5..<260, using: &random) }
    return (0..<count).map { index in
      let own = (0..<(3 + 7 * index)).map { _ in TokenID.random(in: 5..<260, using: &random) }
      return index % 2 == 0 ? shared + own : own
    }
  }

  @Test func generationsAtOnceAreAsByThemselves() async throws {
    let prompts = Self.prompts(8)
    var expected: [[TokenID]] = []
    for prompt in prompts {
      // A model of its own for each, so that nothing is kept.
      let request = GenerationRequest(prompt: prompt, maximumTokens: 12)
      expected.append(try await Self.open().generate(request).tokens)
    }
    let model = try Self.open(.init(contextSize: 128, sequences: 3))
    let found = try await withThrowingTaskGroup(of: (Int, [TokenID]).self) { group in
      for (index, prompt) in prompts.enumerated() {
        group.addTask { (index, try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: 12)).tokens) }
      }
      return try await group.reduce(into: [[TokenID]](repeating: [], count: prompts.count)) { $0[$1.0] = $1.1 }
    }
    #expect(found == expected)
    #expect(expected.contains { !$0.isEmpty })
  }

  @Test func whatWasEvaluatedIsNotEvaluatedAgain() async throws {
    let model = try Self.open()
    let prompt = Self.prompts(3)[2]
    let first = try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: 6))
    let second = try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: 6))
    #expect(first.usage.cacheRead == 0)
    #expect(second.usage.cacheRead == prompt.count - 1)
    #expect(second.tokens == first.tokens)
    let turn = prompt + first.tokens + [9, 10]
    let third = try await model.generate(GenerationRequest(prompt: turn, maximumTokens: 2))
    #expect(third.usage.cacheRead >= prompt.count + first.tokens.count - 1)
  }

  @Test func seedsDecide() async throws {
    let model = try Self.open()
    func text(_ seed: UInt64) async throws -> String {
      let sampling = SamplingOptions(temperature: 1.5, seed: seed)
      let request = GenerationRequest(prompt: [9, 10], maximumTokens: 20, sampling: sampling)
      return try await model.generate(request).text
    }
    let texts = [try await text(1), try await text(2), try await text(1)]
    #expect(texts[0] == texts[2])
    #expect(texts[0] != texts[1])
  }

  @Test func textStreamsAsItIsReturned() async throws {
    let model = try Self.open()
    let request = GenerationRequest(prompt: [9, 10], maximumTokens: 30, sampling: .init(temperature: 1, seed: 4))
    var text = ""
    var result: GenerationResult?
    for try await event in model.stream(request) {
      switch event {
      case .text(let piece): text += piece
      case .result(let end): result = end
      }
    }
    #expect(result?.text == text)
    #expect(!text.isEmpty)
  }

  @Test func cancellingEndsAGenerationBetweenTokens() async throws {
    let model = try Self.open(.init(contextSize: 512, sequences: 1))
    let pieces = Atomic<Int>(0)
    let task = Task {
      try await model.generate(
        GenerationRequest(prompt: [9, 10], maximumTokens: 500, sampling: .init(temperature: 2, seed: 1))
      ) { _ in
        if pieces.add(1, ordering: .relaxed).newValue == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    let waiting = Task { try await model.generate(GenerationRequest(prompt: [7], maximumTokens: 2)) }
    let result = try await task.value
    #expect(result.finish == .cancelled)
    #expect(result.usage.output < 500)
    #expect(!result.text.isEmpty)
    // The place is free again.
    #expect(try await waiting.value.finish != .cancelled)
  }

  @Test func waitingForAPlaceCanBeCancelled() async throws {
    let model = try Self.open(.init(contextSize: 512, sequences: 1))
    let long = Task {
      try await model.generate(
        GenerationRequest(prompt: [9, 10], maximumTokens: 400, sampling: .init(temperature: 2, seed: 1))
      )
    }
    let waiting = Task { try await model.generate(GenerationRequest(prompt: [7], maximumTokens: 2)) }
    waiting.cancel()
    #expect(try await waiting.value.finish == .cancelled)
    long.cancel()
    _ = try await long.value
    #expect(try await model.generate(GenerationRequest(prompt: [7], maximumTokens: 1)).finish != .cancelled)
  }

  @Test(arguments: Array(UInt64(0)..<12)) func guidedTextsAreValid(seed: UInt64) async throws {
    let model = try Self.open()
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 2)
    let guide = try model.guide(for: .schema(schema))
    let needed = GuidedDecoder(guide).tokensToComplete
    guard needed < 100 else { return }
    let request = GenerationRequest(
      prompt: [9, 10, 11],
      maximumTokens: needed + Int.random(in: 0...16, using: &source.random),
      sampling: SamplingOptions(temperature: 1, seed: seed),
      guide: guide
    )
    let result = try await model.generate(request)
    #expect(schema.admits(try JSONValue(parsing: result.text)), "\(result.text)")
    #expect(result.usage.output <= request.maximumTokens)
    #expect(try model.guide(for: .schema(schema)) === guide)
  }

  @Test func changingAdaptersCompilesNothing() async throws {
    let model = try Self.open(.init(contextSize: 128, adapterRank: 8))
    let adapters = [
      try await model.loadAdapter(path: TinyModel.adapter(seed: 1)),
      try await model.loadAdapter(path: TinyModel.adapter(seed: 2)),
    ]
    let prompt = Self.prompts(1)[0]
    func tokens(_ adapter: LoadedAdapter?) async throws -> [TokenID] {
      try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: 16, adapter: adapter)).tokens
    }
    let plain = try await tokens(nil)
    let compiles = model.statistics.compiles
    let first = try await tokens(adapters[0])
    let second = try await tokens(adapters[1])
    #expect(try await tokens(nil) == plain)
    #expect(try await tokens(adapters[0]) == first)
    #expect(Set([plain, first, second]).count == 3)
    #expect(model.statistics.compiles == compiles)
    // Zeros in the adapters' inputs are as good as a model without such inputs.
    #expect(try await Self.open().generate(GenerationRequest(prompt: prompt, maximumTokens: 16)).tokens == plain)
  }

  @Test func errorsSayWhatToDo() async throws {
    let model = try Self.open(.init(contextSize: 32))
    await #expect(throws: LanguageModelError.emptyPrompt) { try await model.generate(GenerationRequest(prompt: [])) }
    await #expect(throws: LanguageModelError.contextOverflow(promptTokens: 40, contextSize: 32)) {
      try await model.generate(GenerationRequest(prompt: [TokenID](repeating: 9, count: 40)))
    }
    await #expect(throws: LanguageModelError.unknownToken(99_999)) {
      try await model.generate(GenerationRequest(prompt: [99_999]))
    }
    #expect(throws: LanguageModelError.self) { try LanguageModel(path: "/nowhere/model.gguf") }
    #expect(throws: LanguageModelError.self) { try Self.open(.init(contextSize: 16_384, sequences: 1 << 40)) }
    let overflow = LanguageModelError.contextOverflow(promptTokens: 40, contextSize: 32).description
    #expect(overflow.contains("40 tokens") && overflow.contains("larger context"))
  }

  @Test func otherArchitecturesAreNamed() throws {
    var file = SampleVocabulary.bytePair(preTokenizer: "default")
    file.entries.append(("general.architecture", .string("mamba")))
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("mamba-\(UUID()).gguf").path
    #expect(FileManager.default.createFile(atPath: path, contents: Data(file.bytes())))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(throws: LanguageModelError.unknownArchitecture("mamba")) { try LanguageModel(path: path) }
  }
}
