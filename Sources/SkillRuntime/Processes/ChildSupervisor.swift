#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Watches one child from its start to its end, on a thread of its own.
struct ChildSupervisor: ~Copyable {
  private typealias Outcome = Swift.Result<ChildProcess.Result, any Error>

  /// Why a child has to end before it is done.
  private enum Cause {
    case timedOut, cancelled
    case outputLimit(ChildProcess.Stream)
  }

  /// How long a stream that is still open after the leader's end may stay silent, and how long it may go on in all.
  private static let silence = Duration.milliseconds(100)
  private static let drainage = Duration.milliseconds(500)
  /// How long killed processes get to be gone, all told.
  private static let burial = Duration.milliseconds(900)
  /// How often to look for the leader's end where the system does not report it.
  private static let lookInterval = Duration.milliseconds(10)

  private let request: ChildProcess.Request
  private let stop: StopSignal
  private let marker: String
  private let child: pid_t
  private let exitNotice: Descriptor?
  private var input: Descriptor?
  private var inputSent = 0
  private var output: Descriptor?
  private var errorOutput: Descriptor?
  private var outputBytes: [UInt8] = []
  private var errorBytes: [UInt8] = []
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  private let started: ContinuousClock.Instant
  private var cause: Cause?
  /// What had descended from the child when it was asked to end, and when it was killed.
  private var descendants: Set<Descendant> = []
  private var killTime: ContinuousClock.Instant?
  private var isKilled = false
  private var burialEnd: ContinuousClock.Instant?
  private var hasEnded = false
  private var drainTime: ContinuousClock.Instant?
  private var lastDrainTime: ContinuousClock.Instant?

  /// Takes over a child.
  init(_ started: StartedChild, request: ChildProcess.Request, stop: StopSignal) {
    self.request = request
    self.stop = stop
    marker = started.marker
    child = started.identifier
    self.started = started.time
    exitNotice = Platform.exitDescriptor(of: child)
    input = started.input.map { Descriptor($0) }
    output = .some(Descriptor(started.output))
    errorOutput = .some(Descriptor(started.errorOutput))
    input?.makeNonBlocking()
    output?.makeNonBlocking()
    errorOutput?.makeNonBlocking()
  }

  /// Watches the child, and calls once with its outcome, when all of its processes are gone.
  consuming func run(_ completion: (Swift.Result<ChildProcess.Result, any Error>) -> Void) {
    watch()
    finish(completion)
  }

  // MARK: Watching

  /// Returns when the leader has ended and its streams are closed or given up, or when killing it did not help.
  private mutating func watch() {
    while true {
      let now = ContinuousClock.now
      if hasEnded {
        if output == nil && errorOutput == nil { return }
        if let drainTime, now >= drainTime { return }
      } else if cause == nil, now >= started + request.timeLimit {
        end(.timedOut)
      } else if let killTime, now >= killTime {
        if isKilled { return }
        isKilled = true
        burialEnd = now + Self.burial
        Descendant.add(of: [child], to: &descendants)
        self.killTime = burialEnd
        kill(-child, SIGKILL)
      }
      wait(from: now)
    }
  }

  private var deadline: ContinuousClock.Instant {
    if hasEnded { return drainTime ?? .now }
    if let killTime { return killTime }
    return started + request.timeLimit
  }

  /// Waits for the next thing to happen and handles it.
  private mutating func wait(from now: ContinuousClock.Instant) {
    func entry(_ descriptor: Int32, _ events: Int32) -> pollfd {
      // A negative number is passed over.
      pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
    }
    var entries = [
      entry(output.number, POLLIN), entry(errorOutput.number, POLLIN), entry(input.number, POLLOUT),
      entry(hasEnded ? -1 : exitNotice.number, POLLIN), entry(cause == nil ? stop.descriptor : -1, POLLIN),
    ]
    var patience = deadline - now
    let mustLook = exitNotice.number < 0 && !hasEnded
    if mustLook { patience = min(patience, Self.lookInterval) }
    let ready = poll(&entries, nfds_t(entries.count), patience.pollTimeout)
    if ready > 0 {
      if entries[0].revents != 0 { read(.output) }
      if entries[1].revents != 0 { read(.errorOutput) }
      if entries[2].revents != 0 { send() }
      if entries[4].revents != 0 { end(.cancelled) }
    }
    if mustLook || entries[3].revents != 0 { lookForEnd() }
  }

