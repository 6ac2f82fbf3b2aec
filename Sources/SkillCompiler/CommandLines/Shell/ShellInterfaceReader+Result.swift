internal import SkillFormat
internal import SkillIR

extension ShellInterfaceReader {
  /// The commands of the script; nil where a call could not be written for certain.
  mutating func commands() -> [CommandLineInterface.Command]? {
    guard script.statements.contains(where: ShellInterfaceReader.doesSomething) else {
      notes.append(.unreadable("the script only defines functions and variables"))
      return nil
    }
    follow(script.statements, isConditional: false)
    let usage = usage()
    if !subcommands.isEmpty { return commandsOfSubcommands() }
    if facts.failure == nil, let arguments = arguments(facts, usage: usage?.arguments, skipped: 0) {
      return [command(arguments)]
    }
    if let usage, usage.isWhole {
      // The script is hard to follow, but it says how it is called.
      return [command(usage.arguments)]
    }
    notes.append(facts.failure ?? .unreadable("an argument has no name"))
    return nil
  }

  private func command(_ arguments: [CommandLineInterface.Argument]) -> CommandLineInterface.Command {
    CommandLineInterface.Command(path: [], help: help, arguments: arguments, line: 1)
  }

  private mutating func commandsOfSubcommands() -> [CommandLineInterface.Command]? {
    guard let options = arguments(facts, usage: nil, skipped: 100) else { return nil }
    var commands = [
      CommandLineInterface.Command(path: [], help: help, arguments: options, requiresSubcommand: true, line: 1)
    ]
    for subcommand in subcommands {
      var facts = subcommand.facts
      facts.options.removeFirst(min(self.facts.options.count, facts.options.count))
      guard facts.failure == nil, let arguments = arguments(facts, usage: nil, skipped: 1) else {
        let message = "the arguments of sub-command '\(subcommand.name)' cannot be read"
        notes.append(.unreadable(message).at(source.range(ofLine: subcommand.line)))
        continue
      }
      commands.append(
        CommandLineInterface.Command(
          path: [subcommand.name],
          help: "",
          arguments: arguments,
          line: subcommand.line
        )
      )
    }
    return commands.count > 1 ? commands : nil
  }

  /// Whether a statement is more than a definition.
  private static func doesSomething(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .function: false
    case .command(let command):
      switch command.name {
      case nil: !command.words.isEmpty
      case "set", "shopt", "export", "declare", "readonly", "local", "typeset", "source", ".", "umask", "trap", "unset":
        false
      default: true
      }
    default: true
    }
  }

  /// What the script's first comment says.
  private var help: String {
    for text in headerLines {
      let line = text.trimmingCommandSpace
      if line.isEmpty { continue }
      if line.offset(of: "usage", ignoringCase: true) == 0 || line.hasPrefix("shellcheck") { break }
      if line.allSatisfy({ "=-*#_ ".contains($0) }) { continue }
      if isSynopsis(line) { continue }
      if let title = line.offset(of: ".sh - ") { return line.utf8.dropFirst(title + 6).commandText }
      return line
    }
    return ""
  }
}

// MARK: - Usage

extension ShellInterfaceReader {
  struct Usage {
    var arguments: [CommandLineInterface.Argument]
    /// Whether the usage line names every option there is.
    var isWhole: Bool
  }

  /// The comment lines at the head of the file, without their marks.
  private var headerLines: [String] {
    var lines: [String] = []
    for number in 1...max(1, min(source.lineCount, 80)) {
      let text = source[source.range(ofLine: number)]
      if number == 1, text.hasPrefix("#!") { continue }
      guard text.hasPrefix("#") else {
        if text.isEmpty, lines.isEmpty { continue }
        break
      }
      lines.append(String(text.drop { $0 == "#" }))
    }
    return lines
  }

  private var fileName: Substring { source.path.split(separator: "/").last ?? "" }

  /// Whether a comment line is the script's name with its arguments.
  private func isSynopsis(_ line: String) -> Bool {
    guard let word = line.split(separator: " ").first, !fileName.isEmpty else { return false }
    guard word == fileName || word == "./" + fileName else { return false }
    // `name.sh - what it does` is a title.
    let second = line.split(separator: " ").dropFirst().first
    return second.map { !["-", "--", "—", "–", ":"].contains($0) } ?? false
  }

  /// The arguments of the usage text, from the first comment, a heredoc or an `echo`.
  private func usage() -> Usage? {
    var texts: [(text: String, line: Int)] = [(headerLines.map { "#" + $0 }.joined(separator: "\n"), 2)]
    for heredoc in script.heredocs { texts.append((heredoc.spelling, line(heredoc.range))) }
    for text in messages() { texts.append(text) }
    for (text, line) in texts {
      if let arguments = UsageText.arguments(in: text, line: line) {
        return Usage(arguments: arguments, isWhole: !text.holds("[options]", ignoringCase: true))
      }
    }
    for line in headerLines.map(\.trimmingCommandSpace) where isSynopsis(line) {
      if let arguments = UsageText.arguments(ofSynopsisLine: line, line: 1) {
        return Usage(arguments: arguments, isWhole: true)
      }
    }
    return nil
  }

  /// What `echo` and `printf` say, where it begins with `usage`.
  private func messages() -> [(text: String, line: Int)] {
    var texts: [(String, Int)] = []
    // Not the whole reader, which a walk would copy at each step.
    let source = source
    script.walk { node in
      guard case .statement(.command(let command)) = node, command.name == "echo" || command.name == "printf" else {
        return true
      }
      let text = command.words.dropFirst().map(\.spelling).joined(separator: " ")
      if text.holds("usage", ignoringCase: true) {
        texts.append((text.replacing("\\n", with: "\n"), source.line(at: command.range.start)))
      }
      return true
    }
    return texts
  }
}

