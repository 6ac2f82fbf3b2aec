internal import SkillFormat
internal import SkillIR

// MARK: - getopts

extension ShellInterfaceReader {
  /// The `getopts` of a loop's condition.
  func getoptsCommand(_ loop: ShellLoop) -> ShellCommand? {
    guard loop.condition.count == 1, case .command(let command) = loop.condition[0], command.name == "getopts" else {
      return nil
    }
    return command
  }

  mutating func followGetopts(_ command: ShellCommand, _ loop: ShellLoop) {
    guard command.words.count == 3, let letters = command.words[1].literal, let variable = command.words[2].literal,
      facts.offset == 0, !facts.hasOptionLoop
    else { return fail("this 'getopts' is not of the form 'getopts letters name'", command.range) }
    guard let match = optionMatch(in: loop.body, subject: { $0.soleParameter?.name == variable }) else {
      return fail("the loop over 'getopts' has no 'case' on '\(variable)'", loop.range)
    }
    facts.hasOptionLoop = true
    let bytes = Array(letters.utf8)
    var index = bytes.first == UInt8(ascii: ":") ? 1 : 0
    while index < bytes.count {
      let letter = bytes[index]
      let takesValue = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: ":")
      index += takesValue ? 2 : 1
      guard letter.isAlphanumeric else {
        if letter == UInt8(ascii: "-") {
          leaveOut("long options behind 'getopts' are not read", command.range)
        }
        continue
      }
      let name = [letter].commandText
      let arm = match.arms.first { $0.patterns.contains { $0.literal == name } }
      addGetoptsOption(name, takesValue: takesValue, arm: arm, range: command.range)
    }
  }

  private mutating func addGetoptsOption(_ name: String, takesValue: Bool, arm: ShellMatch.Arm?, range: SourceRange) {
    guard let arm else {
      // An option that the loop says nothing about does nothing.
      return leaveOut("option '-\(name)' is allowed but not handled", range)
    }
    if !takesValue, exits(arm.body) || onlyTalks(arm.body) { return }
    var option = Option(flags: ["-" + name], action: takesValue ? .store : .storeTrue, line: line(arm.range))
    for statement in arm.body {
      guard case .command(let command) = statement else { continue }
      for assignment in command.assignments where option.variable == nil {
        if takesValue {
          guard assignment.value.soleParameter?.name == "OPTARG" || assignment.elements?.count == 1 else { continue }
          option.variable = assignment.name
          if assignment.isAppending, assignment.elements != nil { option.action = .append }
        } else {
          setFlag(&option, assignment)
        }
      }
    }
    add(option)
  }

  /// Takes what an assignment says of a flag: its variable, and whether it switches on or off.
  private func setFlag(_ option: inout Option, _ assignment: ShellCommand.Assignment) {
    guard assignment.elements == nil, !assignment.isAppending, !assignment.hasSubscript else { return }
    if case .arithmetic? = assignment.value.parts.first, assignment.value.parts.count == 1 {
      option.variable = assignment.name
      option.action = .count
      return
    }
    guard let literal = assignment.value.literal else { return }
    let before = facts.variables[assignment.name]?.stringValue ?? ""
    switch literal {
    case "1", "true", "yes", "on", "y", "TRUE", "True", "YES":
      option.variable = assignment.name
    case "0", "false", "no", "off":
      if ["1", "true", "yes", "on", "y"].contains(before) {
        option.variable = assignment.name
        option.action = .storeFalse
      }
    default: break
    }
  }

  mutating func add(_ option: Option) {
    var option = option
    if facts.options.contains(where: { !Set($0.flags).isDisjoint(with: option.flags) }) { return }
    if let variable = option.variable, option.action == .store || option.action == .append {
      let value = facts.variables[variable]
      option.defaultValue = value == .string("") || value == .null ? nil : value
    }
    facts.options.append(option)
  }
}

// MARK: - Loops over the arguments

extension ShellInterfaceReader {
  /// The one `case` of a loop's body whose subject is an argument.
  func optionMatch(in body: [ShellStatement], subject: (ShellWord) -> Bool) -> ShellMatch? {
    var matches: [ShellMatch] = []
    for statement in body {
      switch statement {
      case .match(let match) where subject(match.subject): matches.append(match)
      case .redirected(.match(let match), _) where subject(match.subject): matches.append(match)
      default: break
      }
    }
    return matches.count == 1 ? matches[0] : nil
  }

