import Foundation
import LanguageModels
import Synchronization

/// `skvm model pull`: fetches a model, and shows how far it is.
enum ModelPulling {
  static func run(_ name: String) async throws {
    let display = PullDisplay(name: name)
    let path: String
    do {
      defer { display.end() }
      path = try await ModelStore.standard.pull(name, progress: display.show)
    }
    print(path)
  }
}

/// Shows on standard error how far a pull is: a bar on a terminal, a line a phase elsewhere.
final class PullDisplay: Sendable {
  private static let width = 30
  private let name: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let last = Mutex<ModelPullProgress?>(nil)

  init(name: String) { self.name = name }

  func show(_ progress: ModelPullProgress) {
    let previous = last.withLock { last in
      defer { last = progress }
      return last
    }
    let isNewPhase = previous?.phase != progress.phase
    guard isTerminal else {
      if isNewPhase {
        SkVMTool.printError("\(progress.phase.rawValue) \(name) (\(ByteText.megabytes(progress.total)))")
      }
      return
    }
    let done = Int(progress.fraction * Double(Self.width))
    let bar = String(repeating: "#", count: done) + String(repeating: " ", count: Self.width - done)
    let line = "\(progress.phase.rawValue) \(name) [\(bar)] \(Int(progress.fraction * 100)) %"
    write((isNewPhase && previous != nil ? "\n" : "\r") + line)
  }

  /// Ends the line of the bar.
  func end() {
    if isTerminal, last.withLock({ $0 != nil }) { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
