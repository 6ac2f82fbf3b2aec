import Foundation
import SkillFormat
import TestSupport

/// The skills that front matter is tested on, and what PyYAML makes of each.
enum FrontMatterCorpus {
  /// One line of an oracle file.
  struct Record: Decodable, Sendable {
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
  }

  static func records(_ name: String) throws -> [Record] {
    let decoder = JSONDecoder()
    return try Corpus.oracleLines(name).compactMap { line in
      do {
        return try decoder.decode(Record.self, from: Data(line.utf8))
      } catch {
        // Foundation reads JSON 512 levels deep, and this record has 603.
        guard line.contains("\"front-deep-block\"") else { throw error }
        return nil
      }
    }
  }

  /// The documents of the registry's skills by their paths in the archive, without the top folder.
  static let registryDocuments: [String: [UInt8]] = {
    guard Corpus.isThere, let folder = try? Corpus.unpack("clawhub-dev"),
      let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder.path)
    else { return [:] }
    var documents: [String: [UInt8]] = [:]
    for path in paths where path.lowercased().hasSuffix("skill.md") {
      if let data = try? Data(contentsOf: folder.appending(path: path)) { documents[path] = [UInt8](data) }
    }
    return documents
  }()

  static func hostileDocument(_ record: Record) throws -> [UInt8] {
    try Corpus.bytes("hostile/folders/\(record.skill)/\(record.path)")
  }

  static func fixtureDocument(_ record: Record) throws -> [UInt8] {
    try Corpus.bytes("fixtures/\(record.skill)/\(record.path)")
  }

  /// A document as the oracle saw it: valid UTF-8 without a byte order mark.
  static func source(_ bytes: [UInt8]) -> SourceText {
    let text = String(decoding: bytes, as: UTF8.self)
    var clean = Array(text.utf8)
    if clean.starts(with: [0xEF, 0xBB, 0xBF]) { clean.removeFirst(3) }
    return SourceText(path: "SKILL.md", bytes: clean)
  }

  /// The lines between the fences, by the oracle's line numbers.
  static func block(of record: Record, in source: SourceText) -> SourceRange {
    SourceRange(source.lineStarts[1], source.lineStarts[record.body_line - 2])
  }
}
