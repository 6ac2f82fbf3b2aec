import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct ShellParserOracleTests {
  /// The first words of simple commands, compared with what two independent parsers agree on.
  @Test func firstWordsAgreeWithOtherParsers() throws {
    let corpus = try Corpus.unpack("clawhub-dev")
    var compared = 0
    var equal = 0
    var differences: [String] = []
    var documents: [String: [Int: String]] = [:]
    for record in try Corpus.oracle("shell") {
      guard record["agree"] == true, record["kind"] == "fence", let skill = record["skill"]?.stringValue,
        let path = record["path"]?.stringValue, case .integer(let line)? = record["line"],
        let expected = record["tree_sitter"]?["commands"]?.objectValue
      else { continue }
      let key = skill + "/" + path
      let fences = documents[key] ?? ShellParserOracleTests.fences(at: corpus.appending(path: key))
      documents[key] = fences
      guard let content = fences[line] else { continue }
      let found = ShellParser.parse(CommandExamples.commands(inFence: Array(content.utf8))).commandNames
      compared += 1
      if JSONObject(found.map { ($0.key, .integer($0.value)) }) == expected {
        equal += 1
      } else {
        differences.append("\(key):\(line): \(found)")
      }
    }
    #expect(compared > 2_000)
    // 2 233 of 2 233 when this was written.
    #expect(equal * 100 >= compared * 99, "\(equal) of \(compared)\n\(differences.prefix(20).joined(separator: "\n"))")
  }

  /// The fences of a document by the line they open on.
  private static func fences(at file: URL) -> [Int: String] {
    guard let data = try? Data(contentsOf: file) else { return [:] }
    var diagnostics = Diagnostics()
    let source = SourceText(path: file.lastPathComponent, text: String(decoding: data, as: UTF8.self))
    var start = 0
    if source.lineCount > 0, source[source.range(ofLine: 1)].hasPrefix("---") {
      for line in 2...max(2, source.lineCount) where line <= source.lineCount {
        if source[source.range(ofLine: line)].trimmingCommandSpace == "---" {
          start = line < source.lineStarts.count ? source.lineStarts[line] : source.bytes.count
          break
        }
      }
    }
    var fences: [Int: String] = [:]
    func collect(_ blocks: [MarkdownBlock]) {
      for block in blocks {
        switch block {
        case .code(let code): if code.marker != nil { fences[code.contentLine - 1] = code.content }
        case .list(let list): for item in list.items { collect(item.blocks) }
        case .quote(let quote): collect(quote.blocks)
        default: break
        }
      }
    }
    collect(MarkdownParser.parse(source, from: start, diagnostics: &diagnostics).blocks)
    return fences
  }
}
