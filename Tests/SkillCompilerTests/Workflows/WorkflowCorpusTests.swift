import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct WorkflowCorpusTests {
  @Test func publicSkillsHaveNoWorkflowsAndGetNoMessages() throws {
    let folder = try Corpus.unpack("clawhub-dev")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }.sorted()
    #expect(files.count > 500)
    for file in files {
      guard let text = String(data: try Data(contentsOf: folder.appending(path: file)), encoding: .utf8) else {
        continue
      }
      let (entryPoints, diagnostics) = WorkflowSource.compile(SourceText(path: file, text: text))
      #expect(entryPoints.isEmpty && diagnostics.all.isEmpty, "\(file)")
    }
  }

  /// A declaration above a public skill makes all its text part of a workflow's section: hard food for the front end.
  @Test func publicSkillsBelowADeclarationDoNoHarm() throws {
    let folder = try Corpus.unpack("clawhub-dev")
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where file.hasSuffix(".md") {
      guard let text = String(data: try Data(contentsOf: folder.appending(path: file)), encoding: .utf8) else {
        continue
      }
      let steps = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.hasPrefix("#") ? "####### \($0)" : $0
      }
      let marked = WorkflowSource.workflow("func f(name: String, file: File) -> String", steps.joined(separator: "\n"))
      let (entryPoints, diagnostics) = WorkflowSource.compile(SourceText(path: file, text: marked))
      #expect(entryPoints.count <= 1 && (!diagnostics.hasErrors || entryPoints.isEmpty), "\(file)")
    }
  }
}
