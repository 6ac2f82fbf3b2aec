internal import SkillFormat
internal import SkillIR

extension ShellInterfaceReader {
  mutating func follow(_ command: ShellCommand, isConditional: Bool) {
    for assignment in command.assignments { follow(assignment, isConditional: isConditional) }
    for redirect in command.redirects {
      switch redirect {
      case .file(let word), .hereString(let word): use([word], isConditional: isConditional)
      case .heredoc(let index):
        // A usage text often holds `$1` only as words for people.
        if index < script.heredocs.count { use([script.heredocs[index]], isConditional: true) }
      }
    }
    guard let first = command.words.first else { return }
    let arguments = Array(command.words.dropFirst())
    switch first.literal {
    case "shift": shift(arguments, range: command.range)
    case "exit":
      facts.hasEnded = true
    case "return":
      if active.isEmpty { facts.hasEnded = true }
    case "set":
      if arguments.contains(where: { $0.bareLiteral == "--" }) {
        resetArguments(arguments, range: command.range)
      } else if arguments.first?.literal?.hasPrefix("-") == false, arguments.first?.literal?.hasPrefix("+") == false {
        fail("'set' replaces the arguments", command.range)
      }
    case "eval" where arguments.first?.literal == "set":
      guard facts.callsGetopt else { return fail("'eval set' replaces the arguments", command.range) }
    case "getopts":
      fail("'getopts' stands outside the condition of a 'while'", command.range)
    case "[", "test":
      use(arguments, isConditional: true)
    default:
      if let name = first.literal, let body = functions[name], passesAllArguments(arguments) {
        inline(name, body, isConditional: isConditional)
      } else {
        use(command.words, isConditional: isConditional)
        if let name = first.literal, exitingFunctions.contains(name), !isConditional { facts.hasEnded = true }
        if first.literal == "exec", !arguments.isEmpty, !isConditional { facts.hasEnded = true }
      }
    }
  }

  private func passesAllArguments(_ arguments: [ShellWord]) -> Bool {
    guard arguments.count == 1, let parameter = arguments[0].soleParameter else { return false }
    return parameter.name == "@" && parameter.isPlain && facts.offset == 0 || parameter.name == "@" && parameter.isPlain
  }

  /// Follows a function that gets the script's own arguments.
  private mutating func inline(_ name: String, _ body: ShellStatement, isConditional: Bool) {
    guard !active.contains(name), active.count < 8 else { return fail("'\(name)' calls itself", nil) }
    active.append(name)
    let offset = facts.offset
    follow([body], isConditional: isConditional)
    facts.offset = offset
    active.removeLast()
  }

  private mutating func shift(_ arguments: [ShellWord], range: SourceRange) {
    guard let argument = arguments.first else {
      facts.offset = facts.offset.map { $0 + 1 }
      return
    }
    if let count = argument.literal.flatMap({ Int($0) }), count >= 0, count < 100 {
      facts.offset = facts.offset.map { $0 + count }
    } else if argument.spelling.hasPrefix("$((") || argument.spelling.hasPrefix("$(…)") {
      // `shift $((OPTIND - 1))`: what is left are the positionals.
      guard facts.hasOptionLoop else {
        facts.offset = nil
        return
      }
    } else {
      facts.offset = nil
    }
  }

  /// `set -- "${POSITIONAL[@]}"` puts back what a loop has gathered.
  private mutating func resetArguments(_ arguments: [ShellWord], range: SourceRange) {
    let words = arguments.drop { $0.bareLiteral != "--" }.dropFirst()
    guard words.count == 1, let parameter = words.first?.soleParameter else {
      return fail("'set --' replaces the arguments", range)
    }
    if parameter.name == "@", parameter.isPlain { return }
    guard facts.isConsumed, let rest = facts.rest, rest.name == parameter.name else {
      return fail("'set --' replaces the arguments", range)
    }
    facts.gathered = rest
    facts.rest = nil
    facts.isConsumed = false
    facts.offset = 0
  }

  // MARK: Assignments

