import Synchronization

/// The homes that this process has used.
final class Homes: Sendable {
  private let paths = Mutex<Set<String>>([])

  /// Whether the home is a new one.
  func insert(_ path: String) -> Bool { paths.withLock { $0.insert(path).inserted } }
}
