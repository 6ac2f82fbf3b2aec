import Foundation
import LanguageModels
import NeuralEngine
import SkillIR
import SkillRuntime

/// How fast a model reads and writes, and how much memory it takes, beside llama.cpp on the same file.
struct ModelSpeed {
  var options: BenchmarkOptions

  private static let prefill = 512
  private static let decode = 64
  private static let rounds = 4

  func run() async throws -> BenchmarkResult {
    let path = try options.requiredModel()
    let peer = try measurePeer(path)
    // What the process takes without a model: the libraries it is linked with, mostly.
    let empty = try residentBytes()
    let timer = KernelTimer()
    let start = ContinuousClock.now
    let model = try LanguageModel(
      path: path,
      options: LanguageModel.Options(contextSize: 1024, sequences: 1),
      device: try options.device(timer: timer)
    )
    let load = ContinuousClock.now - start
    let weights = try Self.weightBytes(path)
    var best = (prefill: 0.0, decode: 0.0, overhead: Double.infinity, bandwidth: 0.0)
    // The first round compiles programs and touches memory.
    for round in 0...Self.rounds {
      timer.reset()
      let result = try await measure(model, round)
      guard round > 0 else { continue }
      best.prefill = max(best.prefill, Double(Self.prefill) / result.prefillTime.milliseconds * 1e3)
      best.decode = max(best.decode, Double(result.usage.output - 1) / result.decodeTime.milliseconds * 1e3)
      best.overhead = min(best.overhead, timer.overhead)
      // In turns with the model, since machines that others use, too, are slower at times.
      best.bandwidth = max(best.bandwidth, try MemoryBandwidth.measure(size: weights, threads: options.threads))
    }
    let resident = try residentBytes()
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let reload = try ProgramReload(path) { try options.device() }
    let figures: JSONObject = [
      "model": .string(URL(fileURLWithPath: path).lastPathComponent), "threads": .integer(options.threads),
      "prefillTokensPerSecond": .number(best.prefill), "decodeTokensPerSecond": .number(best.decode),
      "llamaCppPrefillTokensPerSecond": .number(peer.prefill), "llamaCppDecodeTokensPerSecond": .number(peer.decode),
      "ratioOfPrefill": .number(best.prefill / peer.prefill), "ratioOfDecode": .number(best.decode / peer.decode),
      "bandwidthGigabytesPerSecond": .number(best.bandwidth / 1e9), "weightBytesPerToken": .integer(weights),
      "decodeShareOfBandwidth": .number(best.decode * Double(weights) / best.bandwidth),
      "residentBytes": .integer(resident), "residentToFile": .number(Double(resident) / Double(size)),
      "emptyResidentBytes": .integer(empty), "modelResidentToFile": .number(Double(resident - empty) / Double(size)),
      "llamaCppResidentBytes": .integer(peer.resident),
      "llamaCppResidentToFile": .number(Double(peer.resident) / Double(size)),
      "llamaCppEmptyResidentBytes": .integer(peer.empty),
      "llamaCppModelResidentToFile": .number(Double(peer.resident - peer.empty) / Double(size)),
      "loadMilliseconds": .number(load.milliseconds), "llamaCppLoadMilliseconds": .number(peer.load * 1e3),
      "compileAndLoadMilliseconds": .number(reload.compile), "reloadMilliseconds": .number(reload.other),
      "reloadOfTheSameMilliseconds": .number(reload.same),
      "evaluationOverKernels": .number(best.overhead),
    ]
    return BenchmarkResult(
      name: "model-speed",
      goal: """
        reading and writing at least 1.5 times as fast as llama.cpp; at most 1.15 times the file in memory; evaluations \
        at most 5 % over their kernels
        """,
      figures: figures
    )
  }

  /// How many bytes of weights a token reads: each once; of an embedding that is no output, too, only a row.
  private static func weightBytes(_ path: String) throws -> Int {
    let file = try GGUFFile(path: path)
    let isTied = !file.tensors.contains { $0.name == "output.weight" }
    return file.tensors.filter { isTied || $0.name != "token_embd.weight" }.reduce(0) { $0 + $1.range.count }
  }

  /// Reads a prompt that shares nothing with those before, and writes.
  private func measure(_ model: LanguageModel, _ round: Int) async throws -> GenerationResult {
    let text = try ModelText.pages()
    var prompt = Array(model.tokenizer.encode(text).dropFirst(round * Self.prefill).prefix(Self.prefill))
    // Another first token, so that nothing is kept from the round before.
    if let first = prompt.indices.first { prompt[first] = TokenID(1000 + round) }
    return try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: Self.decode))
  }

  private struct PeerFigures {
    var prefill: Double
    var decode: Double
    var load: Double
    var resident: Int
    var empty: Int
  }

  private func measurePeer(_ path: String) throws -> PeerFigures {
    let text = try Peer.run(
      options.python,
      [
        Peer.script("llama_speed.py"), path, "\(Self.prefill)", "\(Self.decode)", "\(Self.rounds)",
        "\(options.threads)",
      ]
    )
    let report = try JSONValue(parsing: text)
    guard let prefill = report["prefillTokensPerSecond"]?.doubleValue,
      let decode = report["decodeTokensPerSecond"]?.doubleValue, let load = report["loadSeconds"]?.doubleValue,
      let resident = report["residentBytes"]?.intValue, let empty = report["emptyResidentBytes"]?.intValue
    else { throw Peer.Failure(description: "llama_speed.py wrote \(text)") }
    return PeerFigures(prefill: prefill, decode: decode, load: load, resident: resident, empty: empty)
  }

  /// How many bytes of this process lie in memory.
  private func residentBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
  }
}
