import Foundation
import LanguageModels
import NeuralEngine
import SkillIR

/// What it takes to change a model's adapter between two generations.
///
/// Generations of one token come in pairs: the first of each pair runs with another adapter than the one before, the second
/// with the same. Neither finds anything in the cache, so that their difference is what changing took.
struct AdapterSwap {
  var options: BenchmarkOptions

  private static let rank = 16
  private static let pairs = 200
  private static let length = 32

  func run() async throws -> BenchmarkResult {
    let path = try options.requiredModel()
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "skvm-adapters-\(ProcessInfo.processInfo.processIdentifier)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try LanguageModel(
      path: path,
      options: LanguageModel.Options(contextSize: 512, sequences: 1, adapterRank: Self.rank),
      device: try options.device()
    )
    var adapters: [LoadedAdapter] = []
    var loads: [Double] = []
    for seed in 1...2 {
      let file = folder.appending(path: "\(seed).gguf").path
      try Peer.run(options.python, [Peer.script("make_adapter.py"), path, "\(Self.rank)", "\(seed)", file])
      let start = ContinuousClock.now
      adapters.append(try await model.loadAdapter(path: file))
      loads.append((ContinuousClock.now - start).milliseconds)
    }
    let prompt = model.tokenizer.encode("The old clockmaker opened the door and")
    func text(_ adapter: LoadedAdapter?) async throws -> [TokenID] {
      let request = GenerationRequest(prompt: prompt, maximumTokens: Self.length, adapter: adapter)
      return try await model.generate(request).tokens
    }
    let plain = try await text(nil)
    let compiles = model.statistics.compiles
    let first = try await text(adapters[0])
    let second = try await text(adapters[1])
    let again = [try await text(adapters[0]), try await text(adapters[1]), try await text(nil)]

    func time(_ adapter: LoadedAdapter) async throws -> Double {
      let request = GenerationRequest(prompt: Array(prompt.prefix(1)), maximumTokens: 1, adapter: adapter)
      let start = ContinuousClock.now
      _ = try await model.generate(request)
      return (ContinuousClock.now - start).milliseconds
    }
    var (swaps, tokens): ([Double], [Double]) = ([], [])
    for pair in 0..<Self.pairs {
      let adapter = adapters[pair % 2]
      let changed = try await time(adapter)
      let same = try await time(adapter)
      swaps.append(changed - same)
      tokens.append(same)
    }
    return BenchmarkResult(
      name: "adapter-swap",
      goal: "an adapter is changed in at most 1 ms, and nothing is compiled for it",
      figures: [
        "model": .string(URL(fileURLWithPath: path).lastPathComponent), "rank": .integer(Self.rank),
        "medianMilliseconds": .number(median(swaps)),
        "percentile95Milliseconds": .number(swaps.sorted()[swaps.count * 95 / 100]),
        "tokenMilliseconds": .number(median(tokens)),
        "tokenPercentile95Milliseconds": .number(tokens.sorted()[tokens.count * 95 / 100]),
        "loadMilliseconds": .number(median(loads)),
        "compilesBefore": .integer(compiles), "compilesAfter": .integer(model.statistics.compiles),
        "textsDiffer": .bool(Set([plain, first, second]).count == 3),
        "textsAreRestored": .bool(again == [first, second, plain]),
      ]
    )
  }
}
