import Foundation
import SkillFormat

/// The skills that tests read, where they are present.
enum ShellCorpus {
  /// The corpus lies beside the package, or beside the folder that holds it.
  static let root: URL = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let places = [package.deletingLastPathComponent(), package.deletingLastPathComponent().deletingLastPathComponent()]
      .map { $0.appending(path: "shared/corpus") }
    return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
  }()

  /// Where the archive of registry skills is unpacked.
  static let skills = URL(filePath: "/tmp/corpus/clawhub-dev")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: root.appending(path: "oracle").path) }
  static var hasSkills: Bool { isPresent && FileManager.default.fileExists(atPath: skills.path) }

  /// The records of an oracle file.
  static func records(_ name: String) throws -> [[String: Any]] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", root.appending(path: "oracle/\(name).jsonl.gz").path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try data.split(separator: 0x0A).map {
      try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:]
    }
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }
}

/// The fences of a document, found line by line as the oracle gives their places.
struct ShellFenceReader {
  var lines: [Substring]

  init(_ text: String) {
    lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
  }

  /// The content between the fence on a line, counted from 1, and its end, with the fence's indentation taken off.
  func content(ofFenceAt line: Int) -> String? {
    guard line >= 1, line <= lines.count else { return nil }
    let opening = lines[line - 1]
    guard let start = opening.firstIndex(where: { $0 == "`" || $0 == "~" }) else { return nil }
    let mark = opening[start]
    let length = opening[start...].prefix { $0 == mark }.count
    let indentation = opening.distance(from: opening.startIndex, to: start)
    var content = ""
    for text in lines[line...] {
      let trimmed = text.drop { $0 == " " || $0 == ">" }
      let run = trimmed.prefix { $0 == mark }.count
      if run >= length, trimmed.dropFirst(run).allSatisfy({ $0 == " " || $0 == "\t" }) { break }
      var rest = text
      var left = indentation
      while left > 0, let first = rest.first, first == " " || first == ">" {
        rest = rest.dropFirst()
        left -= 1
      }
      content += rest + "\n"
    }
    return content
  }
}
