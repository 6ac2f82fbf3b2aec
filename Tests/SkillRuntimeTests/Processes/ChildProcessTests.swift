import SkillRuntime
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized) struct ChildProcessTests {
  private func request(
    _ executable: String,
    _ arguments: [String] = [],
    input: String = "",
    timeLimit: Duration = .seconds(30),
    outputLimit: Int = 1 << 20,
    environment: [String: String] = [:]
  ) -> ChildProcess.Request {
    ChildProcess.Request(
      executable: executable,
      arguments: arguments,
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 },
      directory: "/",
      input: Array(input.utf8),
      timeLimit: timeLimit,
      outputLimit: outputLimit
    )
  }

  @Test func outputErrorsAndStatusAreKept() async throws {
    let result = try await ChildProcess.run(request("sh", ["-c", "echo out; echo err >&2; exit 3"]))
    #expect(result.text == "out\n")
    #expect(result.errorText == "err\n")
    #expect(result.status == .exited(3))
  }

  @Test func aSignalIsTold() async throws {
    let result = try await ChildProcess.run(request("sh", ["-c", "kill -9 $$"]))
    #expect(result.status == .signalled(9))
  }

  @Test func argumentsReachTheChildAsTheyAre() async throws {
    let arguments = ["", " ", "a b", "$(id)", "`id`", "'\"\\", "new\nline", "-n", "é→😀", "*"]
    let result = try await ChildProcess.run(request("sh", ["-c", "printf '%s|' \"$@\"", "sh"] + arguments))
    #expect(result.text == arguments.map { $0 + "|" }.joined())
  }

  @Test func theEnvironmentIsTheOneGiven() async throws {
    let result = try await ChildProcess.run(request("env", environment: ["A": "b=c\nd"]))
    let names = Set(result.text.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
    #expect(names == ["PATH", "A", "d", "SKVM_CHILD"])
  }

  @Test func theDirectoryIsTheOneGiven() async throws {
    var request = request("pwd")
    request.directory = "/usr/lib"
    #expect(try await ChildProcess.run(request).text == "/usr/lib\n")
  }

  @Test func inputIsReadAndFloodsDoNotLock() async throws {
    let text = String(repeating: "0123456789abcdef", count: 40_000)
    let result = try await ChildProcess.run(
      request("sh", ["-c", "tee /dev/stderr"], input: text)
    )
    #expect(result.text == text)
    #expect(result.errorText == text)
  }

  @Test func inputThatNobodyReadsIsDropped() async throws {
    let result = try await ChildProcess.run(request("true", input: String(repeating: "x", count: 1 << 20)))
    #expect(result.status == .exited(0))
  }

  @Test func noInputIsTheNullDevice() async throws {
    #expect(try await ChildProcess.run(request("cat")).text == "")
  }

  @Test func aMissingProgramIsNamed() async throws {
    await #expect(throws: ChildProcess.Failure.notFound("no-such-program")) {
      try await ChildProcess.run(request("no-such-program"))
    }
    await #expect(throws: ChildProcess.Failure.notFound("/no/such/program")) {
      try await ChildProcess.run(request("/no/such/program"))
    }
  }

  @Test func aMissingDirectoryIsAnError() async throws {
    var request = request("true")
    request.directory = "/no/such/folder"
    await #expect(throws: ChildProcess.Failure.cannotStart("true", errno: ENOENT)) {
      try await ChildProcess.run(request)
    }
  }

  @Test func manyChildrenRunAtOnce() async throws {
    try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<64 { group.addTask { try await ChildProcess.run(request("echo", ["\(index)"])).text } }
      var seen: Set<String> = []
      for try await text in group { seen.insert(text) }
      #expect(seen.count == 64)
    }
  }

  // MARK: Misbehaviour

  struct Misbehaviour: Sendable, CustomTestStringConvertible {
    enum Ending: Equatable { case timedOut, outputLimit(ChildProcess.Stream), result }
    var name: String
    var program: String
    var ending: Ending
    var testDescription: String { name }
  }

  static let misbehaviours = [
    Misbehaviour(name: "hangs", program: "while True: time.sleep(30)", ending: .timedOut),
    Misbehaviour(name: "spins", program: "while True: pass", ending: .timedOut),
    Misbehaviour(
      name: "floods its output",
      program: "while True: os.write(1, b'x' * 65536)",
      ending: .outputLimit(.output)
    ),
    Misbehaviour(
      name: "floods its errors",
      program: "while True: os.write(2, b'x' * 65536)",
      ending: .outputLimit(.errorOutput)
    ),
    Misbehaviour(
      name: "forks children that hang",
      program: """
        for i in range(40):
          if os.fork() == 0:
            time.sleep(30)
        time.sleep(30)
        """,
      ending: .timedOut
    ),
    Misbehaviour(
      name: "forks without end",
      program: """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # Each child starts the next one and so outruns whoever kills them one by one.
        for i in range(600):
          time.sleep(0.004)
          if os.fork() == 0:
            if i % 2 == 0: os.setsid()
            continue
          if i % 20 == 0: time.sleep(30)
          os._exit(0)
        """,
      ending: .timedOut
    ),
    Misbehaviour(
      name: "ignores SIGTERM",
      program: """
        for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)
        while True: time.sleep(30)
        """,
      ending: .timedOut
    ),
    Misbehaviour(
      name: "leaves its session and holds the pipes",
      program: """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
          os.setsid()
          while True: time.sleep(30)
        while True: time.sleep(30)
        """,
      ending: .timedOut
    ),
    Misbehaviour(
      name: "floods from outside its session",
      program: """
        if os.fork() == 0:
          os.setsid()
          while True: os.write(1, b'x' * 65536)
        time.sleep(30)
        """,
      ending: .outputLimit(.output)
    ),
    Misbehaviour(
      name: "leaves a child behind",
      program: """
        if os.fork() == 0: time.sleep(30)
        print('done', flush=True)
        os._exit(0)
        """,
      ending: .result
    ),
    Misbehaviour(
      name: "becomes a daemon",
      program: """
        if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
            null = os.open('/dev/null', os.O_RDWR)
            for n in range(3): os.dup2(null, n)
            time.sleep(30)
          os._exit(0)
        os.wait()
        print('done', flush=True)
        os._exit(0)
        """,
      ending: .result
    ),
    Misbehaviour(
      name: "becomes a daemon that holds the pipes",
      program: """
        if os.fork() == 0:
          os.setsid()
          if os.fork() == 0: time.sleep(30)
          os._exit(0)
        os.wait()
        print('done', flush=True)
        os._exit(0)
        """,
      ending: .result
    ),
  ]

  @Test(.serialized, arguments: misbehaviours)
  func misbehaviourEndsAndLeavesNothing(_ misbehaviour: Misbehaviour) async throws {
    let marker = "TEST_MARKER=\(UInt64.random(in: 0...UInt64.max))"
    let request = request(
      "python3",
      ["-c", "import os, signal, time\n" + misbehaviour.program],
      timeLimit: .seconds(1),
      outputLimit: 300_000,
      environment: ["TEST_MARKER": String(marker.dropFirst(12))]
    )
    let start = ContinuousClock.now
    var ending: Misbehaviour.Ending
    do {
      let result = try await ChildProcess.run(request)
      #expect(result.text == "done\n")
      ending = .result
    } catch ChildProcess.Failure.timedOut {
      ending = .timedOut
    } catch ChildProcess.Failure.outputLimit(let stream, let bytes, _) {
      #expect(bytes == 300_000)
      ending = .outputLimit(stream)
    }
    #expect(ending == misbehaviour.ending)
    // This is the promise, and no measure of speed: the limit and two seconds.
    #expect(ContinuousClock.now - start < .seconds(3))
    #expect(LivingProcesses.carrying(marker).isEmpty)
    if misbehaviour.name == "forks without end" {
      // A look at all processes takes longer than one of these lives; one that was missed soon leaves others that stay.
      try await Task.sleep(for: .milliseconds(500))
      #expect(LivingProcesses.carrying(marker).isEmpty)
    }
  }

  @Test func aProcessWithAnotherSessionAndNoEnvironmentEndsWithItsParent() async throws {
    #if os(Linux)
      let program = """
        import os, time
        child = os.fork()
        if child == 0:
          os.setsid()
          null = os.open('/dev/null', os.O_RDWR)
          for n in range(3): os.dup2(null, n)
          os.execve('/bin/sleep', ['sleep', '60'], {})
        time.sleep(0.3)
        os.write(2, str(child).encode())
        time.sleep(60)
        """
      var process: pid_t?
      do {
        _ = try await ChildProcess.run(request("python3", ["-c", program], timeLimit: .seconds(2)))
      } catch ChildProcess.Failure.timedOut(_, let errorOutput) {
        process = pid_t(String(decoding: errorOutput, as: UTF8.self))
      }
      let escaped = try #require(process)
      // Whoever takes over orphans may need a moment to reap it.
      let end = ContinuousClock.now + .seconds(5)
      while kill(escaped, 0) == 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
      #expect(kill(escaped, 0) != 0)
    #endif
  }

  @Test func cancellationLeavesNothing() async throws {
    let marker = "TEST_MARKER=\(UInt64.random(in: 0...UInt64.max))"
    let request = request(
      "sh",
      ["-c", "sleep 1000 & (trap '' TERM; sleep 1000) & echo ready; wait"],
      environment: ["TEST_MARKER": String(marker.dropFirst(12))]
    )
    let task = Task { try await ChildProcess.run(request) }
    while LivingProcesses.carrying(marker).count < 3 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(LivingProcesses.carrying(marker).isEmpty)
  }
}

/// What the system shows of processes.
enum LivingProcesses {
  /// Those whose environment has exactly this entry; always none where the system does not show environments.
  static func carrying(_ marker: String) -> [String] {
    #if os(Linux)
      guard let folder = opendir("/proc") else { return [] }
      defer { closedir(folder) }
      var found: [String] = []
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name.allSatisfy(\.isNumber), let file = fopen("/proc/\(name)/environ", "r") else { continue }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        if bytes[..<count].split(separator: 0).contains(where: { $0.elementsEqual(marker.utf8) }) { found.append(name) }
      }
      return found
    #else
      return []
    #endif
  }
}
