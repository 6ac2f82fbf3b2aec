import NeuralEngine
import SkillIR
import SkillRuntime
import TestSupport
import Testing

@testable import LanguageModels

/// Texts that are written with made-up logits instead of a model's.
@Suite(.onOwnThread) struct RunningGenerationTests {
  private static let context = 96
  private let tokenizer: Tokenizer
  private let vocabulary: TokenVocabulary

  init() throws {
    let tokenizer = try Tokenizer(GGUFFile(bytes: SampleVocabulary.bytePair(preTokenizer: "default").bytes()))
    self.tokenizer = tokenizer
    vocabulary = GuideCache(tokenizer, count: tokenizer.count).vocabulary
  }

  /// Writes a text; the logits are the likelier the more the function says.
  private func write(
    _ request: GenerationRequest,
    logit: (_ token: Int, _ step: Int) -> Float
  ) throws -> (pieces: [String], result: GenerationResult) {
    let cache = try KeyValueCache(count: 1, contextSize: Self.context, width: 1, allocationSize: 1024)
    let generation = try RunningGeneration(
      request,
      cache: cache,
      contextSize: Self.context,
      tokenizer: tokenizer
    )
    let logits = FloatBuffer(count: tokenizer.count)
    var pieces: [String] = []
    for step in 0..<1000 {
      if generation.isComplete {
        let last = generation.finish(.end)
        return (pieces + [last.text], try #require(last.result))
      }
      let isReady = generation.note(generation.pending.count, in: .zero)
      #expect(isReady)
      for token in 0..<tokenizer.count { logits.values[token] = logit(token, step) }
      let step = try generation.draw(from: logits.values)
      if !step.text.isEmpty { pieces.append(step.text) }
      if let result = step.result { return (pieces, result) }
    }
    throw LanguageModelError.emptyPrompt
  }

  /// Logits with which the tokens of a text come one after the other, and then the end.
  private func dictating(_ text: String) -> (Int, Int) -> Float {
    let tokens = tokenizer.encode(text).map { Int($0) } + [tokenizer.endsOfGeneration.map { Int($0) }.min() ?? 0]
    return { token, step in step < tokens.count && tokens[step] == token ? 1 : 0 }
  }

  @Test func aTextEndsWithTheModelsEnd() throws {
    let (pieces, result) = try write(GenerationRequest(prompt: [9]), logit: dictating("hello there 日本語"))
    #expect(result.text == "hello there 日本語")
    #expect(pieces.joined() == result.text)
    #expect(result.finish == .end)
    #expect(result.tokens == tokenizer.encode("hello there 日本語"))
    #expect(result.usage.output == result.tokens.count + 1)
    #expect(result.usage.input == 1)
  }

  @Test func aTextEndsBeforeAStop() throws {
    let (pieces, result) = try write(
      GenerationRequest(prompt: [9], stops: ["re w", "zz"]),
      logit: dictating("hello there world")
    )
    #expect(result.text == "hello the")
    #expect(pieces.joined() == result.text)
    #expect(result.finish == .stop("re w"))
  }

  @Test func aTextEndsAtTheLimitOrTheContextsEnd() throws {
    let endless = dictating(String(repeating: "hello ", count: 400))
    let short = try write(GenerationRequest(prompt: [9, 10], maximumTokens: 5), logit: endless).result
    #expect(short.finish == .length)
    #expect(short.tokens.count == 5)
    let long = try write(GenerationRequest(prompt: [9, 10], maximumTokens: 500), logit: endless).result
    #expect(long.finish == .context)
    #expect(long.tokens.count == Self.context - 2)
  }

  @Test func charactersComeWhole() throws {
    let (pieces, result) = try write(GenerationRequest(prompt: [9]), logit: dictating("🎉é\u{10FFFF}"))
    #expect(pieces.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
    #expect(result.text == "🎉é\u{10FFFF}")
  }

  @Test(arguments: Array(UInt64(0)..<120)) func guidedTextsAreValidWithinTheLimit(seed: UInt64) throws {
    var source = SchemaSource(seed: seed)
    let schema = source.schema(depth: 2)
    let guide = try DecodingGuide(schema: schema, vocabulary: vocabulary)
    let needed = GuidedDecoder(guide).tokensToComplete
    let limit = needed + Int.random(in: 0...20, using: &source.random)
    var request = GenerationRequest(prompt: [9], maximumTokens: limit, guide: guide)
    request.sampling = SamplingOptions(temperature: 1, seed: seed)
    guard limit < Self.context, limit >= 1 else { return }
    var random = source.random
    let (pieces, result) = try write(request) { _, _ in Float.random(in: 0...4, using: &random) }
    #expect(result.usage.output <= limit)
    #expect(pieces.joined() == result.text)
    let value = try JSONValue(parsing: result.text)
    #expect(schema.admits(value), "\(result.text)")
    var reader = GuidedDecoder(guide)
    try reader.advance(bytes: result.text.utf8)
    #expect(reader.canEnd)
  }

  @Test func whatMustComeIsNotDrawn() throws {
    let schema = JSONSchema.object([.init(name: "there", schema: .boolean)])
    let guide = try DecodingGuide(schema: schema, vocabulary: vocabulary)
    var draws = 0
    let (_, result) = try write(GenerationRequest(prompt: [9], maximumTokens: 60, guide: guide)) { token, step in
      draws = max(draws, step + 1)
      return token == 40 ? 1 : 0
    }
    #expect(draws <= 3)
    #expect(result.finish == .end)
  }

  @Test func nothingIsWrittenInTheModelsStead() throws {
    let schema = JSONSchema.object([.init(name: "city", schema: .string), .init(name: "n", schema: .integer)])
    let guide = try DecodingGuide(schema: schema, vocabulary: vocabulary)
    for guide in [nil, guide] {
      #expect(throws: LanguageModelError.notNumbers) {
        try write(GenerationRequest(prompt: [9], maximumTokens: 60, guide: guide)) { _, _ in .nan }
      }
    }
    let poor = TokenVocabulary(count: tokenizer.count, endTokens: [1]) { $0 == 40 ? [UInt8(ascii: "x")] : [] }
    let unwritable = try DecodingGuide(schema: schema, vocabulary: poor)
    #expect(throws: LanguageModelError.guide(.noToken)) {
      try write(GenerationRequest(prompt: [9], maximumTokens: 60, guide: unwritable)) { _, _ in 0 }
    }
  }

  /// A text that the limit had end is whole, but not all that the model would have said.
  @Test func aTextThatTheLimitCutIsToldFromOneThatIsDone() throws {
    let guide = try DecodingGuide(schema: .string, vocabulary: vocabulary)
    let text = String(repeating: "hello ", count: 20)
    let request = GenerationRequest(prompt: [9], maximumTokens: 10, guide: guide)
    let long = try write(request, logit: dictating("\"\(text)\"")).result
    #expect(long.finish == .length)
    #expect(try JSONValue(parsing: long.text).stringValue?.hasPrefix("hello ") == true)
    let short = tokenizer.encode("\"hello\"").count
    let done = try write(
      GenerationRequest(prompt: [9], maximumTokens: short, guide: guide),
      logit: dictating("\"hello\"")
    ).result
    #expect(done.text == "\"hello\"")
    #expect(done.finish == .end)
  }

  @Test func anImpossibleLimitIsRefused() throws {
    let schema = JSONSchema.enumeration(["hello there world, hello there world"])
    let guide = try DecodingGuide(schema: schema, vocabulary: vocabulary)
    let needed = GuidedDecoder(guide).tokensToComplete
    #expect(throws: LanguageModelError.limitTooSmall(needed: needed, limit: 2)) {
      _ = try write(GenerationRequest(prompt: [9], maximumTokens: 2, guide: guide)) { _, _ in 0 }
    }
  }
}