// MARK: - Arguments

extension ShellInterfaceReader {
  /// The arguments that facts come to, without the first positionals, which are words of a sub-command; nil where one
  /// has no name.
  private func arguments(
    _ facts: Facts,
    usage: [CommandLineInterface.Argument]?,
    skipped: Int
  ) -> [CommandLineInterface.Argument]? {
    var result = options(facts, usage: usage)
    guard skipped < 100 else { return result }
    guard let positionals = positionals(facts, usage: usage, skipped: skipped) else { return nil }
    // A script that hands all arguments on has the options its usage names.
    if facts.rest?.start == 1, facts.options.isEmpty, facts.positionals.isEmpty, !facts.hasOptionLoop, let usage,
      usage.contains(where: { !$0.isPositional })
    {
      return usage
    }
    result += positionals
    return uniquelyNamed(result)
  }

  private func options(_ facts: Facts, usage: [CommandLineInterface.Argument]?) -> [CommandLineInterface.Argument] {
    facts.options.map { option in
      let longest = SynopsisReader.optionName(option.flags) ?? ""
      let described = usage?.first { !Set($0.flags).isDisjoint(with: option.flags) }
      let shared = facts.options.filter { $0.variable == option.variable }.count > 1
      let takesValue = option.action == .store || option.action == .append
      let isRequired =
        takesValue && option.defaultValue == nil
        && option.variable.map { facts.requiredVariables.contains($0) } == true
      return CommandLineInterface.Argument(
        name: shared ? longest : option.variable ?? longest,
        flags: option.flags,
        action: option.action,
        isRequired: isRequired,
        defaultValue: takesValue ? option.defaultValue : nil,
        choices: takesValue ? described?.choices : nil,
        help: described?.help ?? "",
        line: option.line
      )
    }
  }

  private func positionals(
    _ facts: Facts,
    usage: [CommandLineInterface.Argument]?,
    skipped: Int
  ) -> [CommandLineInterface.Argument]? {
    let described = usage?.filter(\.isPositional) ?? []
    let known = facts.positionals.filter { $0.key > skipped }
    var last = known.keys.max() ?? skipped
    var rest = facts.rest ?? (known.isEmpty ? facts.gathered : nil)
    if let maximum = facts.maximumCount, rest != nil, maximum > skipped, maximum <= max(last, facts.requiredCount) {
      rest = nil
      last = maximum
    }
    if let start = rest?.start, start <= last {
      // `"$@"` is used as well as its parts; the parts are named, and what else comes is the rest.
      if !known.isEmpty, described.count == last - skipped, !described.contains(where: \.arity.isMany) { rest = nil }
    }
    var requiredCount = facts.requiredCount
    for (index, positional) in known {
      if positional.isChecked || requiresByUse(positional, at: index - skipped - 1, described) {
        requiredCount = max(requiredCount, index)
      }
    }
    if rest == nil, requiredCount > last { last = requiredCount }
    let count = last - skipped + (rest == nil ? 0 : 1)
    let matches = described.count == count ? described : []
    if rest != nil, known.isEmpty, facts.requiredCount <= skipped + described.count, !described.isEmpty,
      described.count > 1 || described[0].arity.isMany == false
    {
      return described
    }
    var result: [CommandLineInterface.Argument] = []
    var index = skipped + 1
    while index <= last {
      let text = index - skipped - 1 < matches.count ? matches[index - skipped - 1] : nil
      let positional = known[index]
      // A place that neither the source nor the usage text knows of is not guessed.
      guard positional != nil || text != nil else { return nil }
      let name = positional?.name ?? text?.name ?? (count == 1 ? "argument" : "argument\(index - skipped)")
      let isRequired = index <= requiredCount
      result.append(
        CommandLineInterface.Argument(
          name: name,
          arity: isRequired ? .one : .optional,
          isRequired: isRequired,
          defaultValue: isRequired ? nil : positional?.defaultValue,
          choices: text?.choices,
          help: positional.map(\.help).flatMap { $0.isEmpty ? nil : $0 } ?? text?.help ?? "",
          line: positional?.line ?? text?.line ?? 1
        )
      )
      index += 1
    }
    if let rest {
      let text = matches.last
      let isRequired = requiredCount > last
      // What must come before the rest must be there as well.
      result.append(
        CommandLineInterface.Argument(
          name: text?.name ?? rest.name ?? "arguments",
          arity: isRequired ? .oneOrMore : .zeroOrMore,
          isRequired: isRequired,
          help: text?.help ?? "",
          line: rest.line
        )
      )
    }
    return result
  }

  /// Whether an argument that the script uses without asking for it must be given.
  private func requiresByUse(
    _ positional: Positional,
    at index: Int,
    _ described: [CommandLineInterface.Argument]
  ) -> Bool {
    guard !positional.hasDefault else { return false }
    let text = index >= 0 && index < described.count ? described[index] : nil
    if positional.isUsed, !positional.isTested { return text?.isRequired ?? true }
    return text?.isRequired ?? false
  }

  /// Gives arguments of one name the names of their flags.
  private func uniquelyNamed(_ arguments: [CommandLineInterface.Argument]) -> [CommandLineInterface.Argument]? {
    var result = arguments
    var seen: Set<String> = []
    for index in result.indices {
      if !seen.insert(result[index].name).inserted {
        guard let name = SynopsisReader.optionName(result[index].flags), seen.insert(name).inserted else { return nil }
        result[index].name = name
      }
    }
    return result
  }
}
