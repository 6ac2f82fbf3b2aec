import Foundation
import SkillIR
import Testing

@_spi(Generated) @testable import SkillRuntime

@Suite struct SkillEntryTests {
  @Test func argumentsAreHeldAgainstParameters() async throws {
    let skill = try TestSkill(
      [
        Parameter(name: "top", type: .int, defaultValue: 3), Parameter(name: "name", type: .string),
        Parameter(name: "note", type: .optional(.string)),
      ],
      result: .json,
      outcome: "all",
      steps: [
        .code(0, .python, "all = [top, name, note]", inputs: ["name", "note", "top"], binds: "all", .json)
      ]
    )
    #expect(try await skill.call(["name": "x"]).content == [3, "x", nil])
    #expect(try await skill.call(["name": "x", "top": 4.0, "note": "n"]).content == [4, "x", "n"])
    let expectations: [(JSONObject, String, String?)] = [
      ([:], "'name' is missing", nil), (["name": 1], "'name': expected String, found the number 1", nil),
      (["nmae": "x"], "'test' has no parameter 'nmae'", "Did you mean 'name'?"),
      (["name": "x", "top": "three"], "'top': expected Int, found the string \"three\"", nil),
    ]
    for (arguments, message, suggestion) in expectations {
      let error = await skillError { try await skill.call(arguments) }
      #expect(error?.code == .invalidInput)
      #expect(error?.message == message)
      if let suggestion { #expect(error?.suggestion == suggestion) }
    }
    let unknown = await skillError { try await skill.call(entry: "tset") }
    #expect(unknown?.code == .unknownEntryPoint)
    #expect(unknown?.suggestion == "Did you mean 'test'?")
  }

  // MARK: Typed entries and streams

  struct Input: Codable, Sendable { var xs: [Int], note: String? }
  struct Output: Codable, Sendable, Equatable { var sum: Int, mean: Double? }

  private func typedEntry() throws -> (SkillEntry<Input, Output>, TestSkill) {
    let type = TypeDeclaration(
      name: "Output",
      kind: .structure([.init(name: "sum", type: .int), .init(name: "mean", type: .optional(.double))])
    )
    let skill = try TestSkill(
      [Parameter(name: "xs", type: .array(.int)), Parameter(name: "note", type: .optional(.string))],
      result: .named("Output"),
      types: [type],
      outcome: "result",
      steps: [
        .code(0, .python, "total = sum(xs)", inputs: ["xs"], binds: "total", .int),
        .code(
          1,
          .python,
          "result = {'sum': total, 'mean': total / len(xs)}",
          inputs: ["total", "xs"],
          after: [0],
          binds: "result",
          .named("Output")
        ),
      ]
    )
    return (
      SkillEntry(skill: CompiledSkill(program: skill.program, files: skill.files), entryPoint: "test"), skill
    )
  }

  @Test func anEntryTakesAndGivesSwiftValues() async throws {
    let (entry, skill) = try typedEntry()
    let response = try await entry(Input(xs: [1, 2, 6], note: nil), on: skill.machine)
    #expect(response.content == Output(sum: 9, mean: 3))
    let current = try await SkillMachine.$current.withValue(skill.machine) {
      try await entry(Input(xs: [1], note: "n")).content
    }
    #expect(current == Output(sum: 1, mean: 1))
  }

  @Test func aStreamTellsEventsSnapshotsAndTheResult() async throws {
    let (entry, skill) = try typedEntry()
    var snapshots: [JSONValue] = []
    var events = 0
    var result: Output?
    for try await element in entry.stream(Input(xs: [1, 6], note: nil), on: skill.machine) {
      switch element {
      case .event: events += 1
      case .snapshot(let value): snapshots.append(value)
      case .result(let response): result = response.content
      }
    }
    #expect(snapshots == [["total": 7], ["total": 7, "result": ["sum": 7, "mean": 3.5]]])
    #expect(events == 6)
    #expect(result == Output(sum: 7, mean: 3.5))
  }

  @Test func aStreamThrowsTheError() async throws {
    let (entry, skill) = try typedEntry()
    let error = await skillError {
      for try await _ in entry.stream(Input(xs: [], note: nil), on: skill.machine) {}
    }
    #expect(error?.code == .stepFailed)
    #expect(error?.message.contains("ZeroDivisionError") == true)
  }

  @Test func cancellingTheIterationEndsTheRun() async throws {
    let marker = "TEST_MARKER=\(UInt64.random(in: 0...UInt64.max))"
    var skill = try TestSkill(steps: [.code(0, .sh, "sleep 1000")])
    skill.machine.environment.values = ["TEST_MARKER": String(marker.dropFirst(12))]
    let machine = skill.machine
    let entry = SkillEntry<[String: Int], JSONValue>(
      skill: CompiledSkill(program: skill.program, files: [:]),
      entryPoint: "test"
    )
    let task = Task {
      for try await _ in entry.stream([:], on: machine) {}
    }
    while LivingProcesses.carrying(marker).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    _ = await task.result
    #expect(LivingProcesses.carrying(marker).isEmpty)
  }

  // MARK: Images

  @Test func skillsAreReadFromImages() async throws {
    let folder = try TestFolder()
    let (_, skill) = try typedEntry()
    let item = try SkillImage.Entry(program: skill.program, contents: [])
    let file = URL(fileURLWithPath: folder.path + "/Skills.skillimage")
    try Data(SkillImage(entries: [item]).serialized()).write(to: file)
    func entry(digest: String, _ url: URL?) -> SkillEntry<Input, Output> {
      SkillEntry(
        skill: CompiledSkill(name: "test-skill", image: SkillImageReference(digest: digest) { url }),
        entryPoint: "test"
      )
    }
    let input = Input(xs: [2], note: nil)
    #expect(try await entry(digest: item.digest, file)(input, on: skill.machine).content.sum == 2)
    for (digest, url) in [("other", file), ("absent", nil), ("lost", URL(fileURLWithPath: "/no/such/file"))] {
      let error = await skillError { try await entry(digest: digest, url)(input, on: skill.machine) }
      #expect(error?.code == .invalidImage)
    }
  }
}
