/// A child process with limits, which leaves nothing behind.
///
/// The child leads a process group of its own. When it ends, runs out of a limit or is cancelled, whatever it started
/// ends too: its group, and on Linux also the processes that left the group, found by a variable in their environment
/// that only they carry, or, where it has to be ended, by their parents. All of that is over at the latest two seconds
/// after the limit. What is not found is a process that left the group, cleared its environment and outlived its parent:
/// to be given such orphans, the whole program would have to ask the system for them, which a library must not do.
package struct ChildProcess: Sendable {
  /// What to run, and how far it may go.
  package struct Request: Sendable {
    /// A path, or a name that is looked up in the `PATH` of ``environment``.
    package var executable: String
    /// The arguments after the program's own name.
    package var arguments: [String]
    /// All of the child's environment, but for the variable that marks it.
    package var environment: [String: String]
    /// The current directory of the child.
    package var directory: String
    /// What the child reads from its standard input.
    package var input: [UInt8]
    package var timeLimit: Duration
    /// The most bytes that the child may write to each of its two streams.
    package var outputLimit: Int
    /// How long the child may go on after it was asked to end.
    package var graceTime: Duration

    package init(
      executable: String,
      arguments: [String],
      environment: [String: String],
      directory: String,
      input: [UInt8] = [],
      timeLimit: Duration,
      outputLimit: Int,
      graceTime: Duration = .seconds(1)
    ) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
      self.directory = directory
      self.input = input
      self.timeLimit = timeLimit
      self.outputLimit = outputLimit
      self.graceTime = graceTime
    }
  }

  /// How a child ended and what it wrote.
  package struct Result: Hashable, Sendable {
    package var status: SkillError.ExitStatus
    package var output: [UInt8]
    package var errorOutput: [UInt8]
    package var duration: Duration

    /// The standard output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }
    /// The standard error as text.
    package var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
  }

  /// One of a child's two output streams.
  package enum Stream: String, Hashable, Sendable {
    case output = "standard output"
    case errorOutput = "standard error"
  }

  /// Why a child gave no result.
  package enum Failure: Error, Hashable, Sendable {
    /// No program of the name is in the `PATH` of the request's environment, or none is at the path.
    case notFound(String)
    /// The system refused to start it, with this `errno`.
    case cannotStart(String, errno: Int32)
    case timedOut(after: Duration, errorOutput: [UInt8])
    case outputLimit(Stream, bytes: Int, errorOutput: [UInt8])
  }

  /// Runs a child until it ends.
  ///
  /// - Throws: A ``Failure``, or `CancellationError` where the task is cancelled; the child is gone by then.
  package static func run(_ request: Request) async throws -> Result {
    try Task.checkCancellation()
    let stop = try StopSignal()
    // Starting it here takes well under a millisecond, and the thread is there before the child does anything.
    let child = try StartedChild(request)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let watch: @Sendable () -> Void = {
          ChildSupervisor(child, request: request, stop: stop).run { continuation.resume(with: $0) }
        }
        do {
          try DedicatedThread.run(watch)
        } catch {
          // Without a thread the child cannot be watched for long, but it must not be left alone.
          stop.raise()
          watch()
        }
      }
    } onCancel: {
      stop.raise()
    }
  }
}
