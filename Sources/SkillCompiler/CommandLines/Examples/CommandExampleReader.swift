internal import SkillFormat
internal import SkillIR

/// Turns simple commands into examples, or leaves them out.
struct CommandExampleReader {
  let environment: EnvironmentNames
  /// The paths of the files that travel with the skill.
  let files: Set<String>
  let folderName: String
  /// The scripts that are called in a better way.
  let scripts: Set<String>

  func read(_ command: ShellCommand) -> CommandExample? {
    guard command.assignments.isEmpty, command.redirects.isEmpty, command.words.count > 1, command.words.count <= 60
    else { return nil }
    // Most commands hold nothing that could be a placeholder; this look at their bytes is quick.
    guard command.words.contains(where: CommandExampleReader.mayHoldPlaceholder) else { return nil }
    var words: [Template] = []
    var uses: [(name: String, isWhole: Bool)] = []
    for word in command.words {
      guard let template = template(word, &uses) else { return nil }
      let isHeader = words.last?.literal.map(CommandProgram.takesHeader) ?? false
      guard isHeader || template.hasReference || !CommandExampleReader.isSample(word) else { return nil }
      words.append(template)
    }
    guard !uses.isEmpty else { return nil }
    // A generic word for two values is not a name for either.
    let whole = uses.filter(\.isWhole).map(\.name)
    guard Set(whole).count == whole.count else { return nil }
    guard CommandProgram.isCallable(words, files: files, scripts: scripts) else { return nil }
    var placeholders: [String] = []
    for use in uses where !placeholders.contains(use.name) { placeholders.append(use.name) }
    guard placeholders.count <= 20 else { return nil }
    return CommandExample(
      words: words,
      placeholders: placeholders,
      base: CommandProgram.base(of: words, files: files),
      placeholderOptions: options(of: words)
    )
  }

  private static func mayHoldPlaceholder(_ word: ShellWord) -> Bool {
    word.parts.contains { part in
      guard case .text(let text, _) = part else { return true }
      return text.utf8.contains { "<{_YyU".utf8.contains($0) }
    }
  }

  /// Whether a word without placeholders is a value that the example made up: what is quoted and no address.
  private static func isSample(_ word: ShellWord) -> Bool {
    let isQuoted = word.parts.contains { if case .text(_, true) = $0 { true } else { false } }
    guard isQuoted, let text = word.literal else { return false }
    return !text.holds("://")
  }

  /// The options that stand before or around a placeholder.
  private func options(of words: [Template]) -> [String] {
    var options: [String] = []
    for (index, word) in words.enumerated() where word.hasReference {
      if case .text(let text)? = word.segments.first, text.hasPrefix("-") {
        options.append(String(text.drop { $0 == "-" }.prefix { $0 != "=" && $0 != ":" && $0 != " " }))
      } else if index > 0, let before = words[index - 1].literal, before.hasPrefix("-") {
        options.append(String(before.drop { $0 == "-" }))
      }
    }
    return options
  }
}

// MARK: - Words

extension CommandExampleReader {
  /// The word as one argument; nil where a shell would make something else of it, or where it is not certain.
  private func template(_ word: ShellWord, _ uses: inout [(name: String, isWhole: Bool)]) -> Template? {
    if let path = bundledPath(word) { return Template(segments: [.text(path)]) }
    var segments: [Template.Segment] = []
    for (index, part) in word.parts.enumerated() {
      switch part {
      case .text(let text, let isQuoted):
        if !isQuoted, !CommandExampleReader.isPlain(text, isFirst: index == 0) { return nil }
        guard let pieces = PlaceholderScanner.segments(of: text) else { return nil }
        segments += pieces.flatMap { piece in
          if case .text(let text) = piece { PlaceholderScanner.addressSegments(of: text) } else { [piece] }
        }
      case .parameter(let parameter, _):
        guard parameter.isPlain, environment.isPlaceholder(parameter.name) else { return nil }
        segments.append(.reference(Reference(name: parameter.name)))
      case .placeholder(let name):
        guard PlaceholderScanner.isName(name) else { return nil }
        segments.append(.reference(Reference(name: name)))
      case .command, .process, .arithmetic: return nil
      }
    }
    let template = Template(segments: CommandExampleReader.joined(segments))
    guard CommandExampleReader.isCertain(template) else { return nil }
    let isWhole = template.isWholeReference
    for case .reference(let reference) in template.segments {
      guard !CommandProgram.standsForMore(reference.name) else { return nil }
      uses.append((reference.name, isWhole))
    }
    return template
  }

