import Foundation
import NeuralEngine
import SkillIR
import SkillRuntime
import TestSupport
import Testing

@testable import LanguageModels

/// Texts of a real model, where it is in the store.
@Suite(.onOwnThread, .enabled(if: TokenizerModelTests.isThere("smollm2-135m")), .serialized) struct RealGenerationTests
{
  private static let path = TokenizerModelTests.path("smollm2-135m")

  /// What llama.cpp 0.3.36 continues prompts with, always taking the likeliest token.
  private static let continuations: [(prompt: String, tokens: [TokenID])] = [
    (
      "The capital of France is",
      [7042, 30, 198, 198, 504, 1797, 1918, 553, 253, 2155, 282, 4723, 216, 35, 33, 33, 2215, 701, 30, 198]
    ),
    (
      "def fibonacci(n):\n",
      [198, 1604, 3987, 46477, 24, 94, 727, 472, 585, 304, 10204, 216, 33, 42, 448, 1003, 304, 472, 1745, 42]
    ),
    (
      "<|im_start|>user\nWhat is the colour of the sky?<|im_end|>\n<|im_start|>assistant\n",
      [504, 7302, 282, 260, 6376, 314, 253, 8170, 1183, 282, 253, 2380, 29, 2542, 9611, 30, 533, 451, 2468, 28]
    ),
    (
      "Once upon a time, there was a little girl who",
      [5732, 288, 1238, 281, 260, 2388, 30, 2306, 5732, 288, 1238, 351, 874, 9173, 28, 284, 1041, 5732, 288, 1238]
    ),
  ]

  /// llama.cpp rounds what it multiplies to 8 bits: of tokens that are nearly as likely, either may come first.
  @Test func greedyTextsAreThoseOfTheReferenceImplementation() throws {
    let file = try GGUFFile(path: Self.path)
    let tokenizer = try Tokenizer(file)
    let device = Device(Device.Configuration(numerics: Numerics(.fused)), executors: FusedExecutorProvider())
    let evaluator = try ModelEvaluator(ModelArchitecture(file, contextLength: 128), on: device, buckets: [32])
    var same = 0
    for (prompt, continuation) in Self.continuations {
      let cache = try evaluator.makeCache()
      var rest = tokenizer.encode(prompt, parseSpecial: true)[...]
      for token in continuation {
        while !rest.isEmpty { rest = rest.dropFirst(try evaluator.append(rest, to: cache)) }
        let logits = evaluator.logits.values
        let best = logits.max() ?? .infinity
        #expect(best - logits[Int(token)] < 0.75, "after \(tokenizer.decode(cache.tokens))")
        same += best == logits[Int(token)] ? 1 : 0
        rest = [token]
      }
    }
    #expect(same >= 70)
  }

  /// How many guided texts are written; the goal of 1,000 takes minutes, also of an optimised build.
  private static let guidedCount =
    ProcessInfo.processInfo.environment["SKVM_GUIDED_GENERATIONS"].flatMap { Int($0) } ?? 8

  @Test func guidedTextsAreValid() async throws {
    let model = try LanguageModel(path: Self.path, options: .init(contextSize: 512))
    var valid = 0
    for index in 0..<Self.guidedCount {
      // 50 schemas, again and again, with different texts.
      var source = SchemaSource(seed: UInt64(index % 50))
      let schema = source.schema(depth: 2)
      let guide = try model.guide(for: .schema(schema))
      let task = "Make up a value of this JSON schema: \(schema.json.jsonText)"
      let prompt = model.tokens(of: model.chatTemplate.render([ChatMessage(.user, task)]))
      let needed = GuidedDecoder(guide).tokensToComplete
      var random = SplitMix(seed: UInt64(index))
      let request = GenerationRequest(
        prompt: Array(prompt.suffix(300)),
        maximumTokens: needed + Int.random(in: 0...60, using: &random),
        sampling: SamplingOptions(temperature: 0.8, topP: 0.95, seed: UInt64(index)),
        guide: guide
      )
      let result = try await model.generate(request)
      let isValid = (try? JSONValue(parsing: result.text)).map(schema.admits) ?? false
      #expect(isValid, "\(schema.json.jsonText): \(result.text)")
      #expect(result.usage.output <= request.maximumTokens)
      valid += isValid ? 1 : 0
    }
    #expect(valid == Self.guidedCount)
  }
}
