import Foundation
import SkillFormat

/// The skills that front matter is tested on, and what PyYAML makes of each. Absent outside the project's own machines.
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

  static let folder: URL? = {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    // Beside the package, or beside the folder that holds several checkouts of it.
    let candidates = ["../shared/corpus", "../../shared/corpus"].map { root.appending(path: $0).standardizedFileURL }
    return candidates.first { FileManager.default.fileExists(atPath: $0.appending(path: "oracle").path) }
  }()

  static var isPresent: Bool { folder != nil }

  static func records(_ name: String) throws -> [Record] {
    guard let folder else { return [] }
    let data = try unzipped(folder.appending(path: "oracle/\(name).jsonl.gz"))
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).compactMap { line in
      do {
        return try decoder.decode(Record.self, from: line)
      } catch {
        // Foundation reads JSON 512 levels deep, and this record has 603.
        guard String(decoding: line, as: UTF8.self).contains("\"front-deep-block\"") else { throw error }
        return nil
      }
    }
  }

  /// What a good compiler does with each hostile folder: `accept`, `diagnose`, `reject` or `either`.
  static func hostileExpectations() throws -> [String: String] {
    struct Row: Decodable { var expect: String }
    guard let folder else { return [:] }
    let data = try Data(contentsOf: folder.appending(path: "hostile/expected.json"))
    return try JSONDecoder().decode([String: Row].self, from: data).mapValues(\.expect)
  }

  /// The documents of the registry's skills by their paths in the archive, without the top folder.
  static let registryDocuments: [String: [UInt8]] = {
    guard let folder, let data = try? unzipped(folder.appending(path: "clawhub-dev.tar.gz")) else { return [:] }
    var documents: [String: [UInt8]] = [:]
    for (path, bytes) in tarEntries([UInt8](data)) where path.lowercased().hasSuffix("skill.md") {
      let parts = path.split(separator: "/", maxSplits: 1)
      if parts.count == 2 { documents[String(parts[1])] = bytes }
    }
    return documents
  }()

  static func hostileDocument(_ record: Record) throws -> [UInt8] {
    try document("hostile/folders/\(record.skill)/\(record.path)")
  }

  static func fixtureDocument(_ record: Record) throws -> [UInt8] {
    try document("fixtures/\(record.skill)/\(record.path)")
  }

  static func document(_ path: String) throws -> [UInt8] {
    guard let folder else { return [] }
    return [UInt8](try Data(contentsOf: folder.appending(path: path)))
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

  // MARK: Archives

  private static func unzipped(_ url: URL) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", url.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return data
  }

  /// The regular files of a tar archive in ustar form with GNU's or POSIX's long names.
  private static func tarEntries(_ bytes: [UInt8]) -> [(path: String, bytes: [UInt8])] {
    func text(_ start: Int, _ count: Int) -> String {
      String(decoding: bytes[start..<(start + count)].prefix { $0 != 0 }, as: UTF8.self)
    }
    var entries: [(path: String, bytes: [UInt8])] = []
    var longName: String?
    var offset = 0
    while offset + 512 <= bytes.count, bytes[offset] != 0 {
      let size = Int(text(offset + 124, 12).trimmingCharacters(in: .whitespaces), radix: 8) ?? 0
      let start = offset + 512
      guard start + size <= bytes.count else { break }
      let prefix = text(offset + 257, 5) == "ustar" ? text(offset + 345, 155) : ""
      let isGNU = text(offset + 257, 8) == "ustar  "
      let name = text(offset, 100)
      switch bytes[offset + 156] {
      case UInt8(ascii: "L"): longName = text(start, size)
      case UInt8(ascii: "x"):
        let lines = String(decoding: bytes[start..<(start + size)], as: UTF8.self).split(separator: "\n")
        longName =
          lines.compactMap { $0.split(separator: " path=", maxSplits: 1).dropFirst().first }.first.map(String.init)
          ?? longName
      case UInt8(ascii: "0"), 0:
        let path = longName ?? (prefix.isEmpty || isGNU ? name : "\(prefix)/\(name)")
        entries.append((path, Array(bytes[start..<(start + size)])))
        longName = nil
      default: longName = nil
      }
      offset = start + (size + 511) / 512 * 512
    }
    return entries
  }
}

/// Plain data, as JSON has it, whose texts are compared by code units rather than by Unicode equivalence.
indirect enum Tree: Decodable, Hashable, Sendable, CustomStringConvertible {
  case text([UInt8])
  case list([Tree])
  case map([[UInt8]: Tree])

  init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self = .text(Array(text.utf8))
    } else if let list = try? decoder.singleValueContainer().decode([Tree].self) {
      self = .list(list)
    } else {
      let map = try decoder.singleValueContainer().decode([String: Tree].self)
      self = .map(Dictionary(uniqueKeysWithValues: map.map { (Array($0.key.utf8), $0.value) }))
    }
  }

  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): self = .text(Array(text.utf8))
    case .sequence(let items): self = .list(items.map(Tree.init))
    case .mapping(let entries):
      self = .map(Dictionary(entries.map { (Array($0.key.utf8), Tree($0.value)) }) { first, _ in first })
    }
  }

  /// As JSON on one line, keys sorted.
  var description: String {
    func quoted(_ bytes: [UInt8]) -> String {
      var result = "\""
      for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        default: result += scalar.value < 0x20 ? "\\u{\(scalar.value)}" : String(scalar)
        }
      }
      return result + "\""
    }
    switch self {
    case .text(let bytes): return quoted(bytes)
    case .list(let items): return "[" + items.map(\.description).joined(separator: ",") + "]"
    case .map(let entries):
      let sorted = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      return "{" + sorted.map { "\(quoted($0.key)):\($0.value)" }.joined(separator: ",") + "}"
    }
  }
}
