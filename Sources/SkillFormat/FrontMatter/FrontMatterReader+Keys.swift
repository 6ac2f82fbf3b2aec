import SkillIR

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
    "version", "when", "when_to_use", "website",
  ]

  /// How many keys of a kind are named; the rest are only counted.
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
      report(
        .warning,
        "extension-key",
        "the specification has no key\(extensions.count > 1 ? "s" : "") \(names)\(more); kept, but other agents look for "
          + "such values under 'metadata'",
        at: first.keyRange
      )
    }
    let absent = Self.specified.filter { name in !entries.contains { $0.key == name } }
    var warnings = DiagnosticTally(limit: Self.maximumReports)
    for entry in unknown {
      warnings.add(.warning, "unknown-key", Self.unknown(entry.key, absent: absent), in: source, at: entry.keyRange)
    }
    warnings.report(to: &diagnostics)
  }

  private static func unknown(_ key: String, absent: [String]) -> String {
    let hint = NearestSpelling.hint(for: key, among: absent)
    return "unknown key '\(key.shortened())'\(hint.isEmpty ? "; it is kept, but nothing reads it" : hint)"
  }
}
