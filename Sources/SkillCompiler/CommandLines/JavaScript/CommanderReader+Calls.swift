internal import SkillFormat
internal import SkillIR

extension CommanderReader {
  /// Follows `.method(…).method(…)` on a command.
  mutating func chain(from start: Int, on first: Int, declaredBefore: Int) {
    var current = first
    var index = start
    while tokens.matches(index, "."), tokens.kind(index + 1) == .name, tokens.matches(index + 2, "("), failure == nil {
      let method = tokens.text(index + 1)
      let arguments = tokens.arguments(ofCallAt: index + 2)
      current = call(method, arguments, on: current, at: index + 1)
      index = tokens.after(index + 2)
    }
    if current != first { bind(current, before: declaredBefore) }
  }

  private mutating func call(_ method: String, _ arguments: [JavaScriptValue], on command: Int, at index: Int) -> Int {
    switch method {
    case "option", "requiredOption":
      addOption(arguments, isRequired: method == "requiredOption", to: command, at: index)
    case "addOption": addOptionObject(to: command, at: index)
    case "argument":
      guard let name = arguments.first?.string else {
        commands[command].isUnreadable = true
        return command
      }
      let (_, standard) = parserAndDefault(arguments)
      addArgument(
        name,
        to: &commands[command],
        at: index,
        help: arguments.count > 1 ? arguments[1].string ?? "" : "",
        standard: standard
      )
    case "addArgument": addArgumentObject(to: command, at: index)
    case "arguments":
      guard let text = arguments.first?.string else {
        commands[command].isUnreadable = true
        return command
      }
      for word in text.split(separator: " ") { addArgument(String(word), to: &commands[command], at: index) }
    case "command":
      guard let text = arguments.first?.string else {
        note("a sub-command has no literal name", index)
        commands.append(CommanderCommand(parent: command, isUnreadable: true, line: line(index)))
        return commands.count - 1
      }
      var child = CommanderCommand(parent: command, line: line(index))
      setName(text, of: &child, at: index)
      if arguments.count > 1, arguments[1].string != nil {
        note("sub-command '\(child.name ?? text)' is a program of its own", index)
        return command
      }
      if text.hasPrefix("*") || child.name == "help" { child.isUnreadable = true }
      commands.append(child)
      return commands.count - 1
    case "addCommand":
      if case .name(let name)? = arguments.first, let child = variables[name], child != 0 {
        commands[child].parent = command
      } else {
        attachInline(to: command, at: index)
      }
    case "description":
      if let text = arguments.first?.string { commands[command].help = text }
    case "name":
      if command != 0, let text = arguments.first?.string { commands[command].name = text }
    case "action": commands[command].hasAction = true
    case "parse", "parseAsync": parses = true
    case "allowUnknownOption", "passThroughOptions": break
    default: break
    }
    return command
  }

  /// `.addCommand(new Command('x')…)`: the constructor is met later, inside these parentheses.
  private mutating func attachInline(to command: Int, at index: Int) {
    note("a sub-command that is built elsewhere is left out", index)
  }

  /// What follows the help text: a function that reads the value, a default, or both.
  private func parserAndDefault(_ arguments: [JavaScriptValue]) -> (parser: String?, standard: JavaScriptValue?) {
    guard arguments.count > 2 else { return (nil, nil) }
    let standard = arguments.count > 3 ? arguments[3] : nil
    switch arguments[2] {
    case .name(let name):
      if standard != nil || ["parseInt", "parseFloat", "Number", "String", "Boolean", "collect"].contains(name) {
        return (name, standard)
      }
      return (nil, arguments[2])
    case .expression(let start, let end):
      let isFunction =
        tokens.matches(start, "function") || tokens.matches(start, "async")
        || tokens.matches(tokens.after(start), "=>")
      if isFunction || standard != nil { return (tokens.sourceText(start, end), standard) }
      return (nil, arguments[2])
    default: return (nil, arguments[2])
    }
  }

  private mutating func addOption(_ arguments: [JavaScriptValue], isRequired: Bool, to command: Int, at index: Int) {
    guard let text = arguments.first?.string else {
      if isRequired { commands[command].isUnreadable = true }
      return note("an option is not written out", index)
    }
    let (parser, standard) = parserAndDefault(arguments)
    addOption(
      text,
      help: arguments.count > 1 ? arguments[1].string ?? "" : "",
      parser: parser,
      standard: standard,
      choices: nil,
      isRequired: isRequired,
      to: command,
      at: index
    )
  }

