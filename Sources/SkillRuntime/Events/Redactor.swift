import SkillIR

/// Takes secrets out of what is written down.
///
/// A secret is the value of an environment variable whose name says so. Steps do not get these, but a value may come
/// along in an argument, or in a message of a server. The path of a file with a secret is none.
struct Redactor: Sendable {
  private static let words = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"]
  /// What is shorter is no secret, and would be found everywhere.
  private static let minimumLength = 8

  private struct Secret {
    /// The value as it stands in JSON, without its quotes.
    var text: [UInt8]
    var replacement: [UInt8]
  }

  private var secrets: [Secret]

  init(environment: [String: String]) {
    secrets = environment.compactMap { name, value in
      guard value.utf8.count >= Self.minimumLength, !value.hasPrefix("/"), Self.isSecret(name) else { return nil }
      let text = JSONWriter.bytes(of: .string(value)).dropFirst().dropLast()
      return Secret(text: Array(text), replacement: Array("[\(name)]".utf8))
    }
    // Of two secrets of which one holds the other, the longer goes first.
    .sorted { $0.text.count > $1.text.count }
  }

  private static func isSecret(_ name: String) -> Bool {
    let upper = name.uppercased()
    return words.contains { upper.contains($0) }
  }

  /// A line of JSON with names in place of secrets.
  func redacted(_ line: [UInt8]) -> [UInt8] {
    secrets.reduce(line) { line, secret in
      guard var found = Self.position(of: secret.text, in: line, from: 0) else { return line }
      var result: [UInt8] = []
      var start = 0
      while true {
        result += line[start..<found] + secret.replacement
        start = found + secret.text.count
        guard let next = Self.position(of: secret.text, in: line, from: start) else { return result + line[start...] }
        found = next
      }
    }
  }

  private static func position(of text: [UInt8], in line: [UInt8], from start: Int) -> Int? {
    guard let first = text.first, line.count >= text.count else { return nil }
    var index = start
    while index <= line.count - text.count, let candidate = line[index...].firstIndex(of: first) {
      guard candidate <= line.count - text.count else { return nil }
      if line[candidate..<candidate + text.count].elementsEqual(text) { return candidate }
      index = candidate + 1
    }
    return nil
  }
}
