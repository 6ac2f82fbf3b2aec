public import SkillIR

/// What happens in a run, as it happens, and at last its result.
///
/// A stream can be iterated once. Its run is cancelled when the iterating task is, or when the stream goes away.
public struct SkillStream<Output: Sendable>: AsyncSequence, Sendable {
  /// One thing to know of a run. Later versions may add kinds.
  public enum Element: Sendable {
    case event(SkillEvent)
    /// The bindings of the workflow so far, as an object.
    case snapshot(JSONValue)
    /// The end of the run.
    case result(SkillResponse<Output>)
  }

  private let elements: AsyncThrowingStream<Element, any Error>
  private let task: Task<Void, Never>

  init(_ run: @escaping @Sendable (@escaping @Sendable (Element) -> Void) async throws -> Void) {
    let (elements, continuation) = AsyncThrowingStream<Element, any Error>.makeStream()
    let task = Task {
      do {
        try await run { continuation.yield($0) }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
    self.elements = elements
    self.task = task
  }

  /// Starts to iterate.
  public func makeAsyncIterator() -> Iterator {
    Iterator(elements: elements.makeAsyncIterator(), task: task)
  }

  /// Iterates over a stream.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var elements: AsyncThrowingStream<Element, any Error>.Iterator
    fileprivate let task: Task<Void, Never>

    /// The next element; nil after the result, or where the iterating task is cancelled.
    ///
    /// - Throws: The ``SkillError`` that ended the run.
    public mutating func next() async throws -> Element? {
      if let element = try await elements.next() { return element }
      // Where the task was cancelled, the run's processes are gone before the loop ends.
      await task.value
      return nil
    }
  }
}