  private mutating func follow(_ assignment: ShellCommand.Assignment, isConditional: Bool) {
    if let elements = assignment.elements {
      if elements.count == 1, let parameter = elements[0].soleParameter, parameter.name == "@", parameter.isPlain {
        facts.arrays.insert(assignment.name)
        addRest(named: assignment.name, range: elements[0].range)
        return
      }
      use(elements, isConditional: isConditional)
      facts.variables[assignment.name] = elements.isEmpty ? .string("") : .null
      return
    }
    if let parameter = assignment.value.soleParameter, !assignment.hasSubscript, !assignment.isAppending {
      if let position = parameter.position {
        use(parameter, name: assignment.name, isConditional: isConditional, range: assignment.value.range)
        if !facts.isConsumed, let offset = facts.offset { facts.aliases[assignment.name] = position + offset }
        facts.variables[assignment.name] = .null
        return
      }
      if parameter.name == "@" || parameter.name == "*" {
        use(parameter, name: assignment.name, isConditional: isConditional, range: assignment.value.range)
        facts.variables[assignment.name] = .null
        return
      }
      if parameter.name == assignment.name, case .defaultValue(let word) = parameter.operation {
        // `X="${X:-x}"`: a default, or what the variable was set to before.
        use([word], isConditional: isConditional)
        if facts.aliases[assignment.name] != nil || facts.options.contains(where: { $0.variable == assignment.name }) {
          setDefault(of: assignment.name, to: word)
        } else {
          facts.variables[assignment.name] = ShellInterfaceReader.expression(assignment.value, source: source)
        }
        return
      }
    }
    // `OUT="${1%/}"` and the like still name the argument.
    if let part = assignment.value.parts.first, assignment.value.parts.count == 1,
      case .parameter(let parameter, _) = part, parameter.position != nil
    {
      use(parameter, name: assignment.name, isConditional: isConditional, range: assignment.value.range)
      return
    }
    use([assignment.value], isConditional: isConditional)
    if assignment.isAppending || assignment.hasSubscript {
      facts.variables[assignment.name] = .null
    } else if let literal = assignment.value.literal {
      if !isConditional || facts.variables[assignment.name] == nil {
        facts.variables[assignment.name] = .string(literal)
      }
    } else {
      facts.variables[assignment.name] = ShellInterfaceReader.expression(assignment.value, source: source)
    }
  }

  private mutating func setDefault(of variable: String, to word: ShellWord) {
    let value = word.literal.map { JSONValue.string($0) } ?? ShellInterfaceReader.expression(word, source: source)
    if let position = facts.aliases[variable], facts.positionals[position]?.hasDefault == false {
      facts.positionals[position]?.hasDefault = true
      facts.positionals[position]?.defaultValue = value == .string("") ? nil : value
    }
    for index in facts.options.indices where facts.options[index].variable == variable {
      if facts.options[index].defaultValue == nil { facts.options[index].defaultValue = value }
    }
  }

  /// What stands for a default that is not a literal.
  static func expression(_ word: ShellWord, source: SourceText) -> JSONValue {
    guard word.range.end <= source.bytes.count, !word.range.isEmpty else { return .null }
    return .object(["$expr": .string(source[word.range])])
  }

  // MARK: Uses

  mutating func use(_ words: [ShellWord], isConditional: Bool) {
    for word in words {
      var found: [(ShellParameter, isNested: Bool)] = []
      var callsGetopt = false
      word.walk(in: script) { node in
        switch node {
        case .parameter(let parameter):
          found.append((parameter, false))
          return true
        case .statement(.command(let command)) where command.name == "getopt":
          callsGetopt = true
          return false
        case .statement(.function): return false
        default: return true
        }
      }
      if callsGetopt { facts.callsGetopt = true }
      for (parameter, _) in found { use(parameter, name: nil, isConditional: isConditional, range: word.range) }
    }
  }

  mutating func use(_ parameter: ShellParameter, name: String?, isConditional: Bool, range: SourceRange) {
    if parameter.name == "@" || parameter.name == "*" {
      switch parameter.operation {
      case .plain: addRest(named: name, range: range)
      case .length: break
      case .other(let word):
        guard let start = word.literal.flatMap({ Int($0.trimmingCommandSpace) }), start >= 1, let offset = facts.offset
        else {
          return fail("'${@…}' takes the arguments apart in a way that is not known", range)
        }
        addRest(named: name, range: range, start: start + offset)
      default: addRest(named: name, range: range)
      }
      return
    }
    guard let position = parameter.position else {
      if facts.arrays.contains(parameter.name), let text = parameter.subscriptText, text != "@", text != "*" {
        fail("'\(parameter.name)[\(text)]' takes one of all arguments", range)
      }
      if parameter.name == "0" || parameter.name == "#" { return }
      facts.usedVariables.insert(parameter.name)
      // `: "${OUT:?…}"` ends the script where the variable is empty.
      if case .required = parameter.operation, !isConditional { require(variable: parameter.name) }
      return
    }
    guard !facts.isConsumed else { return }
    guard !facts.isScanned else { return fail("the arguments are gone through more than once", range) }
    guard let offset = facts.offset else {
      return fail("how many arguments were shifted away before '$\(position)' depends on something", range)
    }
    let index = position + offset
    guard index < 100 else { return fail("there are too many arguments", range) }
    var positional = facts.positionals[index] ?? Positional(line: line(range))
    if let name, positional.name == nil, name != "_" { positional.name = name }
    switch parameter.operation {
    case .defaultValue(let word):
      if !positional.hasDefault {
        positional.hasDefault = true
        if let literal = word.literal {
          positional.defaultValue = literal.isEmpty ? nil : .string(literal)
        } else if word.soleParameter?.position == nil {
          positional.defaultValue = ShellInterfaceReader.expression(word, source: source)
        }
      }
    case .required(let word):
      if !isConditional { positional.isChecked = true }
      if positional.help.isEmpty, let text = word.literal { positional.help = text }
    case .alternative, .length: positional.isTested = true
    case .plain, .withoutPrefix, .other:
      if isConditional || facts.isPastNormalExit { positional.isTested = true } else { positional.isUsed = true }
    }
    facts.positionals[index] = positional
  }

