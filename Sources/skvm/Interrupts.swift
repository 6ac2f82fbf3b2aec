import Foundation
import Synchronization

/// Does something at the first interrupt (Control-C, or a request to end); the second ends the process.
struct Interrupts {
  /// An interrupt has ended what the tool did.
  struct Interrupted: Error {
    var signal: Int32
  }

  /// How long what was cancelled may take to clean up.
  private static let graceTime = DispatchTimeInterval.seconds(3)

  private let sources: [any DispatchSourceSignal]

  init(_ action: @escaping @Sendable (Int32) -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "interrupts"))
      source.setEventHandler {
        signal(number, SIG_DFL)
        action(number)
      }
      source.resume()
      return source
    }
  }

  func end() { for source in sources { source.cancel() } }

  /// Does what may start other programs, and cancels it at an interrupt, so that it leaves none of them behind.
  ///
  /// - Parameter body: What is done.
  /// - Returns: What it returns.
  /// - Throws: What it throws; ``Interrupted`` where an interrupt was the cause.
  static func cancelling<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task(operation: body)
    let first = Mutex<Int32?>(nil)
    let interrupts = Interrupts { number in
      first.withLock { $0 = $0 ?? number }
      task.cancel()
      // What waits for its input hears of no cancellation.
      DispatchQueue.global().asyncAfter(deadline: .now() + graceTime) { exit(128 + number) }
    }
    defer { interrupts.end() }
    do {
      return try await task.value
    } catch {
      guard let signal = first.withLock({ $0 }) else { throw error }
      throw Interrupted(signal: signal)
    }
  }
}
