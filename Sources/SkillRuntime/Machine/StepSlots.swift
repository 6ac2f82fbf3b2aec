import Synchronization

/// Places for steps that run at once, first come, first served.
final class StepSlots: Sendable {
  private struct State {
    var taken = 0
    var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    var nextID: UInt64 = 0
    /// Those that were cancelled before they began to wait.
    var cancelled: Set<UInt64> = []
  }

  private let state = Mutex(State())

  /// Does work in a place of its own, waiting for it where all are taken. The width is how many there are, as this
  /// caller sees it.
  func hold<Value: Sendable>(
    width: Int,
    _ body: () async throws -> Value
  ) async throws -> Value {
    try await take(width: width)
    defer { giveBack() }
    return try await body()
  }

  private func take(width: Int) async throws {
    try Task.checkCancellation()
    let id: UInt64? = state.withLock { state in
      if state.taken < width, state.waiting.isEmpty {
        state.taken += 1
        return nil
      }
      state.nextID += 1
      return state.nextID
    }
    guard let id else { return }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          // A place may have become free since.
          if state.taken < width, state.waiting.isEmpty {
            state.taken += 1
            return .success(())
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
        guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil
        }
        return state.waiting.remove(at: index).continuation
      }
      continuation?.resume(throwing: CancellationError())
    }
    // One that got its place before it was cancelled may have left its mark.
    _ = state.withLock { $0.cancelled.remove(id) }
  }

  private func giveBack() {
    let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
      // The place goes to the next in line without being free in between.
      if !state.waiting.isEmpty { return state.waiting.removeFirst().continuation }
      state.taken -= 1
      return nil
    }
    next?.resume()
  }
}
