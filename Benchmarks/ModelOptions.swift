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
  func device() -> Device {
    Device(
      Device.Configuration(profile: .orion, numerics: Numerics(.fused)),
      executors: FusedExecutorProvider(PlanOptions(team: ThreadTeam(threads: threads)))
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
