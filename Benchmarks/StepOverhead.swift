import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import SkillRuntime

/// What the runtime adds to a code step: a whole call of a one-step workflow, less the child process that it runs.
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
    let control = folder.appending(path: "control.json").path
    let parts: JSONValue = [
      "path": "SKILL.md", "file": "SKILL.md", "line": 12, "name": "result", "code": "result = text\n",
      "inputs": ["text": "hello"],
    ]
    try Data(parts.jsonText.utf8).write(to: URL(fileURLWithPath: control))
    let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "PYTHONUTF8": "1"]
    // The very program that the step runs, and the plainest one there is.
    let bare = BareChild(
      program: "python3",
      arguments: ["-c", PythonDriver.text, control, folder.appending(path: "result.json").path],
      environment: environment
    )
    let python = BareChild(program: "python3", arguments: ["-c", "pass"], environment: environment)

    var times: (call: [Double], bare: [Double], python: [Double]) = ([], [], [])
    for round in 0..<201 {
      let call = try await clock.measure {
        _ = try await skill.call("echo", arguments: ["text": "hello"], machine: machine, report: { _ in })
      }
      let bareTime = try clock.measure { try bare.run() }
      let pythonTime = try clock.measure { try python.run() }
      guard round > 0 else { continue }
      times.call.append(call.milliseconds)
      times.bare.append(bareTime.milliseconds)
      times.python.append(pythonTime.milliseconds)
    }
    let own = median(times.call) - median(times.bare)
    return BenchmarkResult(
      name: "step-overhead",
      goal: "at most 1 ms, and 5 % of spawning python3 -c pass",
      figures: [
        "callMilliseconds": .number(median(times.call)), "bareChildMilliseconds": .number(median(times.bare)),
        "ownMilliseconds": .number(own), "pythonMilliseconds": .number(median(times.python)),
        "ratioToPython": .number(own / median(times.python)),
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
