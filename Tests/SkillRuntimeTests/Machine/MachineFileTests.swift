import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct MachineFileTests {
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
}
