import Dispatch
import Foundation
import Synchronization

/// Hands what a task produces to a thread that waits for it.
final class EventQueue<Event: Sendable>: Sendable {
  /// What a wait brings.
  enum Next {
    case event(Event)
    case end
    case failure(any Error)
    case nothingYet
  }

  private struct State {
    var events: [Event] = []
    var end: Result<Void, any Error>?
  }

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Begins to take the events of a stream.
  init(_ stream: AsyncThrowingStream<Event, any Error>) {
    let running = Task { [self] in
      do {
        for try await event in stream {
          state.withLock { $0.events.append(event) }
          signal.signal()
        }
        state.withLock { $0.end = .success(()) }
      } catch {
        state.withLock { $0.end = .failure(error) }
      }
      signal.signal()
    }
    task.withLock { $0 = running }
  }

  /// Waits for the next event.
  ///
  /// - Parameter time: How long at most.
  /// - Returns: The event, the end, or nothing yet.
  func next(within time: Duration) -> Next {
    guard signal.wait(timeout: .now() + time.inSeconds) == .success else { return .nothingYet }
    return state.withLock { state in
      if !state.events.isEmpty { return .event(state.events.removeFirst()) }
      switch state.end {
      case .failure(let error)?: return .failure(error)
      case .success?, nil: return .end
      }
    }
  }

  /// Ends the task.
  func cancel() { task.withLock { $0?.cancel() } }
}
