import Dispatch

/// Runs an actor's jobs one after the other in the order they come, on a thread of its own.
///
/// An evaluation keeps a thread busy for as long as it takes, and so does opening a model. On the threads that all tasks
/// share it would hold up others; and tasks that take turns get them in order here, whatever their priorities.
final class EvaluationQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "language-model")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Does something that is no actor's job.
  ///
  /// - Parameter body: What keeps a thread busy.
  /// - Returns: What it returns.
  /// - Throws: What it throws.
  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}
