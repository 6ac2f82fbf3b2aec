import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import TestSupport
import Testing

/// The whole table of hostile inputs, through the whole compiler.
@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct HostileTests {
  /// Where the table and the design differ, the design holds.
  private static let differing: [String: String] = [
    // A skill may be text; a `.skill` that begins with front matter is one.
    "bundles/not-a-zip-text": "accept",
    // An unquoted colon is repaired with a warning at its place.
    "folders/front-colon-in-plain": "diagnose",
  ]

  @Test func everyInputEndsAsTheTableSays() throws {
    let table = try JSONValue(
      parsing: String(decoding: Data(contentsOf: Corpus.url("hostile/expected.json")), as: UTF8.self)
    )
    for (key, row) in try #require(table.objectValue) {
      let expected = Self.differing[key] ?? row["expect"]?.stringValue
      let path = try Corpus.url("hostile/" + key + (key.hasPrefix("bundles/") ? ".skill" : "")).path
      let (program, diagnostics) = compile(path)
      let messages = diagnostics.all.map(\.description).joined(separator: "\n")
      switch expected {
      case "reject": #expect(diagnostics.hasErrors, "\(key)")
      case "accept": #expect(!diagnostics.hasErrors && program != nil, "\(key): \(messages)")
      case "diagnose": #expect(diagnostics.all.contains { $0.severity >= .warning }, "\(key)")
      case "either":
        let again = compile(path).1
        #expect(again.all == diagnostics.all, "\(key)")
      default: Issue.record("\(key): what is '\(expected ?? "nothing")'?")
      }
      for diagnostic in diagnostics.all {
        let isPrintable = !diagnostic.description.unicodeScalars.contains { $0.isUnprintable }
        #expect(isPrintable, "\(key)")
      }
    }
  }

  private func compile(_ path: String) -> (SkillProgram?, Diagnostics) {
    var diagnostics = Diagnostics()
    let module = CompilerPipeline.parse(path: path, displayPath: path, diagnostics: &diagnostics)
    let program = module.map { CompilerPipeline.lower($0, diagnostics: &diagnostics) }
    return (program, diagnostics)
  }
}
