internal import SkillFormat
internal import SkillIR

/// Follows a script from its first statement on and gathers what it does with its arguments.
struct ShellInterfaceReader {
  let source: SourceText
  let script: ShellScript
  var functions: [String: ShellStatement] = [:]
  /// The functions whose bodies end the script.
  var exitingFunctions: Set<String> = []
  var facts = Facts()
  var notes: [CommandLineNote] = []
  /// The functions that are being followed because they were called with `"$@"`.
  var active: [String] = []
  var subcommands: [Subcommand] = []
  /// How many statements may still be followed; inlined functions make the walk longer than the text.
  var budget = 20_000
  /// Greater than 0 while the arm of a sub-command is followed.
  var subcommandDepth = 0

  /// What is known of the arguments at one point of the script.
  struct Facts {
    /// By place among the positionals, counted from 1.
    var positionals: [Int: Positional] = [:]
    var rest: Rest?
    /// What a loop has gathered and `set --` has put back, until the script says what it does with it.
    var gathered: Rest?
    var requiredCount = 0
    var maximumCount: Int?
    var options: [Option] = []
    /// How many arguments were shifted away; nil where that depends on something.
    var offset: Int? = 0
    /// Whether a loop has taken all arguments, so that `$1` means nothing.
    var isConsumed = false
    /// Whether a `for` has looked at all arguments without taking them away.
    var isScanned = false
    /// Whether a way out was taken before that does not count as an error, so that what follows may lack arguments.
    var isPastNormalExit = false
    var hasEnded = false
    /// The literal values of variables, nil where a value is not literal.
    var variables: [String: JSONValue] = [:]
    /// The place of the argument that a variable was set from.
    var aliases: [String: Int] = [:]
    /// Arrays that hold all arguments.
    var arrays: Set<String> = []
    var requiredVariables: Set<String> = []
    var usedVariables: Set<String> = []
    var callsGetopt = false
    var hasOptionLoop = false
    /// Why the command line cannot be read.
    var failure: CommandLineNote?
  }

  struct Positional {
    var name: String?
    var defaultValue: JSONValue?
    var hasDefault = false
    /// Whether the script itself ends without it.
    var isChecked = false
    /// Whether it is used where nothing was asked of it before.
    var isUsed = false
    /// Whether the script asks if it is there, or uses it only in some cases.
    var isTested = false
    var help = ""
    var line: Int
  }

  struct Rest {
    var start: Int
    var name: String?
    var line: Int
  }

  struct Option {
    var flags: [String]
    var variable: String?
    var action: CommandLineInterface.Argument.Action
    var defaultValue: JSONValue?
    var isRequired = false
    var line: Int
  }

  struct Subcommand {
    var name: String
    var facts: Facts
    var line: Int
  }

  init(source: SourceText, script: ShellScript) {
    self.source = source
    self.script = script
    for statement in script.statements { collectFunctions(statement) }
    // A function may end the script through another one, so a few rounds are needed.
    for _ in 0..<3 {
      for (name, body) in functions where !exitingFunctions.contains(name) && exits([body]) {
        exitingFunctions.insert(name)
      }
    }
  }

  private mutating func collectFunctions(_ statement: ShellStatement) {
    switch statement {
    case .function(let name, let body, _): functions[name] = body
    case .conditional(let branches, let alternative):
      for branch in branches { branch.body.forEach { collectFunctions($0) } }
      alternative?.forEach { collectFunctions($0) }
    case .group(let statements), .list(let statements, _): statements.forEach { collectFunctions($0) }
    default: break
    }
  }

  func line(_ range: SourceRange) -> Int { source.line(at: min(range.start, max(0, source.bytes.count))) }

  mutating func fail(_ message: String, _ range: SourceRange?) {
    guard facts.failure == nil else { return }
    facts.failure = .unreadable(message).at(range)
  }

  mutating func leaveOut(_ message: String, _ range: SourceRange?) {
    notes.append(.option(message).at(range))
  }
}

// MARK: - Statements

