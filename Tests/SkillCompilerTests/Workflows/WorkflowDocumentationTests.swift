import Foundation
import SkillFormat
import SkillIR
import Testing

/// The article on the language, held against the language.
@Suite struct WorkflowDocumentationTests {
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func article() throws -> String {
    try String(
      contentsOf: package.appending(path: "Documentation/SkVM.docc/WorkflowLanguage.md"),
      encoding: .utf8
    )
  }

  @Test func everyExampleCompilesWithoutAMessage() throws {
    var diagnostics = Diagnostics()
    let article = MarkdownParser.parse(SourceText(path: "", text: try Self.article()), diagnostics: &diagnostics)
    var count = 0
    for case .code(let code) in article.blocks where code.language == "markdown" {
      let (entryPoints, diagnostics) = WorkflowSource.compile(SourceText(path: "SKILL.md", text: code.content))
      #expect(diagnostics.all.map(\.description) == [])
      #expect(!entryPoints.isEmpty)
      count += 1
    }
    #expect(count > 5)
  }

  @Test func everyCodeIsExplainedAndNoneIsMadeUp() throws {
    let folder = Self.package.appending(path: "Sources/SkillCompiler/Workflows")
    var codes: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where file.hasSuffix(".swift") {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for match in text.matches(of: #/(?:\.(?:error|warning)\(|code:)\s*"([a-z-]+)"/#) { codes.insert(String(match.1)) }
    }
    #expect(codes.count > 30)
    var explained: Set<String> = []
    for line in try Self.article().split(separator: "\n") where line.hasPrefix("| `") {
      let first = line.split(separator: "|")[0]
      for match in first.matches(of: #/`([a-z]+(?:-[a-z]+)*)`/#) where match.1 != "struct" && match.1 != "enum" {
        explained.insert(String(match.1))
      }
    }
    #expect(codes.symmetricDifference(explained) == [])
  }
}