  /// Whether a word is `$1`, or a variable that the body sets from it.
  func isFirstArgument(_ word: ShellWord, in body: [ShellStatement]) -> Bool {
    guard let parameter = word.soleParameter else { return false }
    if parameter.position == 1 { return true }
    return body.contains { statement in
      guard case .command(let command) = statement else { return false }
      return command.assignments.contains {
        $0.name == parameter.name && $0.value.soleParameter?.position == 1
      }
    }
  }

  mutating func followOptionLoop(_ loop: ShellLoop, _ match: ShellMatch) {
    guard let offset = facts.offset, !facts.isConsumed, !facts.hasOptionLoop else {
      return fail("the arguments are gone through more than once", loop.range)
    }
    let startsAfterPositional = facts.positionals.keys.contains { $0 <= offset && !isSubcommandPosition($0) }
    facts.hasOptionLoop = true
    // What stands beside the `case` in the body.
    var common = 0
    for statement in loop.body {
      guard case .command(let command) = statement else {
        if case .match = statement { continue }
        if case .redirected(.match, _) = statement { continue }
        return fail("the loop over the arguments does more than 'case' and 'shift'", loop.range)
      }
      if command.name == "shift", command.words.count == 1 {
        common += 1
      } else if command.words.contains(where: { $0.soleParameter?.position != nil }) {
        return fail("the loop over the arguments does more than 'case' and 'shift'", command.range)
      }
    }
    var outcome = Outcome.consumed
    for arm in match.arms {
      if let next = followArm(arm, subject: match.subject, common: common, isLast: false) { outcome = next }
      guard facts.failure == nil else { return }
    }
    if startsAfterPositional {
      // The runtime writes options before positionals, which this loop would not see.
      if facts.options.contains(where: \.isRequired) {
        return fail("the options stand behind a positional argument", loop.range)
      }
      if !facts.options.isEmpty { leaveOut("options behind a positional argument are left out", loop.range) }
      facts.options = []
    }
    switch outcome {
    case .consumed: facts.isConsumed = true
    case .stopsAtPositional: facts.offset = 0
    }
    if loop.condition.contains(where: asksForDash) {
      facts.isConsumed = false
      facts.offset = 0
    }
  }

  func isSubcommandPosition(_ index: Int) -> Bool { index == 1 && isInSubcommand }
  private var isInSubcommand: Bool { subcommandDepth > 0 }

  private enum Outcome { case consumed, stopsAtPositional }

  /// Whether a loop goes on only while the next argument is an option: `[[ $1 == -* ]]`.
  private func asksForDash(_ statement: ShellStatement) -> Bool {
    guard case .test(let words, _) = statement else { return false }
    return words.contains { word in
      if case .text(let text, false)? = word.parts.first { return text.hasPrefix("-*") || text.hasPrefix("^-") }
      return false
    }
  }

  mutating func followOptionFor(_ loop: ShellLoop, _ match: ShellMatch) {
    guard facts.offset == 0, !facts.isConsumed, !facts.hasOptionLoop else {
      return fail("the arguments are gone through more than once", loop.range)
    }
    // A `for` does not take arguments away: what else the script does with `$1` cannot be told from here.
    facts.hasOptionLoop = true
    for arm in match.arms {
      _ = followArm(arm, subject: match.subject, common: 1, isLast: true)
      guard facts.failure == nil else { return }
    }
    if loop.body.count != 1 { return fail("the loop over the arguments does more than 'case'", loop.range) }
    facts.isScanned = true
  }

