#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Runs work that blocks on a thread of its own, so that no thread of Swift's own pool waits for a child.
enum DedicatedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static let stackSize = 512 << 10

  /// - Throws: Where the system has no thread left; the work is then not done.
  static func run(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackSize)
    let work = Unmanaged.passRetained(Work(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let result = pthread_create(&thread, &attributes, { Self.start($0) }, work.toOpaque())
    #else
      var thread = pthread_t()
      let result = pthread_create(&thread, &attributes, { $0.flatMap { Self.start($0) } }, work.toOpaque())
    #endif
    guard result == 0 else {
      work.release()
      throw SystemError("pthread_create", number: result)
    }
  }

  private static func start(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    // The host's handlers stay on the host's threads, and writing to a child that is gone is an error, not SIGPIPE.
    var every = sigset_t()
    sigfillset(&every)
    pthread_sigmask(SIG_SETMASK, &every, nil)
    Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
}
