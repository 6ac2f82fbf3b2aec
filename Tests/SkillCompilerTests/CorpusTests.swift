import SkillCompiler
import SkillFormat
import SkillIR
import TestSupport
import Testing

@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct CorpusTests {
  /// A skill compiles, or says where it does not.
  @Test func everySkillCompilesOrGivesAPositionedDiagnostic() throws {
    var compiled = 0
    let folders = try Corpus.skills(in: "clawhub-dev")
    for folder in folders {
      var diagnostics = Diagnostics()
      let module = CompilerPipeline.parse(path: folder, displayPath: folder, diagnostics: &diagnostics)
      let program = module.map { CompilerPipeline.lower($0, diagnostics: &diagnostics) }
      if let program, !diagnostics.hasErrors {
        compiled += 1
        #expect(program.entryPoints.last?.kind == .agent)
        #expect(Set(program.entryPoints.map(\.name)).count == program.entryPoints.count, "\(folder)")
      } else {
        #expect(diagnostics.all.contains { $0.severity == .error && !$0.message.isEmpty }, "\(folder)")
      }
    }
    #expect(compiled >= folders.count * 9 / 10, "\(compiled) of \(folders.count)")
  }

  /// The same bytes in give the same bytes out, whatever ran before.
  @Test func compilingTwiceGivesTheSame() throws {
    for folder in try Corpus.skills(in: "clawhub-dev").prefix(60) {
      let texts = try (0..<2).map { _ in
        var diagnostics = Diagnostics()
        let output = try TargetCompiler().compile(
          [.init(path: folder, displayPath: "skill", output: "S.swift")],
          diagnostics: &diagnostics
        )
        return output.files[0].text + String(decoding: try output.image.serialized(), as: UTF8.self)
      }
      #expect(texts[0] == texts[1], "\(folder)")
    }
  }
}