  /// Reads one arm; returns how the loop ends where the arm is the one for all other arguments.
  private mutating func followArm(
    _ arm: ShellMatch.Arm,
    subject: ShellWord,
    common: Int,
    isLast isFor: Bool
  ) -> Outcome? {
    var flags: [String] = []
    var hasEqualsForm = false
    var isCatchAll = false
    var takesAnyOption = false
    let reading = read(arm.body, subject: subject)
    for pattern in arm.patterns {
      guard let text = pattern.literal else {
        fail("a pattern of the 'case' is not literal", pattern.range)
        return nil
      }
      if text == "*" || text == "?*" {
        isCatchAll = true
      } else if text == "-*" || text == "--*" || text == "-?*" {
        takesAnyOption = true
      } else if text == "--" || text == "" || text == "-" {
        continue
      } else if text.hasSuffix("=*"), text.hasPrefix("-") {
        hasEqualsForm = true
      } else if text.hasPrefix("-"), SynopsisReader.isFlag(text.utf8) || isLooseFlag(text) {
        flags.append(text)
      } else if !text.hasPrefix("-") {
        if reading.exits { continue }
        fail("the word '\(text)' is looked for among the options", pattern.range)
        return nil
      } else if !reading.exits {
        leaveOut("pattern '\(text)' is not one option", pattern.range)
      }
    }
    if isCatchAll { return followCatchAll(arm, reading, common: common) }
    guard !flags.isEmpty else {
      if hasEqualsForm { leaveOut("an option that is written with '=' only is left out", arm.range) }
      if takesAnyOption, !reading.exits { leaveOut("options are handed on without being named", arm.range) }
      return nil
    }
    if reading.exits || SynopsisReader.isHelp(flags) && onlyTalks(arm.body) { return nil }
    guard !reading.isUnreadable, !reading.breaks else {
      leaveOut("what option '\(flags[0])' takes cannot be read", arm.range)
      return nil
    }
    var option = Option(flags: flags, action: .storeTrue, line: line(arm.range))
    let consumed = reading.shifts + common
    if consumed == 2, let value = reading.value, !isFor {
      option.action = value.isAppending ? .append : .store
      option.variable = value.variable
    } else if consumed == 1, reading.value == nil, reading.taken.isEmpty {
      if reading.assignments.count == 1 { setFlag(&option, reading.assignments[0]) }
    } else {
      leaveOut("what option '\(flags[0])' takes cannot be read", arm.range)
      return nil
    }
    add(option)
    return nil
  }

  /// `-name`, which some scripts use for long options.
  private func isLooseFlag(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.count > 2 && bytes[0] == 0x2D && bytes[1].isLetter
      && bytes.dropFirst().allSatisfy { $0.isNamePart || $0 == 0x2D }
  }

  private mutating func followCatchAll(_ arm: ShellMatch.Arm, _ reading: ArmReading, common: Int) -> Outcome? {
    if reading.exits { return .consumed }
    if reading.breaks, reading.taken.isEmpty, reading.shifts == 0 { return .stopsAtPositional }
    if let variables = chain(arm.body) {
      for variable in variables { addTaken(variable, isArray: false, arm) }
      return .consumed
    }
    if reading.breaks, reading.taken.count == 1, !reading.taken[0].isArray {
      addTaken(reading.taken[0].variable, isArray: false, arm)
      return .consumed
    }
    guard !reading.isUnreadable, !reading.breaks, reading.shifts + common == 1 else {
      fail("what becomes of the arguments that are not options cannot be read", arm.range)
      return nil
    }
    for taken in reading.taken { addTaken(taken.variable, isArray: taken.isArray, arm) }
    return .consumed
  }

  private mutating func addTaken(_ variable: String, isArray: Bool, _ arm: ShellMatch.Arm) {
    let index = (facts.positionals.keys.max() ?? 0) + 1
    if isArray {
      facts.rest = Rest(start: index, name: variable, line: line(arm.range))
      return
    }
    var positional = Positional(name: variable, line: line(arm.range))
    let value = facts.variables[variable]
    positional.isTested = true
    if let value, value != .string(""), value != .null {
      positional.hasDefault = true
      positional.defaultValue = value
    }
    facts.positionals[index] = positional
    facts.aliases[variable] = index
  }

  /// The variables of `if [ -z "$A" ]; then A="$1"; elif [ -z "$B" ]; then B="$1"; else …; fi`, in order.
  private func chain(_ body: [ShellStatement]) -> [String]? {
    var variables: [String] = []
    for statement in body {
      switch statement {
      case .conditional(let branches, let alternative):
        guard variables.isEmpty else { return nil }
        for branch in branches {
          guard branch.condition.count == 1, let tested = emptyVariable(branch.condition[0]) else { return nil }
          let reading = read(branch.body, subject: nil)
          guard reading.taken.count == 1, reading.taken[0].variable == tested, !reading.taken[0].isArray,
            !reading.isUnreadable
          else { return nil }
          variables.append(tested)
        }
        if let alternative, !exits(alternative) {
          let reading = read(alternative, subject: nil)
          guard reading.taken.count == 1, !reading.taken[0].isArray, !variables.contains(reading.taken[0].variable)
          else { return nil }
          variables.append(reading.taken[0].variable)
        }
      case .command(let command):
        guard command.name == "shift" else { return nil }
      default: return nil
      }
    }
    return variables.isEmpty ? nil : variables
  }

  private func emptyVariable(_ statement: ShellStatement) -> String? {
    let words: [ShellWord]
    switch statement {
    case .command(let command): words = Array(command.words.dropFirst())
    case .test(let list, _): words = list
    default: return nil
    }
    guard words.count >= 2, words[0].bareLiteral == "-z" else { return nil }
    return words[1].soleParameter?.name
  }
}