  private static func joined(_ segments: [Template.Segment]) -> [Template.Segment] {
    var result: [Template.Segment] = []
    for segment in segments {
      if case .text(let text) = segment, case .text(let before)? = result.last {
        result[result.count - 1] = .text(before + text)
      } else if segment != .text("") {
        result.append(segment)
      }
    }
    return result.isEmpty ? [.text("")] : result
  }

  /// Whether the shell takes unquoted text as it is.
  private static func isPlain(_ text: String, isFirst: Bool) -> Bool {
    if isFirst, text.hasPrefix("~") { return false }
    let bytes = Array(text.utf8)
    let isAddress = text.holds("://")
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "["), UInt8(ascii: "]"): return false
      case UInt8(ascii: "?"): if !isAddress { return false }
      case UInt8(ascii: "{"):
        // `{a,b}` and `{1..3}` are several words.
        guard let close = bytes[index...].firstIndex(of: UInt8(ascii: "}")) else { return false }
        let inner = bytes[index..<close]
        if inner.contains(UInt8(ascii: ",")) || inner.commandText.holds("..") { return false }
      default: break
      }
    }
    return true
  }

  /// Whether what surrounds the placeholders is neither code nor data with quotes of its own, and what is left holds
  /// no placeholder of a kind that is not read.
  private static func isCertain(_ template: Template) -> Bool {
    let isMixed = template.hasReference && !template.isWholeReference
    for case .text(let text) in template.segments {
      if isMixed, text.utf8.contains(where: { "\"'{}()`$;|\\<>\n".utf8.contains($0) }) { return false }
      if PlaceholderScanner.mayStandForMore(text) { return false }
    }
    return true
  }

  /// The path of a bundled file, where the word is one: `{baseDir}/scripts/a.py`, `skills/name/scripts/a.py`,
  /// `./scripts/a.py`.
  private func bundledPath(_ word: ShellWord) -> String? {
    guard !files.isEmpty else { return nil }
    var text = word.spelling
    guard text.utf8.count < 300 else { return nil }
    if text.hasPrefix("./") { text = String(text.dropFirst(2)) }
    guard text.utf8.contains(UInt8(ascii: "/")) || files.contains(text) else { return nil }
    if files.contains(text) { return text }
    if let slash = text.firstIndex(of: "/") {
      let first = text[..<slash].filter { $0.isLetter }.lowercased()
      let rest = String(text[text.index(after: slash)...])
      if CommandProgram.skillFolders.contains(first), files.contains(rest) { return rest }
    }
    // `…/name/scripts/a.py`: what stands behind the skill's own folder.
    let parts = text.split(separator: "/")
    guard let own = parts.firstIndex(where: { $0 == folderName }) else { return nil }
    let rest = parts[(own + 1)...].joined(separator: "/")
    return files.contains(rest) ? rest : nil
  }
}

extension Template {
  var hasReference: Bool { segments.contains { if case .reference = $0 { true } else { false } } }

  var isWholeReference: Bool {
    if segments.count == 1, case .reference = segments[0] { true } else { false }
  }

  /// The text of a template without references.
  var literal: String? {
    if segments.count == 1, case .text(let text) = segments[0] { text } else { nil }
  }
}
