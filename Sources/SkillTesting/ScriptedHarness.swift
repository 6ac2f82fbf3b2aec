public import SkillRuntime
import Synchronization

/// A harness for tests: it does what the test says, and keeps the tasks it was given.
///
/// ```swift
/// let harness = ScriptedHarness { task, report in
///   report(.text("Looking at the files"))
///   try "42".write(toFile: task.folder + "/answer.txt", atomically: true, encoding: .utf8)
///   return AgentOutcome(text: "Done", turns: 1)
/// }
/// ```
public final class ScriptedHarness: AgentHarness {
  /// Does a task.
  public typealias Work = @Sendable (AgentTask, _ report: @Sendable (AgentEvent) -> Void) async throws -> AgentOutcome

  /// The harness's name in messages and traces.
  public let name: String
  private let given = Mutex<[AgentTask]>([])
  private let work: Work

  /// Creates a harness that works by a closure.
  ///
  /// - Parameters:
  ///   - name: The harness's name in messages and traces.
  ///   - work: Does a task: it may report events, write files in the task's folder, and throw.
  public init(name: String = "scripted", work: @escaping Work) {
    self.name = name
    self.work = work
  }

  /// Creates a harness that gives outcomes in order, and fails when there is none left.
  ///
  /// - Parameters:
  ///   - outcomes: What comes of each task.
  ///   - name: The harness's name in messages and traces.
  public convenience init(_ outcomes: [AgentOutcome], name: String = "scripted") {
    let queue = OutcomeQueue(outcomes)
    self.init(name: name) { task, _ in
      guard let outcome = queue.next() else {
        throw SkillError(
          .modelUnavailable,
          "'\(name)' has no outcome left",
          evidence: task.request,
          suggestion: "Give the scripted harness more outcomes."
        )
      }
      return outcome
    }
  }

  private final class OutcomeQueue: Sendable {
    private let outcomes: Mutex<ArraySlice<AgentOutcome>>

    init(_ outcomes: [AgentOutcome]) { self.outcomes = Mutex(outcomes[...]) }

    func next() -> AgentOutcome? { outcomes.withLock { $0.popFirst() } }
  }

  /// The tasks so far, in the order they came.
  public var tasks: [AgentTask] { given.withLock { $0 } }

  /// Does what the script says.
  ///
  /// - Parameters:
  ///   - task: The task, which is kept.
  ///   - report: Told of what the script reports.
  /// - Returns: The script's outcome.
  /// - Throws: What the script throws.
  public func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome {
    given.withLock { $0.append(task) }
    try Task.checkCancellation()
    return try await work(task, report)
  }
}
