#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

extension ChildProcess {
  /// Where a program is.
  ///
  /// - Parameters:
  ///   - name: A name to look up, or a path, which is relative to the directory.
  ///   - path: The value of `PATH`; nil stands for the system's own folders.
  ///   - directory: The folder that relative paths start from.
  /// - Returns: An absolute path; nil where there is no such program.
  package static func locate(_ name: String, path: String?, directory: String) -> String? {
    func isExecutable(_ path: String) -> Bool {
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
    guard !name.isEmpty else { return nil }
    if name.utf8.contains(UInt8(ascii: "/")) { return isExecutable(absolute(name)) ? absolute(name) : nil }
    let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
    return folders.lazy.map { absolute($0.isEmpty ? name : "\($0)/\(name)") }.first(where: isExecutable)
  }

  /// The descriptors that become a child's standard streams; a nil input is the null device.
  struct StandardStreams {
    var input: Int32?
    var output: Int32
    var errorOutput: Int32
  }

  /// Starts a child as the leader of a process group of its own.
  static func spawn(_ request: Request, marker: String, streams: StandardStreams) throws(Failure) -> pid_t {
    guard
      let executable = locate(request.executable, path: request.environment["PATH"], directory: request.directory)
    else { throw .notFound(request.executable) }

    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }

    if let input = streams.input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
    posix_spawn_file_actions_adddup2(&actions, streams.errorOutput, 2)
    var flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    #if canImport(Darwin)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
      posix_spawn_file_actions_addchdir_np(&actions, request.directory)
    #else
      guard let addChangeDirectory = Platform.addChangeDirectory else {
        throw .cannotStart(request.executable, errno: ENOSYS)
      }
      _ = addChangeDirectory(&actions, request.directory)
      _ = Platform.addCloseFrom?(&actions, 3)
    #endif
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)

    // The marker comes first, where a scan of environments finds it soonest.
    let environment = [marker] + request.environment.map { "\($0.key)=\($0.value)" }
    return try withCStrings([request.executable] + request.arguments) { arguments throws(Failure) in
      try withCStrings(environment) { environment throws(Failure) in
        var child = pid_t()
        let result = posix_spawn(&child, executable, &actions, &attributes, arguments, environment)
        guard result == 0 else { throw .cannotStart(request.executable, errno: result) }
        return child
      }
    }
  }

  /// Calls with C's form of a list of strings: one allocation for all of them, and a null at the end.
  private static func withCStrings<Value>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let size = strings.reduce(0) { $0 + $1.utf8.count + 1 }
    let storage = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(size, 1))
    defer { storage.deallocate() }
    var pointers: [UnsafeMutablePointer<CChar>?] = []
    pointers.reserveCapacity(strings.count + 1)
    var offset = 0
    for string in strings {
      pointers.append(storage.baseAddress.map { $0 + offset })
      for byte in string.utf8 {
        storage[offset] = CChar(bitPattern: byte)
        offset += 1
      }
      storage[offset] = 0
      offset += 1
    }
    pointers.append(nil)
    return try body(pointers)
  }
}
