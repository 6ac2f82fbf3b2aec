import NeuralEngine
import TestSupport
import Testing

@testable import LanguageModels

/// What a model computes does not depend on how its tokens reach it.
@Suite(.onOwnThread) struct ModelEvaluatorTests {
  private static let tolerance: Float = 0.005

  private static func makeEvaluator(
    _ buckets: [Int],
    _ profile: Numerics.Profile = .fused
  ) throws -> ModelEvaluator {
    let file = try GGUFFile(path: TinyModel.path)
    let device = Device(Device.Configuration(numerics: Numerics(profile)), executors: FusedExecutorProvider())
    return try ModelEvaluator(ModelArchitecture(file, contextLength: 64), on: device, buckets: buckets)
  }

  private static func prompt(_ count: Int, seed: UInt64) -> [TokenID] {
    var random = SplitMix(seed: seed)
    return (0..<count).map { _ in TokenID.random(in: 5..<260, using: &random) }
  }

  /// The logits after a prompt.
  private static func logits(
    _ prompt: [TokenID],
    _ evaluator: ModelEvaluator,
    _ cache: KeyValueCache
  ) throws -> [Float] {
    var rest = prompt[cache.tokens.count...]
    while !rest.isEmpty { rest = rest.dropFirst(try evaluator.append(rest, to: cache)) }
    #expect(cache.tokens == prompt)
    return Array(evaluator.logits.values)
  }

  /// The greatest difference, as a share of the greatest logit.
  private static func distance(_ found: [Float], _ expected: [Float]) -> Float {
    let greatest = expected.map { abs($0) }.max() ?? 0
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / greatest
  }

  @Test(arguments: [[4], [16], [4, 16], [8, 32]]) func bucketsDoNotMatter(buckets: [Int]) throws {
    let single = try Self.makeEvaluator([])
    let several = try Self.makeEvaluator(buckets)
    for count in [1, 3, 4, 7, 16, 17, 31, 45] {
      let prompt = Self.prompt(count, seed: UInt64(count))
      let expected = try Self.logits(prompt, single, single.makeCache())
      let found = try Self.logits(prompt, several, several.makeCache())
      #expect(expected.contains { abs($0) > 0.5 })
      #expect(Self.distance(found, expected) < Self.tolerance)
    }
  }

  @Test func plansAgreeWithOperatorsOneByOne() throws {
    let fused = try Self.makeEvaluator([8])
    let reference = try Self.makeEvaluator([8], .fp32)
    let prompt = Self.prompt(21, seed: 3)
    let expected = try Self.logits(prompt, reference, reference.makeCache())
    let found = try Self.logits(prompt, fused, fused.makeCache())
    #expect(Self.distance(found, expected) < Self.tolerance)
  }

  @Test func aBeginningKeptGivesTheSameAsAFreshRun() throws {
    let evaluator = try Self.makeEvaluator([4, 16])
    let cache = try evaluator.makeCache()
    let shared = Self.prompt(20, seed: 1)
    _ = try Self.logits(shared + Self.prompt(15, seed: 2), evaluator, cache)
    for seed in UInt64(3)..<8 {
      cache.truncate(to: 20)
      let prompt = shared + Self.prompt(9, seed: seed)
      let found = try Self.logits(prompt, evaluator, cache)
      let expected = try Self.logits(prompt, evaluator, evaluator.makeCache())
      #expect(Self.distance(found, expected) < Self.tolerance)
      let copy = try evaluator.makeCache()
      try copy.copyPrefix(of: cache, count: 25)
      #expect(Self.distance(try Self.logits(prompt, evaluator, copy), expected) < Self.tolerance)
    }
  }

  @Test func sequencesInTurnsAreAsByThemselves() throws {
    let evaluator = try Self.makeEvaluator([4])
    let prompts = [Self.prompt(13, seed: 1), Self.prompt(30, seed: 2), Self.prompt(5, seed: 3)]
    let expected = try prompts.map { try Self.logits($0, evaluator, evaluator.makeCache()) }
    let caches = try prompts.map { _ in try evaluator.makeCache() }
    var found = [[Float]](repeating: [], count: prompts.count)
    while caches.indices.contains(where: { caches[$0].tokens.count < prompts[$0].count }) {
      for (index, cache) in caches.enumerated() where cache.tokens.count < prompts[index].count {
        _ = try evaluator.append(prompts[index][cache.tokens.count...], to: cache)
        if cache.tokens.count == prompts[index].count { found[index] = Array(evaluator.logits.values) }
      }
    }
    for index in prompts.indices { #expect(found[index] == expected[index]) }
  }

  @Test func programsAreCompiledOnce() throws {
    let evaluator = try Self.makeEvaluator([4, 16])
    #expect(evaluator.device.statistics.compiles == 2)
    for seed in UInt64(0)..<3 { _ = try Self.logits(Self.prompt(21, seed: seed), evaluator, evaluator.makeCache()) }
    #expect(evaluator.device.statistics.compiles == 4)
  }
}
