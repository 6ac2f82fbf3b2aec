import SkillIR
import SkillRuntime
import TestSupport
import Testing

@testable import LanguageModels

/// What programs can ask of a local model beyond what every provider takes.
@Suite struct LocalModelOptionsTests {
  private static func text(_ model: LocalModel, _ options: ModelOptions = .init()) async throws -> String {
    var request = ModelRequest(messages: [.user("abc")], options: options)
    request.options.maximumTokens = 12
    return try await model.respond(to: request).text
  }

  private static func model(_ sampling: LocalSampling = .init(), adapterRank: Int? = nil) -> LocalModel {
    let options = LocalModelOptions(contextSize: 128, sequences: 2, sampling: sampling, adapterRank: adapterRank)
    return LocalModel(path: TinyModel.path, options: options)
  }

  @Test func adaptersAnswerLikeModelsOfTheirOwn() async throws {
    let paths = [TinyModel.adapter(seed: 1), TinyModel.adapter(seed: 2)]
    let rank = try LocalModel.adapterRank(at: paths[0])
    #expect(rank == 8)
    let model = Self.model(adapterRank: rank)
    let (first, second) = (try await model.loadAdapter(at: paths[0]), try await model.loadAdapter(at: paths[1]))
    let texts = [try await Self.text(model), try await Self.text(first), try await Self.text(second)]
    #expect(Set(texts).count == 3)
    #expect(try await [Self.text(model), Self.text(first), Self.text(second)] == texts)
    #expect(try await Self.text(Self.model()) == texts[0])
  }

  @Test func adaptersThatDoNotFitAreRefused() async throws {
    let path = TinyModel.adapter(seed: 1)
    let none = await #expect(throws: SkillError.self) { try await Self.model().loadAdapter(at: path) }
    #expect(none?.message.contains("rank 8") == true, "\(String(describing: none))")
    await #expect(throws: SkillError.self) { try await Self.model(adapterRank: 8).loadAdapter(at: TinyModel.path) }
    #expect(throws: SkillError.self) { try LocalModel.adapterRank(at: TinyModel.path) }
    #expect(throws: SkillError.self) { try LocalModel.adapterRank(at: "/nowhere/x.gguf") }
  }

  @Test func samplingIsAsTheOptionsAndThenTheRequestSay() async throws {
    let greedy = try await Self.text(Self.model())
    #expect(try await Self.text(Self.model(.init(temperature: 2, topK: 1))) == greedy)
    #expect(try await Self.text(Self.model(.init(temperature: 2, minP: 1))) == greedy)
    let drawn = try await Self.text(Self.model(.init(temperature: 2, seed: 3)))
    #expect(drawn != greedy)
    #expect(try await Self.text(Self.model(.init(temperature: 2, seed: 3))) == drawn)
    #expect(try await Self.text(Self.model(), ModelOptions(temperature: 2, seed: 3)) == drawn)
    #expect(try await Self.text(Self.model(.init(temperature: 2)), ModelOptions(temperature: 0)) == greedy)

    let sampling = LocalSampling(temperature: 0.5, topK: 9, topP: 0.8, minP: 0.1, repetitionPenalty: 1.2, seed: -1)
    #expect(
      sampling.options(ModelOptions(), LocalRequestSettings())
        == SamplingOptions(temperature: 0.5, topK: 9, topP: 0.8, minP: 0.1, repetitionPenalty: 1.2, seed: .max)
    )
    let settings = LocalRequestSettings(topK: 1, topP: 0.2, minP: 0.3, repetitionPenalty: 1.5)
    #expect(
      sampling.options(ModelOptions(temperature: 1, seed: 5), settings)
        == SamplingOptions(temperature: 1, topK: 1, topP: 0.2, minP: 0.3, repetitionPenalty: 1.5, seed: 5)
    )
  }

  @Test func errorsSayOnceWhatToMend() {
    let overflow = LanguageModelError.contextOverflow(promptTokens: 9, contextSize: 5).skillError(of: "m")
    #expect(overflow.code == .contextExceeded)
    #expect(overflow.suggestion?.contains("--context") == true && overflow.suggestion?.contains("contextSize") == true)
    let tooSmall = LanguageModelError.limitTooSmall(needed: 9, limit: 5)
    #expect(tooSmall.skillError(of: "m", maximumTokens: 5).code == .outputLimit)
    #expect(tooSmall.skillError(of: "m", maximumTokens: 6).code == .contextExceeded)
    let text = "\(LanguageModelError.unknownArchitecture("squid").skillError(of: "m"))"
    #expect(text.split(separator: "squid").count == 2, "\(text)")
  }
}
