package import Foundation
package import SkillIR
import Synchronization

/// The corpus of public skills beside the checkout, where there is one. Its files are parsed and never run.
package enum Corpus {
  /// `../shared/corpus`, seen from the package; nil where there is none.
  package static let root: URL? = {
    // Tests/TestSupport/Corpus.swift → the package.
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // The second place serves checkouts one folder deeper.
    return ["../shared/corpus", "../../shared/corpus"].map { package.appending(path: $0).standardizedFileURL }
      .first { FileManager.default.fileExists(atPath: $0.appending(path: "README.md").path) }
  }()

  package static var isThere: Bool { root != nil }

  /// A file or folder of the corpus.
  package static func url(_ path: String) throws -> URL {
    guard let root else { throw Absent() }
    return root.appending(path: path)
  }

  package struct Absent: Error {}

  package static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url(path)))
  }

  package static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  /// The records of an oracle file, such as `standins-argparse`.
  package static func oracle(_ name: String) throws -> [JSONValue] {
    try oracleLines(name).map { try JSONValue(parsing: String($0)) }
  }

  /// The records of an oracle file as they are written: one JSON value a line.
  package static func oracleLines(_ name: String) throws -> [Substring] {
    let file = try url("oracle/\(name).jsonl.gz")
    return try ChildProgram.run("gzip", ["-dc", file.path]).output.split(separator: "\n")
  }

  /// What a good compiler does with each hostile input of a kind (`folders`, `bundles`), by name: `accept`, `diagnose`,
  /// `reject` or `either`.
  package static func hostileExpectations(_ kind: String) throws -> [(name: String, end: String)] {
    struct Row: Decodable { var expect: String }
    let table = try JSONDecoder().decode([String: Row].self, from: Data(bytes("hostile/expected.json")))
    return table.compactMap { key, row in
      key.hasPrefix(kind + "/") ? (String(key.dropFirst(kind.count + 1)), row.expect) : nil
    }.sorted { $0.name < $1.name }
  }

  /// The paths of the folders of skills in an archive, by name.
  package static func skills(in archive: String) throws -> [String] {
    let folder = try unpack(archive)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      folder.appending(path: $0).path
    }
  }

  private static let unpacked = Mutex<[String: URL]>([:])

  /// An archive of the corpus, unpacked once a test process into a temporary folder.
  ///
  /// The name is that without `.tar.gz`, which is also the name of the folder in it.
  package static func unpack(_ archive: String) throws -> URL {
    let file = try url("\(archive).tar.gz")
    return try unpacked.withLock { unpacked in
      if let folder = unpacked[archive] { return folder }
      let folder = FileManager.default.temporaryDirectory.appending(path: "skvm-corpus-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let status = try ChildProgram.run("tar", ["xzf", file.path, "-C", folder.path]).status
      guard status == 0 else { throw Absent() }
      let content = folder.appending(path: archive)
      unpacked[archive] = content
      return content
    }
  }
}
