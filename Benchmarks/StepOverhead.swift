import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import SkillRuntime

/// What the runtime adds to a code step: a whole call of a one-step workflow, less a Python that does nothing.
struct StepOverhead {
  private static let document = """
    ---
    name: overhead
    description: One step.
    ---

    ```swift workflow
    func echo(text: String) -> String
    ```

    1. Give it back. → `result: String`
       ```python
       result = text
       ```

    """

  func run() async throws -> BenchmarkResult {
    let skill = try Self.skill(Self.document)
    let machine = SkillMachine()
    let clock = ContinuousClock()
    let folder = FileManager.default.temporaryDirectory.appending(path: "skvm-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let control = folder.appending(path: "control").path
    let bytes = PythonDriver.control(
      path: "SKILL.md",
      file: "SKILL.md",
      line: 12,
      code: "result = text\n",
      name: "result",
      inputs: ["text": "hello"]
    )
    try Data(bytes).write(to: URL(fileURLWithPath: control))
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    // The plainest program there is, and the very one that the step runs.
    let python = BareChild(program: "python3", arguments: ["-c", "pass"], environment: environment)
    let driver = BareChild(
      program: "python3",
      arguments: [
        "-c", PythonDriver.text, control, folder.appending(path: "result").path, PythonDriver.resultText,
        PythonDriver.slowText,
      ],
      environment: environment.merging(["PYTHONUTF8": "1"]) { $1 }
    )

    var times: (call: [Double], driver: [Double], python: [Double]) = ([], [], [])
    for round in 0..<201 {
      let call = try await clock.measure {
        _ = try await skill.call("echo", arguments: ["text": "hello"], machine: machine, report: { _ in })
      }
      let pythonTime = try clock.measure { try python.run() }
      let driverTime = try clock.measure { try driver.run() }
      guard round > 0 else { continue }
      times.call.append(call.milliseconds)
      times.driver.append(driverTime.milliseconds)
      times.python.append(pythonTime.milliseconds)
    }
    // What is left of a time when nothing else wants the machine.
    func best(_ times: [Double]) -> Double { median(Array(times.sorted().prefix(times.count / 4))) }
    let own = best(times.call) - best(times.python)
    return BenchmarkResult(
      name: "step-overhead",
      goal: "at most 1 ms, and 5 % of spawning python3 -c pass",
      figures: [
        "ownMilliseconds": .number(own), "ratioToPython": .number(own / best(times.python)),
        "callMilliseconds": .number(best(times.call)), "pythonMilliseconds": .number(best(times.python)),
        "driverChildMilliseconds": .number(best(times.driver)),
        "ownOverDriverMilliseconds": .number(best(times.call) - best(times.driver)),
        "medianCallMilliseconds": .number(median(times.call)),
        "medianPythonMilliseconds": .number(median(times.python)),
        "medianOwnMilliseconds": .number(median(times.call) - median(times.python)),
      ]
    )
  }

  static func skill(_ text: String) throws -> CompiledSkill {
    var diagnostics = Diagnostics()
    let source = SkillSource(
      path: "SKILL.md",
      shape: .text,
      folderName: "benchmark",
      document: SourceText(path: "SKILL.md", text: text),
      files: []
    )
    guard let module = CompilerPipeline.parse(source, diagnostics: &diagnostics) else {
      throw Peer.Failure(description: "\(diagnostics.sorted)")
    }
    let program = CompilerPipeline.lower(module, diagnostics: &diagnostics)
    guard !diagnostics.hasErrors else { throw Peer.Failure(description: "\(diagnostics.sorted)") }
    return CompiledSkill(program: program, files: [:])
  }
}
