import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct MachineTests {
  @Test func theTraceIsJSONLinesWithoutSecrets() async throws {
    setenv("SKVM_TEST_TOKEN", "very-secret\"value", 1)
    let skill = try TestSkill(
      [Parameter(name: "x", type: .string)],
      result: .string,
      outcome: "y",
      steps: [.code(0, .sh, "echo out; y=$x", inputs: ["x"], binds: "y", .string)]
    )
    let response = try await skill.call(["x": "a very-secret\"value\nb"])
    let path = try #require(response.run.tracePath)
    #expect(path.hasPrefix("\(skill.home.path)/traces/test-skill/"))
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let values = try lines.map { try JSONValue(parsing: String($0)) }
    #expect(
      values.compactMap { $0["event"]?.stringValue } == [
        "run-started", "step-started", "step-output", "step-finished", "run-finished",
      ]
    )
    #expect(values[0]["arguments"] == ["x": "a [SKVM_TEST_TOKEN]\nb"])
    #expect(values.allSatisfy { $0["run"]?.stringValue == response.run.id && $0["line"]?.intValue != nil })
    #expect(!lines.joined().contains("very-secret"))
  }

  @Test func aHomeThatCannotBeWrittenStopsNothing() async throws {
    var skill = try TestSkill(
      result: .int,
      outcome: "x",
      steps: [.code(0, .sh, "x=1", binds: "x", .int)]
    )
    skill.machine.home = try skill.home.write("no folder", to: "file")
    let log = RunLog()
    let response = try await skill.call([:], report: log.add)
    #expect(response.content == 1)
    #expect(response.run.tracePath == nil)
    let notices = log.all.count { if case .notice = $0.kind { true } else { false } }
    #expect(notices == 1)
  }

  @Test func errorsReadAsMessagesOfACompiler() async throws {
    let skill = try TestSkill(steps: [.code(0, .python, "x = 1\nraise KeyError('revenue')")])
    let error = try #require(await skillError { try await skill.call() })
    #expect(
      "\(error)" == """
        Skills/test-skill/SKILL.md:22: error: 'python3' failed: KeyError: 'revenue' [step-failed]
          in test-skill.test, step 1 (Step number 1)
          exit status 1
          | Traceback (most recent call last):
          |   File "Skills/test-skill/SKILL.md", line 22, in <module>
          |     raise KeyError('revenue')
          | KeyError: 'revenue'
        """
    )
  }

  @Test func quotasOfControlGroupsCount() {
    #if os(Linux)
      #expect(ProcessorCount.quota(ofVersion2: "150000 100000\n") == 2)
      #expect(ProcessorCount.quota(ofVersion2: "max 100000\n") == nil)
      #expect(ProcessorCount.quota(ofVersion2: "-1 100000") == nil)
      #expect(ProcessorCount.quota(ofVersion2: "") == nil)
    #endif
    #expect(ProcessorCount.available >= 1)
  }
}
