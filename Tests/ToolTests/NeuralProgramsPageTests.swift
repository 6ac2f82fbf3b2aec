import Foundation
import TestSupport
import Testing

/// The page about programs of the neural engine: what its commands do to its programs.
@Suite(.onOwnThread) struct NeuralProgramsPageTests {
  private static let path = "Documentation/SkVM.docc/NeuralPrograms.md"

  /// Hidden comments say which example is which file, how a command ends, and what it prints.
  @Test func itsCommandsDoWhatItSays() throws {
    let page = try DocumentationPage(path: Self.path)
    let tool = try BuiltTool.path("skvm")
    try ScratchFolder.with { folder in
      var (output, compared, run) = ("", 0, 0)
      for example in page.examples {
        if let name = example.context("file") {
          try ScratchFolder.write([name.trimmingCharacters(in: .whitespaces): example.text], in: folder)
        } else if example.context("output") != nil {
          #expect(example.text == output, "\(Self.path):\(example.line)")
          compared += 1
        } else if example.language == "sh" {
          for line in example.text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            #expect(words.first == "skvm")
            let result = try ChildProgram.run(tool, Array(words.dropFirst()), directory: URL(filePath: folder))
            let expected = example.context("exit").flatMap { Int32($0.trimmingCharacters(in: .whitespaces)) } ?? 0
            #expect(result.status == expected, "\(Self.path):\(example.line): \(result)")
            output = result.output
            run += 1
          }
        }
      }
      #expect(compared >= 1 && run >= 4)
    }
  }
}
