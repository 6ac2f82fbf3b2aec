internal import SkillFormat
internal import SkillIR

extension ShellInterfaceReader {
  /// Whether a `case` picks what the script does by its first argument.
  func dispatches(_ match: ShellMatch) -> Bool {
    guard subcommandDepth == 0, subjectPosition(match.subject) == 1, !facts.isConsumed else { return false }
    return !words(of: match).isEmpty
  }

  /// The words that a `case` knows, with their arms. Empty where one of them is no plain word.
  private func words(of match: ShellMatch) -> [(word: String, arm: ShellMatch.Arm)] {
    var words: [(String, ShellMatch.Arm)] = []
    for arm in match.arms {
      let literals = arm.patterns.compactMap(\.literal)
      guard literals.count == arm.patterns.count else { return [] }
      if literals.allSatisfy({ $0 == "" || $0 == "*" || $0 == "-*" || SynopsisReader.isHelp([$0]) }) { continue }
      let plain = literals.filter(isWord)
      guard plain.count == literals.filter({ !$0.hasPrefix("-") && $0 != "" }).count, let first = plain.first else {
        return []
      }
      words.append((first, arm))
    }
    return words
  }

  private func isWord(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isAlphanumeric, text.utf8.count <= 40 else { return false }
    return text.utf8.allSatisfy { $0.isNamePart || $0 == 0x2D || $0 == UInt8(ascii: ":") }
  }

  /// Follows each arm by itself, and then what stands behind the `case`.
  mutating func followSubcommands(_ match: ShellMatch, then rest: [ShellStatement]) {
    let words = words(of: match)
    guard words.count <= 64 else { return fail("there are too many sub-commands", match.range) }
    var before = facts
    let outer = before.positionals.filter { $0.key > 1 }
    // The arguments of the sub-commands are those that their own arms use.
    before.positionals = [:]
    before.rest = nil
    before.usedVariables = []
    before.hasOptionLoop = false
    var found: [Subcommand] = []
    for (word, arm) in words {
      facts = before
      subcommandDepth += 1
      follow(arm.body, isConditional: false)
      follow(rest, isConditional: false)
      subcommandDepth -= 1
      if facts.failure == nil {
        for (index, positional) in outer.sorted(by: { $0.key < $1.key }) {
          let names = facts.aliases.filter { $0.value == index }.map(\.key)
          let isUsed = facts.positionals[index] != nil || names.contains { facts.usedVariables.contains($0) }
          guard isUsed else { continue }
          facts.positionals[index] = merged(positional, facts.positionals[index], isUsed: isUsed)
        }
      }
      found.append(Subcommand(name: word, facts: facts, line: line(arm.range)))
    }
    facts = before
    facts.hasEnded = true
    subcommands = found
  }

  private func merged(_ outer: Positional, _ inner: Positional?, isUsed: Bool) -> Positional {
    var result = outer
    guard let inner else {
      result.isUsed = outer.isUsed && isUsed
      return result
    }
    result.isChecked = outer.isChecked || inner.isChecked
    result.isTested = outer.isTested || inner.isTested
    result.isUsed = outer.isUsed || inner.isUsed
    return result
  }

  /// A `case` on an argument that is not the choice of a sub-command.
  mutating func followMatchOnArgument(_ match: ShellMatch) {
    var handlesOption = false
    for arm in match.arms {
      let literals = arm.patterns.map { $0.literal ?? "$" }
      let flags = literals.filter { $0.hasPrefix("-") && !SynopsisReader.isHelp([$0]) && $0 != "-*" && $0 != "--" }
      if !flags.isEmpty, !exits(arm.body) { handlesOption = true }
    }
    if handlesOption { return fail("options are looked for in one place only", match.range) }
    let hasOnlyHelp = match.arms.allSatisfy { arm in
      arm.patterns.allSatisfy { ($0.literal ?? "$").hasPrefix("-") || $0.literal == "help" }
    }
    if !hasOnlyHelp { use([match.subject], isConditional: true) }
    for arm in match.arms { followBranch(arm.body) }
  }
}
