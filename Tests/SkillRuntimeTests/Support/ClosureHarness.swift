import SkillRuntime

/// A harness that is a function.
struct ClosureHarness: AgentHarness {
  var name = "test"
  let work: @Sendable (AgentTask, @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome

  init(
    _ work: @escaping @Sendable (AgentTask, @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome
  ) { self.work = work }

  func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome {
    try await work(task, report)
  }
}
