import Foundation
import SkillRuntime
import Synchronization
import Testing

/// How an agent's work went.
struct AgentRun {
  var outcome: AgentOutcome?
  var error: SkillError?
  var events: [AgentEvent]

  var results: [(id: String, content: String, isError: Bool)] {
    events.compactMap {
      if case .toolResult(let id, let content, let isError) = $0 { (id, content, isError) } else { nil }
    }
  }
}

extension AgentTask {
  /// A task that says little, with only what a test is about to be given.
  init(
    _ model: (any ModelProvider)?,
    _ folder: AgentFolder,
    request: String = "Go.",
    instructions: String = "",
    answer: ModelRequest.Answer = .text,
    limits: AgentLimits = .init(),
    environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) {
    self.init(
      instructions: instructions,
      request: request,
      folder: folder.path,
      model: model,
      answer: answer,
      limits: limits,
      environment: environment
    )
  }
}

extension BuiltInHarness {
  /// Runs a task to its end and keeps what it told.
  func collect(_ task: AgentTask) async -> AgentRun {
    let events = AgentEventLog()
    do {
      let outcome = try await run(task) { events.add($0) }
      return .init(outcome: outcome, events: events.all)
    } catch {
      if !(error is SkillError) { Issue.record(error) }
      return .init(error: error as? SkillError, events: events.all)
    }
  }
}

/// Events from any task, in order.
final class AgentEventLog: Sendable {
  private let events = Mutex<[AgentEvent]>([])
  func add(_ event: AgentEvent) { events.withLock { $0.append(event) } }
  var all: [AgentEvent] { events.withLock { $0 } }
}

/// A folder that is gone after the test.
final class AgentFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(component: "skvm-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path(percentEncoded: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

  func write(_ name: String, _ text: String) throws {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true
    )
    try text.write(toFile: file, atomically: false, encoding: .utf8)
  }
}
