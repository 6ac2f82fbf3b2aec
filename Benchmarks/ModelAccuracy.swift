import Foundation
import LanguageModels
import NeuralEngine
import SkillIR

/// How far a model's probabilities are from the exact ones, beside those of llama.cpp on the same file and text.
///
/// The exact ones are single-precision arithmetic over the decoded weights, in PyTorch.
struct ModelAccuracy {
  var options: BenchmarkOptions

  /// How many places of the text are compared.
  private static let places = 512

  func run() throws -> BenchmarkResult {
    let path = try options.requiredModel()
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "skvm-accuracy-\(ProcessInfo.processInfo.processIdentifier)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }

    let tokens = Array(try Tokenizer(try GGUFFile(path: path)).encode(ModelText.pages()).prefix(Self.places))
    let (tokenFile, exactFile, peerFile) = (
      folder.appending(path: "tokens.u32"), folder.appending(path: "exact.f32"), folder.appending(path: "peer.f32")
    )
    try tokens.map { UInt32($0).littleEndian }.withUnsafeBytes { try Data($0).write(to: tokenFile) }
    try Peer.run(
      options.python,
      [Peer.script("exact_logits.py"), path, tokenFile.path, exactFile.path, peerFile.path]
    )
    let exact = try Data(contentsOf: exactFile, options: .alwaysMapped)
    let peer = try Data(contentsOf: peerFile, options: .alwaysMapped)

    var figures: JSONObject = [
      "model": .string(URL(fileURLWithPath: path).lastPathComponent), "places": .integer(tokens.count),
    ]
    var peerDivergence = Divergence()
    var ours = Divergence()
    for (name, bucket) in [("single", 1), ("batched", 512)] {
      var divergence = Divergence()
      let scoring = try TextScoring(path: path, contextSize: 512, on: options.device(), bucket: bucket)
      try scoring.score(tokens) { place, logits in
        let size = logits.count * MemoryLayout<Float>.stride
        exact.withUnsafeBytes { exact in
          let truth = UnsafeRawBufferPointer(rebasing: exact[place * size..<(place + 1) * size]).bindMemory(
            to: Float.self
          )
          divergence.add(logits, truth)
          guard bucket == 1 else { return }
          peer.withUnsafeBytes { peer in
            let other = UnsafeRawBufferPointer(rebasing: peer[place * size..<(place + 1) * size])
            peerDivergence.add(other.bindMemory(to: Float.self), truth)
          }
        }
      }
      figures["\(name)MeanKL"] = .number(divergence.mean)
      figures["\(name)TopDisagreement"] = .number(divergence.topDisagreement)
      if divergence.mean > ours.mean { ours = divergence }
    }
    figures["llamaCppMeanKL"] = .number(peerDivergence.mean)
    figures["llamaCppTopDisagreement"] = .number(peerDivergence.topDisagreement)
    figures["ratioOfMeanKL"] = .number(ours.mean / peerDivergence.mean)
    return BenchmarkResult(
      name: "model-accuracy",
      goal: "mean KL divergence and top-1 disagreement no larger than llama.cpp's",
      figures: figures
    )
  }
}

/// How far distributions are from exact ones.
private struct Divergence {
  private var sum = 0.0
  private var count = 0
  private var topDifferences = 0

  /// The mean Kullback-Leibler divergence from the exact distributions, in nats.
  var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The share of places where another token is the likeliest.
  var topDisagreement: Double { count == 0 ? 0 : Double(topDifferences) / Double(count) }

  mutating func add(_ logits: UnsafeBufferPointer<Float>, _ exact: UnsafeBufferPointer<Float>) {
    let (ours, truth) = (Normalization(logits), Normalization(exact))
    var divergence = 0.0
    for index in exact.indices {
      let expected = Double(exact[index]) - truth.logSum
      divergence += exp(expected) * (expected - (Double(logits[index]) - ours.logSum))
    }
    sum += divergence
    count += 1
    if ours.top != truth.top { topDifferences += 1 }
  }

  /// The largest logit's place, and the logarithm of the sum of exponentials.
  private struct Normalization {
    var top = 0
    var logSum: Double

    init(_ logits: UnsafeBufferPointer<Float>) {
      for index in logits.indices where logits[index] > logits[top] { top = index }
      let largest = Double(logits[top])
      logSum = largest + log(logits.reduce(0.0) { $0 + exp(Double($1) - largest) })
    }
  }
}
