import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Removes folders that are not needed any more, aside from the work that is waited for.
///
/// Removing three empty folders takes longer than everything else that the runtime does for a step. A process that ends
/// in the ordinary way removes what is left before it does.
enum Removals {
  private static let queue: DispatchQueue = {
    let queue = DispatchQueue(label: "skvm.removals", qos: .utility)
    atexit { Removals.finish() }
    return queue
  }()

  /// Removes a file or folder soon.
  static func add(_ path: String) {
    queue.async { FileSystem.remove(path) }
  }

  /// Returns when all that was added is gone.
  static func finish() { queue.sync {} }
}
