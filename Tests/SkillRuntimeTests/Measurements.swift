import Foundation
import SkillIR
import TestSupport
import Testing

@testable import SkillRuntime

/// Times that depend on the machine, printed and not judged. Set `SKVM_MEASURE=1` to run them.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SKVM_MEASURE"] == "1"))
struct Measurements {
  private func median(_ count: Int, _ body: () async throws -> Void) async throws -> Double {
    var times: [Double] = []
    for _ in 0..<count {
      let start = ContinuousClock.now
      try await body()
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      times.append(Double(seconds) * 1000 + Double(attoseconds) * 1e-15)
    }
    return times.sorted()[count / 2]
  }

  @Test func overheadOfAStep() async throws {
    let python = "/usr/bin/python3"
    let request = ChildProcess.Request(
      executable: python,
      arguments: ["-c", "pass"],
      environment: ["PATH": "/usr/bin:/bin"],
      directory: "/",
      timeLimit: .seconds(10),
      outputLimit: 1000
    )
    let foundation = try await median(60) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: python)
      process.arguments = ["-c", "pass"]
      try process.run()
      process.waitUntilExit()
    }
    let bare = try await median(60) { _ = try await ChildProcess.run(request) }
    var skill = try TestSkill(
      [Parameter(name: "n", type: .int)],
      result: .int,
      outcome: "r",
      steps: [.code(0, .python, "r = n + 1", inputs: ["n"], binds: "r", .int)]
    )
    skill.machine.environment.values = ["PATH": "/usr/bin:/bin"]
    let step = try await median(60) { _ = try await skill.call(["n": 1]) }
    let empty = try TestSkill(steps: [])
    let run = try await median(60) { _ = try await empty.call() }
    skill.program.entryPoints = [
      .workflow(
        "test",
        [Parameter(name: "n", type: .int)],
        result: .int,
        outcome: "r9",
        steps: (0..<10).map {
          .code(
            $0,
            .python,
            "r\($0) = \($0 == 0 ? "n" : "r\($0 - 1)") + 1",
            inputs: [$0 == 0 ? "n" : "r\($0 - 1)"],
            after: $0 == 0 ? [] : [$0 - 1],
            binds: "r\($0)",
            .int
          )
        }
      )
    ]
    let chain = try await median(20) { _ = try await skill.call(["n": 1]) }
    let again = try await median(60) { _ = try await ChildProcess.run(request) }
    print(
      """
      python3 -c pass, Foundation.Process \(foundation) ms
      python3 -c pass, ChildProcess       \(bare) ms, again \(again) ms
      a run without steps                 \(run) ms
      a run of one Python step            \(step) ms
      a step of a chain of ten            \(chain / 10) ms
      """
    )
  }

  @Test func aHundredSleepingStepsAgainstTheirLongestPath() async throws {
    var generator = SplitMix(seed: 7)
    var steps: [Step] = []
    var ends: [Int] = []
    for id in 0..<100 {
      let after =
        id == 0 ? [] : Set((0..<2).map { _ in Int.random(in: max(0, id - 12)..<id, using: &generator) }).sorted()
      let time = Int.random(in: 100...300, using: &generator)
      let seconds = Template(segments: [.text("\(Double(time) / 1000)")])
      steps.append(.make(id, .command(["sleep", seconds]), after: after))
      ends.append((after.map { ends[$0] }.max() ?? 0) + time)
    }
    var skill = try TestSkill(steps: steps)
    skill.machine.limits.width = 100
    let bound = Double(ends.max() ?? 0)
    let time = try await median(3) { _ = try await skill.call() }
    print("100 sleeping steps: \(time) ms, longest path \(bound) ms, \(100 * bound / time) % of the bound")
  }
}
