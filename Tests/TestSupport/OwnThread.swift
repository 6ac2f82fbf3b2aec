import Foundation
import Synchronization
package import Testing

/// Runs tests on threads beside those that all tasks share.
///
/// A machine has as few of the latter as it has processors. Tests that compute for long, or wait for a program, would
/// hold them, and meanwhile no time limit, connection or stream of another test could be served.
package struct OwnThread: SuiteTrait, TestTrait, TestScoping {
  /// Whether the caller runs on one of the threads.
  ///
  /// Their names would not tell: on Linux a thread takes a name only while it runs, and not in its first moments.
  package static var isCurrent: Bool { Thread.current.threadDictionary[key] != nil }

  fileprivate static let key = "OwnThread"
  package let isRecursive = true

  package func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(TestThreads.shared, operation: function)
  }
}

extension Trait where Self == OwnThread {
  /// For tests that compute for long or wait for a program.
  package static var onOwnThread: OwnThread { OwnThread() }
}

/// Two threads, which do what they are given in order.
private final class TestThreads: TaskExecutor {
  static let shared = TestThreads()

  private let jobs = Mutex<[UnownedJob]>([])
  private let count = DispatchSemaphore(value: 0)

  private init() {
    for _ in 0..<2 {
      let thread = Thread { [self] in
        Thread.current.threadDictionary[OwnThread.key] = true
        while true {
          count.wait()
          let job = jobs.withLock { $0.removeFirst() }
          job.runSynchronously(on: asUnownedTaskExecutor())
        }
      }
      // As much as the main thread has: parsers are given deep nesting.
      thread.stackSize = 8 << 20
      thread.start()
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    count.signal()
  }
}