extension ShellInterfaceReader {
  /// Follows statements in order until one of them ends the script.
  mutating func follow(_ statements: [ShellStatement], isConditional: Bool) {
    for (index, statement) in statements.enumerated() {
      guard !facts.hasEnded, facts.failure == nil, subcommands.isEmpty else { return }
      budget -= 1
      guard budget > 0 else { return fail("the script is too long", nil) }
      if !isConditional, case .match(let match) = unredirected(statement),
        dispatches(match)
      {
        return followSubcommands(match, then: Array(statements[(index + 1)...]))
      }
      follow(statement, isConditional: isConditional)
    }
  }

  private func unredirected(_ statement: ShellStatement) -> ShellStatement {
    if case .redirected(let inner, _) = statement { return inner }
    return statement
  }

  mutating func follow(_ statement: ShellStatement, isConditional: Bool) {
    switch statement {
    case .command(let command): follow(command, isConditional: isConditional)
    case .pipeline(let statements):
      for statement in statements { follow(statement, isConditional: isConditional) }
      // Each part has a shell of its own.
      facts.hasEnded = false
    case .negation(let inner): follow(inner, isConditional: isConditional)
    case .background(let inner):
      follow(inner, isConditional: isConditional)
      facts.hasEnded = false
    case .list(let statements, let operators): followList(statements, operators, isConditional: isConditional)
    case .group(let statements): follow(statements, isConditional: isConditional)
    case .subshell(let statements):
      let offset = facts.offset
      follow(statements, isConditional: isConditional)
      facts.offset = offset
      facts.hasEnded = false
    case .conditional(let branches, let alternative):
      followConditional(branches, alternative, isConditional: isConditional)
    case .loop(let loop): followLoop(loop, isConditional: isConditional)
    case .match(let match): followMatch(match, isConditional: isConditional)
    case .function: break
    case .test(let words, _): use(words, isConditional: true)
    case .arithmetic(let word): use([word], isConditional: true)
    case .redirected(let inner, let redirects):
      for redirect in redirects {
        switch redirect {
        case .file(let word), .hereString(let word): use([word], isConditional: isConditional)
        case .heredoc(let index):
          if index < script.heredocs.count { use([script.heredocs[index]], isConditional: true) }
        }
      }
      follow(inner, isConditional: isConditional)
    }
  }

  /// Follows statements that may or may not be run.
  mutating func followBranch(_ statements: [ShellStatement]) {
    let before = facts
    follow(statements, isConditional: true)
    if facts.hasEnded {
      facts.hasEnded = false
      facts.offset = before.offset
    } else if facts.offset != before.offset {
      facts.offset = nil
    }
    // What a branch assigns may not be what holds afterwards.
    for (name, value) in facts.variables where before.variables[name] != value { facts.variables[name] = .null }
  }

  private mutating func followList(
    _ statements: [ShellStatement],
    _ operators: [ShellStatement.ListOperator],
    isConditional: Bool
  ) {
    guard let last = statements.last, statements.count >= 2 else { return }
    let conditions = statements.dropLast()
    let isGuard =
      exits([last])
      && (operators.dropLast().allSatisfy { $0 == .or } && operators.last == .and
        || operators.dropLast().allSatisfy { $0 == .and } && operators.last == .or)
    if isGuard, conditions.allSatisfy(isCondition) {
      let exitsWhen = operators.last == .and
      for condition in conditions {
        guardCondition(condition, exitsWhen: exitsWhen, body: [last], isConditional: isConditional)
      }
      followBranch([last])
      return
    }
    follow(statements[0], isConditional: isConditional)
    for statement in statements.dropFirst() { followBranch([statement]) }
    if isConditional == false, exits([.list(statements, operators: operators)]) { facts.hasEnded = true }
  }

