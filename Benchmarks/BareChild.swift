#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A child process with nothing around it: spawned, waited for, its output thrown away.
struct BareChild {
  var program: String
  var arguments: [String]
  var environment: [String: String]

  /// Runs it to its end.
  func run() throws {
    var actions: posix_spawn_file_actions_t = .init()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child = pid_t()
    guard posix_spawnp(&child, program, &actions, nil, &argv, &envp) == 0 else {
      throw Peer.Failure(description: "\(program) cannot be started")
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    guard status == 0 else { throw Peer.Failure(description: "\(program) failed") }
  }
}
