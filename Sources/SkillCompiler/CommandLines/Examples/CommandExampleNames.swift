/// Gives each command of a skill a name of its own.
///
/// A command with sub-commands is called by them (`gh issue view`); one without by the comment above it or the heading
/// it stands under. Where that is taken, its options tell it apart, then a number.
struct CommandExampleNames {
  private var taken: Set<String> = []

  /// Programs whose name says nothing of what is asked of them.
  private static let generic: Set<String> = ["curl", "wget", "http", "https", "httpie", "xh", "grpcurl", "mcporter"]

  /// Headings that say nothing either.
  private static let empty: Set<String> = [
    "usage", "example", "examples", "quick start", "quickstart", "commands", "command", "basic usage",
    "getting started",
    "overview", "cli", "reference", "workflow", "api", "how to use", "tips", "notes", "common commands",
    "core commands",
    "quick reference", "usage examples", "advanced usage", "basic", "advanced", "options", "cli usage", "instructions",
    "api reference", "endpoints", "quick commands", "common operations", "steps", "tools", "features",
  ]

  mutating func name(for example: CommandExample, heading: String, comment: String) -> String {
    let base = example.base.joined(separator: " ")
    let section = CommandExampleNames.phrase(heading)
    let remark = CommandExampleNames.phrase(comment)
    let isGeneric = example.base.first.map { CommandExampleNames.generic.contains($0) } ?? true
    var candidates: [String] = []
    // A command with values of its own is one use of several.
    if !remark.isEmpty, example.hasConstants { candidates.append(remark) }
    if !isGeneric, example.base.count > 1 { candidates.append(base) }
    if !remark.isEmpty { candidates.append(remark) }
    if !section.isEmpty { candidates.append(section) }
    if !isGeneric, example.base.count == 1 {
      candidates.insert(base, at: section.isEmpty || candidates.isEmpty ? 0 : candidates.count)
    }
    if !isGeneric, !example.placeholderOptions.isEmpty {
      candidates.append(base + " " + example.placeholderOptions.joined(separator: " "))
    }
    if let resource = example.resource { candidates.append(base + " " + resource) }
    let first = candidates.first ?? (base.isEmpty ? "command" : base)
    candidates.append(first)
    if let name = example.placeholders.first(where: { !$0.hasPrefix("YOUR") }) {
      candidates.append(first + " by " + name)
    }
    if let name = candidates.first(where: { taken.insert(key($0)).inserted }) { return name }
    var number = 2
    while !taken.insert(key("\(first) \(number)")).inserted { number += 1 }
    return "\(first) \(number)"
  }

  /// What two names must differ in, so that they stay apart as identifiers.
  private func key(_ name: String) -> String {
    String(name.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// A short phrase out of a heading or comment; empty where it is long or says nothing.
  static func phrase(_ text: String) -> String {
    var text = text[...]
    // `1. `, `Step 2: ` and what stands behind a colon, a dash or in parentheses say more than a name can hold.
    while let first = text.first, !first.isLetter { text = text.dropFirst() }
    if text.lowercased().hasPrefix("step "), let colon = text.firstIndex(where: { $0 == ":" || $0 == "." || $0 == "-" })
    {
      text = text[text.index(after: colon)...]
    }
    var before: Character?
    if let end = text.firstIndex(where: { character in
      defer { before = character }
      return character == ":" || before == " " && (character == "(" || character == "-" || character == "—")
    }) {
      text = text[..<end]
    }
    let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "’" && $0 != "-" }
      .map { $0.filter { $0 != "'" && $0 != "’" } }.filter { $0.contains { $0.isLetter || $0.isNumber } }
    let phrase = words.joined(separator: " ")
    guard words.count <= 7, phrase.utf8.count <= 60, !empty.contains(phrase.lowercased()) else { return "" }
    return phrase
  }
}
