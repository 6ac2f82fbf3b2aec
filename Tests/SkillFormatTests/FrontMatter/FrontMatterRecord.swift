import Foundation
import SkillFormat
import TestSupport

/// What PyYAML makes of the front matter of one skill: one line of an oracle file.
struct FrontMatterRecord: Decodable, Sendable {
  struct PyYAML: Decodable, Sendable {
    var raw: Tree?
    var keys: [String]?
    var error: String?
    var duplicate_keys: [String]?
  }
  var skill: String
  var path: String
  var frontmatter: String
  var body_line: Int
  var pyyaml: PyYAML?

  static func all(_ name: String) throws -> [FrontMatterRecord] {
    let decoder = JSONDecoder()
    return try Corpus.oracleLines(name).compactMap { line in
      do {
        return try decoder.decode(FrontMatterRecord.self, from: Data(line.utf8))
      } catch {
        // Foundation reads JSON 512 levels deep, and this record has 603.
        guard line.contains("\"front-deep-block\"") else { throw error }
        return nil
      }
    }
  }

  /// The record's document below a folder of skills.
  func source(in skills: URL) throws -> SourceText {
    try Self.source(skills.appending(path: "\(skill)/\(path)"))
  }

  /// A document as the oracle saw it: valid UTF-8 without a byte order mark.
  static func source(_ file: URL) throws -> SourceText {
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    var clean = Array(text.utf8)
    if clean.starts(with: [0xEF, 0xBB, 0xBF]) { clean.removeFirst(3) }
    return SourceText(path: "SKILL.md", bytes: clean)
  }

  /// The lines between the fences, by the oracle's line numbers.
  func block(in source: SourceText) -> SourceRange {
    SourceRange(source.lineStarts[1], source.lineStarts[body_line - 2])
  }
}
