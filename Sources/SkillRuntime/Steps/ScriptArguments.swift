import SkillIR

/// Writes the command line of a bundled script.
struct ScriptArguments {
  let invocation: ScriptInvocation
  let parameters: [Parameter]
  let arguments: JSONObject
  /// The script's text, which shows what reads its command line.
  let script: [UInt8]

  /// Modules that take `--` for the end of options.
  private static let parsers = [
    "argparse", "click", "typer", "optparse", "docopt", "getopt", "commander", "parseArgs", "yargs", "minimist",
  ]

  private var hasParser: Bool {
    let text = String(decoding: script, as: UTF8.self)
    return Self.parsers.contains { text.contains($0) }
  }

  /// What is written at one depth of sub-commands.
  private struct Part {
    /// Options that take as many words as follow, and so have to stand before others.
    var greedy: [String] = []
    var options: [String] = []
    var positionals: [String] = []
  }

  /// The arguments, each value in an element of its own or joined to its option.
  func words() throws(SkillError) -> [String] {
    var parts = [Part](repeating: Part(), count: invocation.command.count + 1)
    var missing: String?
    for (parameter, option) in zip(parameters, invocation.options) {
      let depth = min(max(option.commandDepth, 0), invocation.command.count)
      guard let value = arguments[parameter.name], value != .null else {
        if option.form == .positional { missing = missing ?? parameter.name }
        continue
      }
      if option.form == .positional, let missing {
        throw SkillError(
          .invalidInput,
          "'\(parameter.name)' cannot be given without '\(missing)', which comes before it"
        )
      }
      try write(value, parameter, option, to: &parts[depth])
    }
    var words: [String] = []
    for (depth, part) in parts.enumerated() {
      words += part.greedy + part.options
      let mayConfuse = part.positionals.contains { $0.hasPrefix("-") && $0 != "-" }
      let isOpen = !part.greedy.isEmpty && part.options.isEmpty
      if !part.positionals.isEmpty, mayConfuse || isOpen, depth == invocation.command.count, hasParser {
        words.append("--")
      }
      words += part.positionals
      if depth < invocation.command.count { words.append(invocation.command[depth]) }
    }
    return words
  }

  private func write(
    _ value: JSONValue,
    _ parameter: Parameter,
    _ option: ScriptInvocation.Option,
    to part: inout Part
  ) throws(SkillError) {
    let values = (value.arrayValue ?? [value]).filter { $0 != .null }.map(\.templateText)
    switch option.form {
    case .positional: part.positionals += values
    case .option where values.count > 1 || option.many:
      guard !values.isEmpty else { return }
      let single = joined(option.flag, values[0])
      if values.count == 1, single.count == 1 {
        part.options += single
      } else if let bad = values.first(where: { $0.hasPrefix("-") && Double($0) == nil }), isParsedStrictly {
        throw SkillError(
          .invalidInput,
          "'\(parameter.name)' cannot hold '\(bad)': the script would take it for an option"
        )
      } else {
        part.greedy += [option.flag] + values
      }
    case .option: part.options += joined(option.flag, values.first ?? "")
    case .repeatedOption: for value in values { part.options += joined(option.flag, value) }
    case .flag: if value == .bool(true) { part.options.append(option.flag) }
    case .invertedFlag: if value == .bool(false) { part.options.append(option.flag) }
    case .switchPair:
      let positive = option.flags.first { $0.hasPrefix("--") && !$0.hasPrefix("--no-") } ?? option.flag
      let negative =
        option.negativeFlag ?? option.flags.first { $0.hasPrefix("--no-") } ?? "--no-\(positive.drop { $0 == "-" })"
      part.options.append(value == .bool(true) ? positive : negative)
    case .count:
      // More than any script counts is a mistake, not a wish.
      part.options += Array(repeating: option.flag, count: min(max(value.intValue ?? 0, 0), 100))
    }
  }

  /// Whether the interpreter's parsers take every word that begins with a dash for an option.
  private var isParsedStrictly: Bool { invocation.interpreter == .python || invocation.interpreter == .node }

  /// An option and its value. Loops over words, as shell scripts have them, know only two words; parsers would take a
  /// value that begins with a dash for another option.
  private func joined(_ flag: String, _ value: String) -> [String] {
    guard isParsedStrictly, value.hasPrefix("-") else { return [flag, value] }
    return [flag.hasPrefix("--") ? "\(flag)=\(value)" : "\(flag)\(value)"]
  }
}
