import Foundation
import SkillIR

/// How fast a model reads and writes in an app's debug build, beside the release build: `skvm` is the app.
struct DebugSpeed {
  var options: BenchmarkOptions

  private static let passes = 3

  func run() throws -> BenchmarkResult {
    let model = try options.requiredModel()
    let release = try tool("release")
    let debug = try tool("debug")
    var best: [String: (prefill: Double, decode: Double)] = [:]
    // In turns, so that a machine that slows down slows both.
    for _ in 0..<Self.passes {
      for tool in [release, debug] {
        let speed = try measure(tool, model)
        let known = best[tool] ?? (0, 0)
        best[tool] = (max(known.prefill, speed.prefill), max(known.decode, speed.decode))
      }
    }
    guard let fast = best[release], let slow = best[debug] else {
      throw Peer.Failure(description: "nothing was measured")
    }
    return BenchmarkResult(
      name: "debug-speed",
      goal: "a debug build reads and writes at most 20 % slower than the release build",
      figures: [
        "model": .string(URL(fileURLWithPath: model).lastPathComponent), "threads": .integer(options.threads),
        "releasePrefillTokensPerSecond": .number(fast.prefill), "releaseDecodeTokensPerSecond": .number(fast.decode),
        "debugPrefillTokensPerSecond": .number(slow.prefill), "debugDecodeTokensPerSecond": .number(slow.decode),
        "lossOfPrefill": .number(1 - slow.prefill / fast.prefill),
        "lossOfDecode": .number(1 - slow.decode / fast.decode),
      ]
    )
  }

  /// The tool of a configuration, built.
  private func tool(_ configuration: String) throws -> String {
    let arguments = ["build", "-c", configuration, "--product", "skvm"]
    try Peer.run("swift", arguments, directory: Peer.packageFolder)
    return try Peer.run("swift", arguments + ["--show-bin-path"], directory: Peer.packageFolder)
      .trimmingCharacters(in: .whitespacesAndNewlines) + "/skvm"
  }

  private func measure(_ tool: String, _ model: String) throws -> (prefill: Double, decode: Double) {
    let text = try Peer.run(
      tool,
      [
        "model", "bench", model, "--prefill", "512", "--decode", "64", "--context", "1024", "--threads",
        "\(options.threads)",
      ]
    )
    let report = try JSONValue(parsing: text)
    guard let prefill = report["prefillTokensPerSecond"]?.doubleValue,
      let decode = report["decodeTokensPerSecond"]?.doubleValue
    else { throw Peer.Failure(description: "skvm wrote \(text)") }
    return (prefill, decode)
  }
}
