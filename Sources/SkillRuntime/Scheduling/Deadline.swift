/// Does work that must be done within a time; nil sets no limit.
///
/// Where the time is over the work is cancelled, and has ended when the failure is thrown.
func withDeadline<Value: Sendable>(
  _ duration: Duration?,
  failure: @escaping @Sendable () -> SkillError,
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  guard let duration else { return try await work() }
  return try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await ContinuousClock().sleep(for: duration)
      throw failure()
    }
    defer { group.cancelAll() }
    guard let value = try await group.next() else { throw CancellationError() }
    return value
  }
}
