// Keys beyond those of the specification.
extension FrontMatterReader {
  private static let specified = ["name", "description", "license", "compatibility", "metadata", "allowed-tools"]

  /// Keys that registries and agents have added, and that mean something to them.
  private static let extensions: Set<String> = [
    "agent", "api_base", "argument-hint", "arguments", "author", "authors", "auto_invoke", "category", "context",
    "created", "dependencies", "disable-model-invocation", "disallowed-tools", "displayName", "display-name", "effort",
    "emoji", "env", "examples", "globs", "homepage", "hooks", "icon", "inputs", "invocable", "keywords", "language",
    "library", "mcp", "model", "models", "outputs", "output-format", "package", "paths", "permissions", "platforms",
    "priority", "provides", "read_when", "repository", "requirements", "requires", "role", "scope", "shell", "slug",
    "source", "subcategory", "tags", "title", "tools", "triggers", "type", "updated", "url", "user-invocable",
    "version",
    "when", "when_to_use", "website",
  ]

  /// How many unknown keys are named; the rest are only counted.
  private static let maximumReports = 10

  static func isKnown(_ key: String) -> Bool { specified.contains(key) || extensions.contains(key) }

  /// Warns of each unknown key, and once of all that are known extensions.
  mutating func checkUnknownKeys() {
    var extensions: [YAMLNode.Entry] = []
    var unknown: [YAMLNode.Entry] = []
    for entry in entries where !Self.specified.contains(entry.key) {
      if Self.extensions.contains(entry.key) { extensions.append(entry) } else { unknown.append(entry) }
    }
    if let first = extensions.first {
      let names = extensions.prefix(Self.maximumReports).map { "'\($0.key)'" }.joined(separator: ", ")
      let more = extensions.count > Self.maximumReports ? ", …" : ""
      warn(
        "extension-key",
        "the specification has no key\(extensions.count > 1 ? "s" : "") \(names)\(more); kept, but other agents look for such values under 'metadata'",
        at: first.keyRange
      )
    }
    for entry in unknown.prefix(Self.maximumReports) {
      let near = entry.key.nearestSpelling(
        among: Self.specified.filter { name in !entries.contains { $0.key == name } }
      )
      let hint = near.map { "; did you mean '\($0)'?" } ?? "; it is kept, but nothing reads it"
      warn("unknown-key", "unknown key '\(entry.key.shortened)'\(hint)", at: entry.keyRange)
    }
    if unknown.count > Self.maximumReports {
      let next = unknown[Self.maximumReports]
      warn("unknown-key", "\(unknown.count - Self.maximumReports) more unknown keys follow", at: next.keyRange)
    }
  }
}

extension String {
  /// The candidate that differs from the text by at most two letters, letter case, `_` and `-` not counted.
  func nearestSpelling(among candidates: [String]) -> String? {
    guard utf8.count <= 40 else { return nil }
    let own = foldedKey
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let other = candidate.foldedKey
      let distance = Self.editDistance(own, other)
      guard distance <= min(2, other.count / 3), distance < best?.distance ?? Int.max else { continue }
      best = (candidate, distance)
    }
    return best?.candidate
  }

  private var foldedKey: [UInt8] {
    utf8.compactMap { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      case .hyphen, .underscore, .space: nil
      default: byte
      }
    }
  }

  /// How many letters must be added, dropped, changed or swapped with the next to make one text of the other.
  private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return Swift.max(a.count, b.count) }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i]
      row.reserveCapacity(b.count + 1)
      for j in 1...b.count {
        let change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var best = Swift.min(change, last[j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = Swift.min(best, beforeLast[j - 2] + 1) }
        row.append(best)
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
