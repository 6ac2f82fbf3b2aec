import Foundation
import SkillCompiler
import SkillFormat
import TestSupport

/// What tests read of the corpus beside its oracle.
enum ShellCorpus {
  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: try Corpus.url(path)), as: UTF8.self)
  }

  /// The skills of the development part, parsed.
  static func modules() throws -> [SkillModule] {
    let folder = try Corpus.unpack("clawhub-dev")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return names.compactMap { name in
      var diagnostics = Diagnostics()
      return CompilerPipeline.parse(
        path: folder.appending(path: name).path,
        displayPath: "\(name)/SKILL.md",
        diagnostics: &diagnostics
      )
    }
  }
}
