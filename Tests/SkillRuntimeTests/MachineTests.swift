import Foundation
import SkillIR
import Testing

@_spi(Generated) @testable import SkillRuntime

@Suite struct MachineTests {
  // MARK: Models and agents

  @Test func aModelStepGivesATypedValue() async throws {
    let region = TypeDeclaration(name: "Mood", kind: .enumeration([.init("good"), .init("bad")]))
    var skill = try TestSkill(
      [Parameter(name: "text", type: .string)],
      result: .named("Mood"),
      types: [region],
      outcome: "mood",
      steps: [.make(0, .model("Is this good or bad? \("text")"), reads: ["text"], binds: "mood", .named("Mood"))]
    )
    skill.machine.model = ClosureModel { request in
      guard case .user(let prompt)? = request.messages.last, prompt.contains("{text} $(id)") else { return "\"none\"" }
      return "\"good\""
    }
    let log = RunLog()
    let response = try await skill.call(["text": "{text} $(id)"], report: log.add)
    #expect(response.content == "good")
    #expect(response.usage.total == 13)
    #expect(response.steps[0].ranOn == "test:model")
    #expect(log.all.contains { if case .modelText("\"good\"") = $0.kind { true } else { false } })
    let error = await skillError { try await skill.call(["text": "other"]) }
    #expect(error?.code == .badAnswer)
    #expect(error?.place?.step == "1")
  }

  @Test func aFileInAPromptIsRead() async throws {
    let folder = try TestFolder()
    let path = try folder.write("The fox jumps.", to: "story.txt")
    var skill = try TestSkill(
      [Parameter(name: "story", type: .file)],
      result: .string,
      outcome: "x",
      steps: [.make(0, .model("Sum up \("story")."), reads: ["story"], binds: "x", .string)]
    )
    skill.machine.model = ClosureModel { request in
      guard case .user(let prompt)? = request.messages.last else { return "" }
      return prompt.contains("The fox jumps.") ? "read" : "not read"
    }
    #expect(try await skill.call(["story": .string(path)]).content == "read")
  }

  @Test func withoutAModelARunFailsBeforeItsFirstStep() async throws {
    let folder = try TestFolder()
    var skill = try TestSkill(
      [Parameter(name: "path", type: .string)],
      steps: [
        .code(0, .sh, "touch \"$path/ran\"", inputs: ["path"]),
        .make(1, .call("inner", arguments: [:])),
      ]
    )
    skill.program.entryPoints.append(.workflow("inner", steps: [.make(2, .model("Say yes."), binds: "x", .string)]))
    let error = await skillError { try await skill.call(["path": .string(folder.path)]) }
    #expect(error?.code == .noModel)
    #expect(error?.message == "step 3 needs a model")
    #expect(error?.place?.line == Step.firstLine - 1)
    #expect(error?.suggestion?.contains("SKVM_MODEL") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/ran"))
  }

  @Test func aGuardedModelStepNeedsAModelOnlyWhereItRuns() async throws {
    let skill = try TestSkill(
      [Parameter(name: "flag", type: .bool)],
      steps: [
        .make(
          0,
          .model("Say yes."),
          binds: "x",
          .string,
          condition: .init(reference: Reference(name: "flag"), isNegated: false)
        )
      ]
    )
    #expect(try await skill.call(["flag": false]).content == .null)
    let error = await skillError { try await skill.call(["flag": true]) }
    #expect(error?.code == .noModel)
  }