  private mutating func read(_ stream: ChildProcess.Stream) {
    let number = stream == .output ? output.number : errorOutput.number
    let count = buffer.withUnsafeMutableBytes { systemRead(number, $0.baseAddress, $0.count) }
    guard count > 0 else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      if stream == .output { output = nil } else { errorOutput = nil }
      return
    }
    if let lastDrainTime { drainTime = min(.now + Self.silence, lastDrainTime) }
    // After the end of its patience the child is only kept from blocking on a full pipe.
    guard cause == nil else { return }
    if stream == .output {
      outputBytes += buffer[..<count]
      if outputBytes.count > request.outputLimit { end(.outputLimit(.output)) }
    } else {
      errorBytes += buffer[..<count]
      if errorBytes.count > request.outputLimit { end(.outputLimit(.errorOutput)) }
    }
  }

  private mutating func send() {
    let number = input.number
    let count = request.input[inputSent...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    if count < 0 {
      // The child may close its input whenever it likes.
      if errno != EAGAIN && errno != EINTR { input = nil }
    } else {
      inputSent += count
      if inputSent == request.input.count { input = nil }
    }
  }

  private mutating func lookForEnd() {
    var information = siginfo_t()
    // The leader stays unreaped for now: its identifier is its group's, and must not be given to another process.
    let result = waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT)
    guard result != 0 ? errno == ECHILD : information.si_signo != 0 else { return }
    hasEnded = true
    input = nil
    let now = ContinuousClock.now
    // Those that were asked to end as well may use their time; else what is left runs without its leader.
    lastDrainTime = isKilled ? now : killTime ?? now + Self.drainage
    drainTime = isKilled ? now : killTime ?? now + Self.silence
  }

  private mutating func end(_ cause: Cause) {
    guard self.cause == nil else { return }
    self.cause = cause
    Descendant.add(of: [child], to: &descendants)
    kill(-child, SIGTERM)
    if hasEnded {
      drainTime = .now
    } else {
      killTime = .now + request.graceTime
    }
  }

  // MARK: Ending

  private consuming func finish(_ completion: (Outcome) -> Void) {
    let duration = ContinuousClock.now - started
    kill(-child, SIGKILL)
    let burialEnd = burialEnd ?? ContinuousClock.now + Self.burial
    killStragglers(until: burialEnd)
    output = nil
    errorOutput = nil
    var status: Int32 = 0
    let mayBlock = !hasEnded
    var reaped = waitpid(child, &status, WNOHANG)
    if reaped != 0 { awaitEmptyGroup(until: burialEnd) }
    switch cause {
    case nil:
      let exit: SkillError.ExitStatus =
        reaped != child
        ? .exited(-1) : status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
      completion(
        .success(.init(status: exit, output: outputBytes, errorOutput: errorBytes, duration: duration))
      )
    case .cancelled: completion(.failure(CancellationError()))
    case .timedOut:
      completion(.failure(ChildProcess.Failure.timedOut(after: request.timeLimit, errorOutput: errorBytes)))
    case .outputLimit(let stream):
      completion(
        .failure(
          ChildProcess.Failure.outputLimit(stream, bytes: request.outputLimit, errorOutput: errorBytes)
        )
      )
    }
    // A leader that the kernel holds on to is reaped whenever it lets go; nobody waits for that but this thread.
    while mayBlock, reaped == 0 || (reaped < 0 && errno == EINTR) { reaped = waitpid(child, &status, 0) }
  }

  /// Kills the processes that left the group, until there are none or no time.
  private mutating func killStragglers(until end: ContinuousClock.Instant) {
    var isThorough = cause != nil || output.number >= 0 || errorOutput.number >= 0
    var cleanPasses = 0
    // Where there was reason to look, one look that finds nothing is not enough: processes come while it goes on.
    while cleanPasses < (isThorough ? 2 : 1) {
      let hasStragglers = ProcessScan.killAll(marker: marker, ancestor: child, isThorough: isThorough)
      if Descendant.killAll(&descendants) || hasStragglers {
        isThorough = true
        cleanPasses = 0
        if ContinuousClock.now >= end { return }
        // What is killed takes a moment to be gone.
        usleep(500)
      } else {
        cleanPasses += 1
      }
    }
  }

  /// The group exists as long as one of its processes does, be it one that only has to be reaped by its parent.
  private func awaitEmptyGroup(until end: ContinuousClock.Instant) {
    let end = cause == nil ? min(end, .now + .milliseconds(50)) : end
    while kill(-child, 0) == 0, ContinuousClock.now < end { usleep(500) }
  }
}

extension Optional where Wrapped == Descriptor {
  /// The number, or -1, which stands for no descriptor.
  fileprivate var number: Int32 {
    switch self {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

extension Duration {
  /// The time in milliseconds, rounded up, as `poll` takes it.
  fileprivate var pollTimeout: Int32 {
    guard self > .zero else { return 0 }
    let (seconds, attoseconds) = components
    guard seconds < 86_400 else { return 86_400_000 }
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
