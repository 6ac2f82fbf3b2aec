import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct MachineModelTests {
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
}
