/// Who may use one of a limited number of places, in the order they asked.
struct PlaceQueue {
  private var free: Int
  private var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []

  /// Creates a queue.
  ///
  /// - Parameter places: How many places there are.
  init(places: Int) { free = places }

  /// Takes a place, if one is free and nobody waits for it.
  mutating func take() -> Bool {
    guard free > 0, waiting.isEmpty else { return false }
    free -= 1
    return true
  }

  /// Waits for a place; the continuation is given whether there is one.
  mutating func wait(_ number: Int, _ continuation: CheckedContinuation<Bool, Never>) {
    waiting.append((number, continuation))
  }

  /// Gives a place to whoever waits for the longest.
  mutating func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
  }

  /// Ends the waiting of somebody who no longer wants a place.
  mutating func cancel(_ number: Int) {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }
}
