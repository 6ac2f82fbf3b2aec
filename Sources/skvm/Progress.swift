import Foundation
import SkillRuntime
import Synchronization

/// Says on standard error what a call is doing, once it has taken two seconds.
final class Progress: Sendable {
  private static let patience = Duration.seconds(2)
  private let start = ContinuousClock.now
  /// What has not been said yet because the call was still quick.
  private let held = Mutex<[String]>([])

  func report(_ event: SkillEvent) {
    guard let line = Self.line(for: event) else { return }
    let lines = held.withLock { held -> [String] in
      held.append(line)
      guard ContinuousClock.now - start >= Self.patience else { return [] }
      defer { held = [] }
      return held
    }
    for line in lines { SkVMTool.printError(line) }
  }
}
