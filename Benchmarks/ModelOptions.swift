import Foundation
import NeuralEngine

extension BenchmarkOptions {
  /// The model file that `--model` names.
  func requiredModel() throws -> String {
    guard let model else {
      throw Peer.Failure(description: "name a GGUF file with --model")
    }
    return model
  }

  /// A device as language models use it, with `threads` threads.
  func device(timer: KernelTimer? = nil) -> Device {
    Device(
      Device.Configuration(profile: .orion, numerics: Numerics(.fused)),
      executors: FusedExecutorProvider(PlanOptions(team: ThreadTeam(threads: threads), timer: timer))
    )
  }
}

extension Peer {
  /// The folder of the package.
  static var packageFolder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  }

  /// The path of a script that measures a peer.
  static func script(_ name: String) -> String { packageFolder.appending(path: "Benchmarks/Peers/\(name)").path }
}

/// What models read in measurements.
enum ModelText {
  /// The project's own pages, one after the other.
  static func pages() throws -> String {
    let folder = Peer.packageFolder.appending(path: "Documentation/SkVM.docc")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }.sorted()
      .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined(separator: "\n")
  }
}