  private mutating func addOption(
    _ text: String,
    help: String,
    parser: String?,
    standard: JavaScriptValue?,
    choices: [JSONValue]?,
    isRequired: Bool,
    to command: Int,
    at index: Int
  ) {
    var flags: [String] = []
    var value: String?
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "|" }) {
      if word.hasPrefix("-") {
        flags.append(String(word))
      } else {
        value = value.map { $0 + " " + word } ?? String(word)
      }
    }
    guard let longest = SynopsisReader.optionName(flags), flags.allSatisfy({ SynopsisReader.isFlag($0.utf8) }) else {
      if isRequired { commands[command].isUnreadable = true }
      return note("option '\(text)' cannot be read", index)
    }
    guard !SynopsisReader.isHelp(flags) || value != nil else { return }
    var name = CommanderReader.camelCase(longest)
    let json = standard.flatMap(tokens.json)
    guard let value else {
      if longest.hasPrefix("no-") {
        name = CommanderReader.camelCase(String(longest.dropFirst(3)))
        if let pair = commands[command].arguments.firstIndex(where: { $0.name == name && $0.action == .storeTrue }) {
          commands[command].arguments[pair].action = .booleanPair
          return
        }
        append(
          CommandLineInterface.Argument(
            name: name,
            flags: flags,
            action: .storeFalse,
            isRequired: false,
            defaultValue: .bool(true),
            help: help,
            line: line(index)
          ),
          to: command,
          at: index
        )
        return
      }
      append(
        CommandLineInterface.Argument(
          name: name,
          flags: flags,
          action: .storeTrue,
          sourceType: "boolean",
          isRequired: false,
          defaultValue: json == .bool(false) ? json : nil,
          help: help,
          line: line(index)
        ),
        to: command,
        at: index
      )
      return
    }
    let isOptional = value.hasPrefix("[")
    let isMany = value.holds("...")
    var type = SkillType.string
    if parser == "parseInt" { type = .int }
    if parser == "parseFloat" || parser == "Number" { type = .double }
    var isRepeated = false
    if let parser, parser == "collect" || json?.arrayValue != nil, !isMany { isRepeated = true }
    append(
      CommandLineInterface.Argument(
        name: name,
        flags: flags,
        action: isRepeated ? .append : .store,
        arity: isMany ? (isOptional ? .zeroOrMore : .oneOrMore) : (isOptional ? .optional : .one),
        sourceType: parser ?? "",
        valueType: type,
        isRequired: isRequired && json == nil,
        defaultValue: json,
        choices: choices,
        help: help,
        line: line(index)
      ),
      to: command,
      at: index
    )
  }

  private mutating func append(_ argument: CommandLineInterface.Argument, to command: Int, at index: Int) {
    guard !commands[command].arguments.contains(where: { $0.name == argument.name }) else {
      if argument.isRequired { commands[command].isUnreadable = true }
      return note("two options are called '\(argument.name)'", index)
    }
    commands[command].arguments.append(argument)
  }

  /// `dry-run` as commander stores it: `dryRun`.
  static func camelCase(_ text: String) -> String {
    var result = ""
    for (index, word) in text.split(separator: "-").enumerated() {
      result += index == 0 ? String(word) : word.prefix(1).uppercased() + word.dropFirst()
    }
    return result
  }

  /// The calls on `new Option(…)` or `new Argument(…)` in the parentheses of a call.
  private func object(
    in call: Int,
    named name: StaticString
  ) -> (start: [JavaScriptValue], calls: [(String, [JavaScriptValue])])? {
    let open = call + 1
    var index = open + 1
    guard tokens.matches(index, "new") else { return nil }
    index += 1
    if tokens.matches(index + 1, ".") { index += 2 }
    guard tokens.matches(index, name), tokens.matches(index + 1, "(") else { return nil }
    let start = tokens.arguments(ofCallAt: index + 1)
    index = tokens.after(index + 1)
    var calls: [(String, [JavaScriptValue])] = []
    while tokens.matches(index, "."), tokens.kind(index + 1) == .name, tokens.matches(index + 2, "(") {
      calls.append((tokens.text(index + 1), tokens.arguments(ofCallAt: index + 2)))
      index = tokens.after(index + 2)
    }
    return index == tokens.partners[open] || tokens.matches(index, ",") ? (start, calls) : nil
  }

  private func choices(_ arguments: [JavaScriptValue]) -> [JSONValue]? {
    guard let elements = arguments.first?.elements else { return nil }
    let values = elements.compactMap(\.string).map { JSONValue.string($0) }
    return values.count == elements.count && !values.isEmpty ? values : nil
  }

  private mutating func addOptionObject(to command: Int, at index: Int) {
    guard let (start, calls) = object(in: index, named: "Option"), let text = start.first?.string else {
      return note("an option is not written out", index)
    }
    var standard: JavaScriptValue?
    var choices: [JSONValue]?
    var parser: String?
    var isRequired = false
    for (method, arguments) in calls {
      switch method {
      case "default": standard = arguments.first
      case "choices": choices = self.choices(arguments)
      case "makeOptionMandatory": isRequired = arguments.first?.bool ?? true
      case "argParser": if case .name(let name)? = arguments.first { parser = name }
      case "hideHelp": return
      default: break
      }
    }
    addOption(
      text,
      help: start.count > 1 ? start[1].string ?? "" : "",
      parser: parser,
      standard: standard,
      choices: choices,
      isRequired: isRequired,
      to: command,
      at: index
    )
  }

  private mutating func addArgumentObject(to command: Int, at index: Int) {
    guard let (start, calls) = object(in: index, named: "Argument"), let text = start.first?.string else {
      commands[command].isUnreadable = true
      return
    }
    var standard: JavaScriptValue?
    var choices: [JSONValue]?
    for (method, arguments) in calls {
      switch method {
      case "default": standard = arguments.first
      case "choices": choices = self.choices(arguments)
      case "argOptional", "argRequired":
        commands[command].isUnreadable = true
        return
      default: break
      }
    }
    addArgument(
      text,
      to: &commands[command],
      at: index,
      help: start.count > 1 ? start[1].string ?? "" : "",
      standard: standard,
      choices: choices
    )
  }
}
