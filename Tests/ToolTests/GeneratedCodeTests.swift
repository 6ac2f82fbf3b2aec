import Foundation
import TestSupport
import Testing

/// What `skillc` generates, read by the Swift compiler.
@Suite(.enabled(if: Corpus.isThere && BuiltTool.modules != nil)) struct GeneratedCodeTests {
  /// Every public skill of the corpus, and every hostile one, in one module without a warning.
  @Test(arguments: ["clawhub-dev", "hostile"])
  func allSkillsMakeOneModuleWithoutAWarning(_ part: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "generated-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var arguments = ["--output-directory", folder.path, "--module", "Generated"]
    for (index, path) in try skills(of: part).enumerated() { arguments += ["--skill", path, "skill\(index).swift"] }
    _ = try ChildProgram.run(try BuiltTool.path("skillc"), arguments)

    // SwiftPM writes this accessor for targets with resources.
    let accessor = """
      internal import Foundation
      extension Foundation.Bundle { static nonisolated let module = Foundation.Bundle.main }
      """
    try Data(accessor.utf8).write(to: folder.appending(path: "accessor.swift"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    #expect(files.count > 200)
    let modules = try #require(BuiltTool.modules)
    let result = try ChildProgram.run(
      "swiftc",
      [
        "-typecheck", "-swift-version", "6", "-warnings-as-errors", "-module-name", "Generated", "-parse-as-library",
        "-enable-upcoming-feature", "ExistentialAny", "-enable-upcoming-feature", "MemberImportVisibility",
        "-enable-upcoming-feature", "InternalImportsByDefault", "-I", modules.path,
      ] + files.sorted().map { folder.appending(path: $0).path }
    )
    #expect(result.status == 0, "\(result.errorOutput.prefix(4000))")
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
    let corpus = try Corpus.unpack(part)
    return try FileManager.default.contentsOfDirectory(atPath: corpus.path).sorted().map {
      corpus.appending(path: $0).path
    }
  }
}