  @Test func agentsWorkInAFolderWithTheSkillAndTheFiles() async throws {
    let folder = try TestFolder()
    let path = try folder.write("1,2", to: "table.csv")
    var skill = try TestSkill(
      [
        EntryPoint(
          name: "perform",
          documentation: "",
          parameters: [
            Parameter(name: "request", type: .string), Parameter(name: "files", type: .array(.file), defaultValue: []),
          ],
          result: .string,
          body: .agent,
          source: SourceReference(path: TestSkill.path, line: 1)
        )
      ],
      files: ["references/note.md": "note"]
    )
    skill.machine.harness = ClosureHarness { task, report in
      report(.turn(1))
      report(.toolCall(ToolCall(id: "1", name: "shell", arguments: ["command": "ls"])))
      #expect(task.instructions == "Do as you are told.")
      #expect(task.request.contains("- table.csv"))
      let manager = FileManager.default
      #expect(try String(contentsOfFile: task.folder + "/references/note.md", encoding: .utf8) == "note")
      #expect(try String(contentsOfFile: task.folder + "/table.csv", encoding: .utf8) == "1,2")
      try Data("changed".utf8).write(to: URL(fileURLWithPath: task.folder + "/table.csv"))
      #expect(manager.createFile(atPath: task.folder + "/out.txt", contents: Data("out".utf8)))
      return AgentOutcome(text: "done", turns: 1, usage: TokenUsage(input: 5))
    }
    let log = RunLog()
    let response = try await skill.call(
      ["request": "Look.", "files": [.string(path)]],
      entry: "perform",
      report: log.add
    )
    #expect(response.content == "done")
    #expect(response.usage.total == 5)
    #expect(response.files.map { FileSystem.lastComponent($0.path) } == ["out.txt", "table.csv"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "1,2")
    #expect(log.all.contains { if case .toolCall = $0.kind { true } else { false } })
    response.run.removeFiles()
    #expect(skill.runs.isEmpty)
  }

  @Test func agentStepsGiveTypedValuesAndFiles() async throws {
    let folder = try TestFolder()
    let path = try folder.write("1,2", to: "table.csv")
    var skill = try TestSkill(
      [Parameter(name: "table", type: .file)],
      result: .file,
      outcome: "copy",
      steps: [.make(0, .agent("Copy \("table")."), reads: ["table"], binds: "copy", .file)]
    )
    skill.machine.harness = ClosureHarness { task, _ in
      #expect(task.request == "Copy table.csv.")
      try FileManager.default.copyItem(atPath: task.folder + "/table.csv", toPath: task.folder + "/copy.csv")
      return AgentOutcome(text: "copy.csv\n", turns: 1)
    }
    let response = try await skill.call(["table": .string(path)])
    #expect(try String(contentsOfFile: response.content.stringValue ?? "", encoding: .utf8) == "1,2")
  }

  // MARK: Files

  @Test func filesPassBetweenStepsAndOutOfTheRun() async throws {
    let folder = try TestFolder()
    let path = try folder.write("b\na\n", to: "lines.txt")
    let skill = try TestSkill(
      [Parameter(name: "lines", type: .file)],
      result: .file,
      outcome: "report",
      steps: [
        .code(0, .sh, "sort \"$lines\" > sorted.txt; sorted=sorted.txt", inputs: ["lines"], binds: "sorted", .file),
        .code(
          1,
          .python,
          "import os\nopen('report.md', 'w').write('# ' + open(sorted_).read() + os.path.basename(sorted_))\nreport = 'report.md'"
            .replacing("sorted_", with: "sorted"),
          inputs: ["sorted"],
          after: [0],
          binds: "report",
          .file
        ),
      ]
    )
    let response = try await skill.call(["lines": .string(path)])
    let report = try #require(response.content.stringValue)
    #expect(try String(contentsOfFile: report, encoding: .utf8) == "# a\nb\nsorted.txt")
    #expect(response.files == [SkillFile(report)])
    #expect(skill.runs == [response.run.id])
    // Only the folder of the step that made the result is left.
    let left = try FileManager.default.contentsOfDirectory(atPath: response.run.folder ?? "")
    #expect(left == ["2"])
    response.run.removeFiles()
    #expect(skill.runs.isEmpty)
  }

