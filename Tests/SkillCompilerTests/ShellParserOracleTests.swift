import Foundation
import SkillFormat
import Testing

@testable import SkillCompiler

@Suite struct ShellParserOracleTests {
  /// The first words of simple commands, compared with what two independent parsers agree on.
  @Test(.enabled(if: ShellCorpus.hasSkills)) func firstWordsAgreeWithOtherParsers() throws {
    var compared = 0
    var equal = 0
    var complete = 0
    var single = (compared: 0, equal: 0)
    var differences: [String] = []
    var documents: [String: ShellFenceReader] = [:]
    for record in try ShellCorpus.records("shell") {
      // Where the two do not agree, the one that knows all of bash is asked, if bash itself accepts the text.
      let agree = record["agree"] as? Bool == true
      let isValid =
        (record["tree_sitter"] as? [String: Any])?["parses"] as? Bool == true && record["bash_n"] as? Bool == true
      guard agree || isValid, record["kind"] as? String == "fence",
        let skill = record["skill"] as? String, let path = record["path"] as? String, let line = record["line"] as? Int,
        let expected = (record["tree_sitter"] as? [String: Any])?["commands"] as? [String: Int]
      else { continue }
      let file = ShellCorpus.skills.appending(path: skill).appending(path: path)
      let key = skill + "/" + path
      if documents[key] == nil {
        guard let data = try? Data(contentsOf: file) else { continue }
        documents[key] = ShellFenceReader(String(decoding: data, as: UTF8.self))
      }
      guard let content = documents[key]?.content(ofFenceAt: line) else { continue }
      let script = ShellParser.parse(CommandExamples.commands(inFence: Array(content.utf8)))
      guard agree else {
        single.compared += 1
        if script.commandNames == expected {
          single.equal += 1
        } else {
          differences.append("\(key):\(line): \(script.commandNames) instead of \(expected)")
        }
        continue
      }
      compared += 1
      if script.errorOffset == nil { complete += 1 }
      if script.commandNames == expected {
        equal += 1
      } else {
        differences.append("\(key):\(line): \(script.commandNames) instead of \(expected)")
      }
    }
    print(
      "shell fences: \(equal) of \(compared) agree, \(complete) without error; \(single.equal) of \(single.compared) others"
    )
    if ProcessInfo.processInfo.environment["SHOW_DIFFERENCES"] != nil {
      for difference in differences { print(difference) }
    }
    #expect(compared > 1_000)
    #expect(equal * 100 >= compared * 98, "\(differences.prefix(20).joined(separator: "\n"))")
  }
}