  private func isCondition(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .test, .arithmetic: true
    case .negation(let inner): isCondition(inner)
    case .command(let command): command.name == "[" || command.name == "test"
    default: false
    }
  }

  private mutating func followConditional(
    _ branches: [ShellStatement.Branch],
    _ alternative: [ShellStatement]?,
    isConditional: Bool
  ) {
    // `if … then …; else usage; exit 1; fi` says what must hold, and then the first branch is the way on.
    if branches.count == 1, let alternative, exits(alternative), !exits(branches[0].body),
      branches[0].condition.count == 1
    {
      guardCondition(branches[0].condition[0], exitsWhen: false, body: alternative, isConditional: isConditional)
      followBranch(alternative)
      follow(branches[0].body, isConditional: isConditional)
      return
    }
    for branch in branches {
      if branch.condition.count == 1, exits(branch.body) {
        guardCondition(branch.condition[0], exitsWhen: true, body: branch.body, isConditional: isConditional)
      } else {
        for statement in branch.condition { followCondition(statement, isConditional: isConditional) }
      }
      followBranch(branch.body)
    }
    if let alternative {
      followBranch(alternative)
      if !isConditional, branches.allSatisfy({ exits($0.body) }), exits(alternative) { facts.hasEnded = true }
    }
  }

  private mutating func followCondition(_ statement: ShellStatement, isConditional: Bool) {
    if learnBranch(statement) { return }
    let hadEnded = facts.hasEnded
    follow(statement, isConditional: true)
    facts.hasEnded = hadEnded
  }

  private mutating func followMatch(_ match: ShellMatch, isConditional: Bool) {
    if subjectPosition(match.subject) != nil {
      return followMatchOnArgument(match)
    }
    if match.subject.soleParameter?.name == "#" {
      for arm in match.arms {
        if let count = arm.patterns.first?.literal.flatMap({ Int($0) }), arm.patterns.count == 1,
          failsWithError(arm.body),
          let offset = facts.offset, count == facts.requiredCount - offset
        {
          facts.requiredCount += 1
        }
      }
    }
    use([match.subject], isConditional: isConditional)
    for arm in match.arms { followBranch(arm.body) }
  }

  private mutating func followLoop(_ loop: ShellLoop, isConditional: Bool) {
    switch loop.kind {
    case .whileTrue, .untilTrue:
      if let command = getoptsCommand(loop) { return followGetopts(command, loop) }
      if let match = optionMatch(in: loop.body, subject: { [self] in isFirstArgument($0, in: loop.body) }) {
        return followOptionLoop(loop, match)
      }
      if takesEachArgument(loop) { return }
    case .forEach:
      if goesOverArguments(loop) {
        if let match = optionMatch(in: loop.body, subject: { $0.soleParameter?.name == loop.variable }) {
          return followOptionFor(loop, match)
        }
        addRest(named: loop.variable, range: loop.range)
        followBranch(loop.body)
        return
      }
    case .select, .forArithmetic: break
    }
    use(loop.words ?? [], isConditional: isConditional)
    for statement in loop.condition { followCondition(statement, isConditional: true) }
    followBranch(loop.body)
  }

  private func goesOverArguments(_ loop: ShellLoop) -> Bool {
    guard let words = loop.words else { return true }
    guard words.count == 1, let parameter = words[0].soleParameter else { return false }
    if facts.arrays.contains(parameter.name) { return parameter.subscriptText == "@" }
    return (parameter.name == "@" || parameter.name == "*") && parameter.isPlain
  }

  /// `while [ $# -gt 0 ]; do …"$1"…; shift; done`.
  private mutating func takesEachArgument(_ loop: ShellLoop) -> Bool {
    var usesCount = false
    for statement in loop.condition {
      statement.walk(in: script) { node in
        if case .parameter(let parameter) = node, parameter.name == "#" || parameter.position == 1 { usesCount = true }
        return true
      }
    }
    guard usesCount else { return false }
    var shifts = 0
    var highest = 0
    for statement in loop.body {
      if case .command(let command) = statement, command.name == "shift" {
        shifts += command.words.count == 1 ? 1 : 100
      }
      statement.walk(in: script) { node in
        if case .parameter(let parameter) = node, let position = parameter.position { highest = max(highest, position) }
        if case .statement(.function) = node { return false }
        return true
      }
    }
    if shifts == 1, highest == 1 {
      addRest(named: nil, range: loop.range)
      facts.isConsumed = true
    } else if shifts > 0 || highest > 0 {
      fail("this loop takes its arguments apart in a way that is not known", loop.range)
    } else {
      return false
    }
    return true
  }
}