  @Test func aStepCannotChangeWhatItIsGiven() async throws {
    let folder = try TestFolder()
    let path = try folder.write("original", to: "a.txt")
    try FileManager.default.createDirectory(atPath: folder.path + "/sub/deep", withIntermediateDirectories: true)
    _ = try folder.write("deep", to: "sub/deep/b.txt")
    let skill = try TestSkill(
      [Parameter(name: "file", type: .file), Parameter(name: "folder", type: .folder)],
      result: .array(.string),
      outcome: "seen",
      steps: [
        .code(
          0,
          .sh,
          "echo changed > \"$file\"; rm -r \"$folder\"/deep",
          inputs: ["file", "folder"]
        ),
        .code(
          1,
          .python,
          "seen = [open(file).read(), open(folder + '/deep/b.txt').read()]",
          inputs: ["file", "folder"],
          after: [],
          binds: "seen",
          .array(.string)
        ),
      ]
    )
    let response = try await skill.call(["file": .string(path), "folder": .string(folder.path + "/sub")])
    #expect(response.content == ["original", "deep"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "original")
  }

  @Test func aFileThatIsHandedOnIsTheCallersOwn() async throws {
    let folder = try TestFolder()
    let path = try folder.write("text", to: "a.txt")
    let skill = try TestSkill(
      [Parameter(name: "files", type: .array(.file))],
      result: .array(.file),
      outcome: "same",
      steps: [.code(0, .python, "same = files[::-1]", inputs: ["files"], binds: "same", .array(.file))]
    )
    let response = try await skill.call(["files": [.string(path)]])
    #expect(response.content == [.string(path)])
    #expect(skill.runs.isEmpty)
  }

  @Test(
    arguments: [
      ("'/etc/hostname'", "outside"), ("'../control'", nil), ("'no-such-file'", "there is no file"),
      ("''", "there is no"),
      ("os.symlink('/etc/passwd', 'link') or 'link'", "outside"), ("os.mkdir('d') or 'd'", "is no file"),
      ("'../../../../x'", "there is no file"),
    ] as [(String, String?)]
  )
  func aResultFileHasToBeTheSteps(_ expression: String, _ message: String?) async throws {
    let error = await skillError {
      try await TestSkill.value(.python, "import os\nresult = \(expression)", type: .file)
    }
    guard let message else { return #expect(error == nil) }
    #expect(error?.code == .wrongResult)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
  }

  @Test func missingFilesOfTheCallerAreNamed() async throws {
    let folder = try TestFolder()
    let skill = try TestSkill(
      [Parameter(name: "sales", type: .file)],
      steps: [.code(0, .sh, ":", inputs: ["sales"])]
    )
    let missing = await skillError { try await skill.call(["sales": "no-such.csv"]) }
    #expect(missing?.code == .missingFile)
    #expect(missing?.message == "'sales': there is no file 'no-such.csv'")
    #expect(missing?.suggestion?.contains(FileManager.default.currentDirectoryPath) == true)
    let wrong = await skillError { try await skill.call(["sales": .string(folder.path)]) }
    #expect(wrong?.code == .missingFile)
  }

  @Test func largeSkillsAreSharedByStepsThatRead() async throws {
    var files: [String: String] = ["big/data.txt": String(repeating: "x", count: 2 << 20)]
    for index in 0..<10 { files["notes/\(index).md"] = "\(index)" }
    let skill = try TestSkill(
      result: .int,
      outcome: "size",
      steps: [
        .code(
          0,
          .python,
          "size = len(open('big/data.txt').read()) + len(open('notes/3.md').read())",
          binds: "size",
          .int
        )
      ],
      files: files
    )
    #expect(try await skill.call().content == .integer((2 << 20) + 1))
    #expect(skill.runs.isEmpty)
  }

  // MARK: Arguments

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

  // MARK: Traces

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

/// A harness that is a function.
struct ClosureHarness: AgentHarness {
  var name = "test"
  let work: @Sendable (AgentTask, @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome

  init(
    _ work: @escaping @Sendable (AgentTask, @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome
  ) { self.work = work }

  func run(_ task: AgentTask, report: @Sendable @escaping (AgentEvent) -> Void) async throws -> AgentOutcome {
    try await work(task, report)
  }
}