  mutating func addRest(named name: String?, range: SourceRange, start: Int? = nil) {
    guard !facts.isConsumed else { return }
    guard !facts.isScanned else { return fail("the arguments are gone through more than once", range) }
    guard let first = start ?? facts.offset.map({ $0 + 1 }) else {
      return fail("how many arguments were shifted away before '$@' depends on something", range)
    }
    if let rest = facts.rest {
      if first < rest.start { facts.rest?.start = first }
      if rest.name == nil { facts.rest?.name = name }
    } else {
      facts.rest = Rest(start: first, name: name, line: line(range))
    }
  }

  mutating func require(variable: String) {
    facts.requiredVariables.insert(variable)
    if let position = facts.aliases[variable], facts.positionals[position] != nil {
      facts.positionals[position]?.isChecked = true
    }
  }
}

// MARK: - Ends

extension ShellInterfaceReader {
  /// Whether statements surely end the script (or the function that stands for it).
  func exits(_ statements: [ShellStatement]) -> Bool { statements.contains(where: exits) }

  private func exits(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .command(let command):
      guard let name = command.name else { return false }
      return name == "exit" || name == "return" || exitingFunctions.contains(name)
    case .group(let statements): return exits(statements)
    case .redirected(let inner, _): return exits(inner)
    case .list(let statements, let operators):
      // `echo "…" && exit 1`
      guard let last = statements.last, exits(last), operators.allSatisfy({ $0 == .and }) else {
        return statements.first.map { exits($0) } ?? false
      }
      return statements.dropLast().allSatisfy(isMessage)
    case .conditional(let branches, let alternative?):
      return branches.allSatisfy { exits($0.body) } && exits(alternative)
    default: return false
    }
  }

  /// Whether statements end the script because the call was wrong, rather than because the work is done.
  func failsWithError(_ statements: [ShellStatement]) -> Bool {
    guard exits(statements) else { return false }
    var isError = false
    var onlyTalks = true
    func look(_ statement: ShellStatement) {
      switch statement {
      case .command(let command):
        if command.name == "exit" || command.name == "return" {
          if let status = command.words.dropFirst().first {
            if status.literal != "0" { isError = true }
          }
        } else if let name = command.name, exitingFunctions.contains(name) {
          isError = true
        } else if !isMessage(statement) {
          onlyTalks = false
        }
      case .group(let statements): statements.forEach(look)
      case .list(let statements, _): statements.forEach(look)
      case .redirected(let inner, _): look(inner)
      default: onlyTalks = false
      }
    }
    statements.forEach(look)
    return isError || onlyTalks
  }

  /// Whether statements say something and change nothing.
  func onlyTalks(_ statements: [ShellStatement]) -> Bool {
    !statements.isEmpty
      && statements.allSatisfy { statement in
        if case .command(let command) = statement, command.words.isEmpty { return false }
        return isMessage(statement)
      }
  }

  /// Whether a statement only says something.
  func isMessage(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .command(let command):
      guard let name = command.name else { return command.words.isEmpty }
      return ["echo", "printf", "cat", "usage", "help", "print_usage", "show_help", "sed", "head", "grep", ":"]
        .contains(name)
        || name.holds("usage", ignoringCase: true) || name.holds("help", ignoringCase: true)
    case .redirected(let inner, _): return isMessage(inner)
    case .pipeline(let statements), .group(let statements): return statements.allSatisfy(isMessage)
    default: return false
    }
  }
}
