import Foundation
import SkillFormat
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

  private static func line(for event: SkillEvent) -> String? {
    let step = event.place?.step.map { "step \($0)\(event.element.map { "[\($0)]" } ?? "")" } ?? "run"
    let text: String? =
      switch event.kind {
      case .stepStarted: "\(step): \(event.place?.title ?? "started")"
      case .stepFinished(let duration, _): "\(step): done in \(seconds(duration))"
      case .stepSkipped: "\(step): skipped"
      case .agentTurn(let turn): "\(step): turn \(turn)"
      case .toolCall(let call): "\(step): \(call.name)"
      case .retrying(let wait, let reason): "\(step): waiting \(seconds(wait)) because \(reason)"
      case .notice(let text): "note: \(text)"
      default: nil
      }
    return text?.escapingControls()
  }

  private static func seconds(_ duration: Duration) -> String {
    duration.formatted(.units(fractionalPart: .show(length: 1)))
  }
}
