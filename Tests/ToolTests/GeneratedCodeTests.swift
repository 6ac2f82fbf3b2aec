import Foundation
import TestSupport
import Testing

/// What `skillc` generates, read by the Swift compiler.
@Suite(.onOwnThread, .enabled(if: Corpus.isThere && BuiltTool.modules != nil)) struct GeneratedCodeTests {
  /// Every public skill of the corpus, and every hostile one, in one module without a warning.
  @Test(arguments: ["clawhub-dev", "hostile"])
  func allSkillsMakeOneModuleWithoutAWarning(_ part: String) throws {
    let modules = try #require(BuiltTool.modules)
    try ScratchFolder.with { folder in
      let module = GeneratedModule(folder: URL(filePath: folder), name: "Generated")
      _ = try module.compile(skills: try skills(of: part))
      #expect(try module.files().count > 200)
      let result = try module.typeCheck(
        [
          "-parse-as-library", "-warnings-as-errors", "-enable-upcoming-feature", "ExistentialAny",
          "-enable-upcoming-feature",
          "MemberImportVisibility", "-enable-upcoming-feature", "InternalImportsByDefault",
        ],
        modules: modules
      )
      #expect(result.status == 0, "\(result.errorOutput.prefix(4000))")
    }
  }

  private func skills(of part: String) throws -> [String] {
    if part == "hostile" {
      let bundles = try Corpus.url("hostile/bundles")
      let folders = try Corpus.url("hostile/folders")
      return try [bundles, folders].flatMap { folder in
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
          folder.appending(path: $0).path
        }
      }
    }
    return try Corpus.skills(in: part)
  }
}
