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
      guard CommandByte.isAlphanumeric(letter) else {
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

  /// What an arm of the `case` does, statement by statement.
  private struct ArmReading {
    var shifts = 0
    var exits = false
    var breaks = false
    var isUnreadable = false
    /// What `$1` or the loop's variable is put into.
    var taken: [(variable: String, isArray: Bool)] = []
    /// What the argument after the option is put into; nil inside where it is used without a name.
    var value: (variable: String?, isAppending: Bool)?
    var assignments: [ShellCommand.Assignment] = []
    /// A variable that gets the part of the argument behind `=`.
    var equalsVariable: String?
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
    if !facts.positionals.isEmpty, !facts.options.isEmpty, loop.body.count != 1 {
      return fail("the loop over the arguments does more than 'case'", loop.range)
    }
    facts.isConsumed = true
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
    for pattern in arm.patterns {
      guard let text = pattern.literal else {
        fail("a pattern of the 'case' is not literal", pattern.range)
        return nil
      }
      if text == "*" || text == "?*" {
        isCatchAll = true
      } else if text == "-*" || text == "--*" || text == "-?*" || text == "--" || text == "" || text == "-" {
        continue
      } else if text.hasSuffix("=*"), text.hasPrefix("-") {
        hasEqualsForm = true
      } else if text.hasPrefix("-"), SynopsisReader.isFlag(text.utf8) || isLooseFlag(text) {
        flags.append(text)
      } else if !text.hasPrefix("-") {
        let reading = read(arm.body, subject: subject)
        if reading.exits { continue }
        fail("the word '\(text)' is looked for among the options", pattern.range)
        return nil
      } else {
        leaveOut("pattern '\(text)' is not one option", pattern.range)
      }
    }
    let reading = read(arm.body, subject: subject)
    if isCatchAll { return followCatchAll(arm, reading, common: common) }
    guard !flags.isEmpty else {
      if hasEqualsForm { leaveOut("an option that is written with '=' only is left out", arm.range) }
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
    return bytes.count > 2 && bytes[0] == 0x2D && CommandByte.isLetter(bytes[1])
      && bytes.dropFirst().allSatisfy { CommandByte.isNamePart($0) || $0 == 0x2D }
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

// MARK: - Arms

extension ShellInterfaceReader {
  private func read(_ body: [ShellStatement], subject: ShellWord?) -> ArmReading {
    var reading = ArmReading()
    let loopVariable = subject?.soleParameter.flatMap { $0.position == nil ? $0.name : nil }
    for statement in body {
      read(statement, loopVariable: loopVariable, into: &reading)
      if reading.exits { break }
    }
    return reading
  }

  private func read(_ statement: ShellStatement, loopVariable: String?, into reading: inout ArmReading) {
    switch statement {
    case .command(let command): read(command, loopVariable: loopVariable, into: &reading)
    case .redirected(let inner, _): read(inner, loopVariable: loopVariable, into: &reading)
    case .group(let statements):
      for statement in statements { read(statement, loopVariable: loopVariable, into: &reading) }
    case .conditional(let branches, let alternative):
      // Where all ways but one end the script, that one is the way on.
      var bodies = branches.map(\.body)
      if let alternative { bodies.append(alternative) }
      let ways = bodies.filter { !exits($0) }
      if ways.isEmpty, alternative != nil {
        reading.exits = true
      } else if ways.count == 1, bodies.count > 1 {
        for statement in ways[0] { read(statement, loopVariable: loopVariable, into: &reading) }
      } else if !ways.isEmpty, ways.contains(where: touchesArguments) {
        reading.isUnreadable = true
      }
    case .list(let statements, let operators):
      if let last = statements.last, exits([last]), !exits([statement]) { return }
      if exits([statement]) {
        reading.exits = true
      } else if operators.allSatisfy({ $0 == .and }), !touchesTest(statements[0]) {
        // `OUT="$2" && shift 2`
        for statement in statements { read(statement, loopVariable: loopVariable, into: &reading) }
      } else if case .command(let command) = statements[0], command.name == "shift", statements.count == 2,
        case .command(let other) = statements[1], other.name == "true" || other.name == ":"
      {
        read(command, loopVariable: loopVariable, into: &reading)
      } else if touchesArguments(statements) {
        reading.isUnreadable = true
      }
    default:
      if touchesArguments([statement]) { reading.isUnreadable = true }
    }
  }

  private func touchesTest(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .test, .arithmetic, .negation: true
    case .command(let command): command.name == "[" || command.name == "test"
    default: false
    }
  }

  /// Whether statements use or shift arguments, or leave the loop.
  private func touchesArguments(_ statements: [ShellStatement]) -> Bool {
    var touches = false
    for statement in statements {
      statement.walk(in: script) { node in
        switch node {
        case .parameter(let parameter):
          if parameter.position != nil || parameter.name == "@" || parameter.name == "*" { touches = true }
        case .statement(.command(let command)):
          if let name = command.name, ["shift", "break", "exit", "set"].contains(name) { touches = true }
        default: break
        }
        return !touches
      }
    }
    return touches
  }

  private func read(_ command: ShellCommand, loopVariable: String?, into reading: inout ArmReading) {
    for assignment in command.assignments { read(assignment, loopVariable: loopVariable, into: &reading) }
    switch command.name {
    case "shift":
      guard command.words.count > 1 else {
        reading.shifts += 1
        return
      }
      guard let count = command.words[1].literal.flatMap({ Int($0) }), count >= 0, count < 10 else {
        reading.isUnreadable = true
        return
      }
      reading.shifts += count
    case "break": reading.breaks = true
    case "exit", "return": reading.exits = true
    case "set", "eval": reading.isUnreadable = true
    default:
      if let name = command.name, exitingFunctions.contains(name) {
        reading.exits = true
        return
      }
      for word in command.words { noteUse(of: word, name: nil, isAppending: false, &reading) }
    }
  }

  private func read(
    _ assignment: ShellCommand.Assignment,
    loopVariable: String?,
    into reading: inout ArmReading
  ) {
    if let elements = assignment.elements {
      guard elements.count == 1 else {
        if elements.contains(where: { $0.soleParameter?.position != nil }) { reading.isUnreadable = true }
        return
      }
      if let name = elements[0].soleParameter?.name, name == loopVariable {
        reading.taken.append((assignment.name, true))
      } else {
        noteUse(of: elements[0], name: assignment.name, isAppending: assignment.isAppending, &reading)
      }
      return
    }
    if let parameter = assignment.value.soleParameter {
      if case .withoutPrefix = parameter.operation {
        reading.equalsVariable = assignment.name
        return
      }
      if parameter.name == loopVariable {
        reading.taken.append((assignment.name, false))
        return
      }
      if parameter.position != nil {
        noteUse(of: assignment.value, name: assignment.name, isAppending: assignment.isAppending, &reading)
        return
      }
    }
    noteUse(of: assignment.value, name: assignment.name, isAppending: true, &reading)
    reading.assignments.append(assignment)
  }

  /// Notes the arguments in a word: the option itself, its value, or something further on.
  private func noteUse(of word: ShellWord, name: String?, isAppending: Bool, _ reading: inout ArmReading) {
    var positions: [Int] = []
    word.walk(in: script) { node in
      if case .parameter(let parameter) = node {
        if let position = parameter.position {
          positions.append(position)
        } else if parameter.name == "@" || parameter.name == "*" {
          positions.append(3)
        }
      }
      return true
    }
    for position in positions {
      switch position + reading.shifts {
      case 1:
        guard let name else { continue }
        // `X="$X $1"` and `X+=("$1")` gather all arguments.
        reading.taken.append((name, isAppending))
      case 2:
        if let value = reading.value, value.variable != nil { continue }
        let isWhole = word.soleParameter != nil
        if !isWhole, isAppending, name != nil {
          // The value becomes part of something else; the option still takes one value.
          reading.value = (nil, false)
        } else {
          reading.value = (name, isAppending)
        }
      default: reading.isUnreadable = true
      }
    }
  }
}
