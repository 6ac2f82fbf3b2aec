internal import SkillFormat
internal import SkillIR

/// A command as a script builds it with commander.
private struct CommanderCommand {
  var name: String?
  var parent: Int?
  var help = ""
  var arguments: [CommandLineInterface.Argument] = []
  var hasAction = false
  var isUnreadable = false
  var line: Int
}

/// Follows the calls on commander's objects. Source of the rules: the documentation of commander 12.
private struct CommanderReader {
  let tokens: JavaScriptTokens
  var commands: [CommanderCommand] = []
  var variables: [String: Int] = [:]
  var notes: [JavaScriptInterfaceReader.Note] = []
  var parses = false
  /// The token at which something was met that leaves all in doubt.
  var failure: (message: String, index: Int)?

  func line(_ index: Int) -> Int { tokens.source.line(at: tokens.tokens[index].range.start) }

  mutating func note(_ message: String, _ index: Int) {
    notes.append(
      JavaScriptInterfaceReader.Note(
        code: ShellCommandLine.Code.option, message: message, range: tokens.tokens[index].range))
  }
}

extension JavaScriptInterfaceReader {
  mutating func commanderCommands(module: String) -> [CommandLineInterface.Command]? {
    var reader = CommanderReader(tokens: tokens)
    reader.read(module: modules[module] ?? 0)
    notes += reader.notes
    if let failure = reader.failure {
      fail(failure.message, failure.index)
      return nil
    }
    guard reader.parses, !reader.commands.isEmpty else {
      fail("commander's 'parse' is not called", modules[module])
      return nil
    }
    var result: [CommandLineInterface.Command] = []
    for (index, command) in reader.commands.enumerated() {
      guard let path = reader.path(of: index) else { continue }
      if command.isUnreadable || reader.hasUnreadableParent(index) {
        if index == 0 {
          fail("an argument of the script is not written out", nil)
          return nil
        }
        continue
      }
      let children = reader.commands.contains { $0.parent == index && $0.name != nil }
      result.append(
        CommandLineInterface.Command(
          path: path, help: command.help.isEmpty && index == 0 ? help : command.help, arguments: command.arguments,
          requiresSubcommand: children && !command.hasAction, line: command.line))
    }
    return result.isEmpty ? nil : result
  }
}

extension CommanderReader {
  /// The words that select a command; nil where it belongs to none.
  func path(of index: Int) -> [String]? {
    var path: [String] = []
    var current = index
    for _ in 0..<10 {
      if current == 0 { return path.reversed() }
      guard let name = commands[current].name, let parent = commands[current].parent else { return nil }
      path.append(name)
      current = parent
    }
    return nil
  }

  func hasUnreadableParent(_ index: Int) -> Bool {
    var current = index
    for _ in 0..<10 {
      guard let parent = commands[current].parent else { return false }
      // An option of the parent that cannot be read may be left out; an argument of it cannot.
      if commands[parent].isUnreadable { return true }
      current = parent
    }
    return true
  }

  mutating func read(module: Int) {
    bindImports(module)
    var index = 0
    while index < tokens.tokens.count, failure == nil {
      if tokens.matches(index, "new"), let end = endOfConstructor(index) {
        let command = makeCommand(at: index, arguments: tokens.arguments(ofCallAt: end - 1))
        bind(command, before: index)
        chain(from: tokens.matches(end - 1, "(") ? tokens.after(end - 1) : end, on: command, declaredBefore: index)
        // What stands in the parentheses of the calls is looked at as well.
        index = end
        continue
      }
      if tokens.kind(index) == .name, !tokens.matches(index - 1, "."), tokens.matches(index + 1, "."),
        let command = variables[tokens.text(index)]
      {
        var start = index + 1
        // `commander.program`
        if tokens.matches(start, [".", "program"]) { start += 2 }
        chain(from: start, on: command, declaredBefore: index)
      }
      index += 1
    }
  }

  /// The names under which the script knows commander's own command.
  private mutating func bindImports(_ module: Int) {
    // `import { program, Command as C } from 'commander'`, `const { program } = require('commander')`
    let end = tokens.matches(module - 1, "(") ? module - 4 : module - 2
    guard end >= 0 else { return }
    if tokens.matches(end, "}") {
      let open = tokens.partners[end]
      guard open >= 0 else { return }
      for index in (open + 1)..<max(end, open + 1) where tokens.matches(index, "program") {
        let isRenamed = tokens.matches(index + 1, "as") || tokens.matches(index + 1, ":")
        _ = makeTop(at: index)
        variables[isRenamed ? tokens.text(index + 2) : "program"] = 0
      }
    } else if tokens.kind(end) == .name {
      // The module itself is a command only where the script uses it as one.
      let name = tokens.text(end)
      let isCommand = tokens.tokens.indices.contains {
        tokens.kind($0) == .name && tokens.text($0) == name && tokens.matches($0 + 1, ".")
          && ["option", "version", "command", "arguments", "argument", "parse", "program", "name", "usage"].contains(
            tokens.text($0 + 2))
      }
      if isCommand {
        _ = makeTop(at: end)
        variables[name] = 0
      }
    }
    // `const { program } = commander`, `const program = commander.program`
    for index in tokens.tokens.indices where tokens.matches(index, "=") {
      if tokens.kind(index - 1) == .name, tokens.matches(index + 2, [".", "program"]),
        variables[tokens.text(index + 1)] == 0
      {
        variables[tokens.text(index - 1)] = 0
      }
    }
  }

  private mutating func makeTop(at index: Int) -> Int {
    if commands.isEmpty { commands.append(CommanderCommand(line: 1)) }
    return 0
  }

  /// The index behind `new Command(` or `new commander.Command(`.
  private func endOfConstructor(_ index: Int) -> Int? {
    var end = index + 1
    if tokens.matches(end + 1, ".") { end += 2 }
    guard tokens.matches(end, "Command") else { return nil }
    return tokens.matches(end + 1, "(") ? end + 2 : end + 1
  }

  private mutating func makeCommand(at index: Int, arguments: [JavaScriptValue]) -> Int {
    if commands.isEmpty { return makeTop(at: index) }
    var command = CommanderCommand(line: line(index))
    if let name = arguments.first?.string { setName(name, of: &command, at: index) }
    commands.append(command)
    return commands.count - 1
  }

  private mutating func bind(_ command: Int, before index: Int) {
    guard tokens.matches(index - 1, "="), tokens.kind(index - 2) == .name else { return }
    variables[tokens.text(index - 2)] = command
  }

  /// Takes `name <in> [out]`.
  private mutating func setName(_ text: String, of command: inout CommanderCommand, at index: Int) {
    let words = text.split(separator: " ").map(String.init)
    guard let name = words.first, name.utf8.allSatisfy({ CommandByte.isWordPart($0) || $0 == UInt8(ascii: ":") }) else {
      command.isUnreadable = true
      return
    }
    command.name = name
    for word in words.dropFirst() { addArgument(word, to: &command, at: index) }
  }

  private func addArgument(
    _ text: String, to command: inout CommanderCommand, at index: Int, help: String = "",
    standard: JavaScriptValue? = nil, choices: [JSONValue]? = nil
  ) {
    var bytes = ArraySlice(text.utf8)
    var isRequired = true
    if bytes.first == UInt8(ascii: "<"), bytes.last == UInt8(ascii: ">") {
      bytes = bytes.dropFirst().dropLast()
    } else if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") {
      bytes = bytes.dropFirst().dropLast()
      isRequired = false
    }
    var isMany = false
    if bytes.suffix(3).elementsEqual("...".utf8) {
      bytes = bytes.dropLast(3)
      isMany = true
    }
    guard let name = SynopsisReader.name(Array(bytes)), !command.arguments.contains(where: { $0.name == name }) else {
      command.isUnreadable = true
      return
    }
    let value = standard.flatMap(tokens.json)
    if value != nil { isRequired = false }
    command.arguments.append(
      CommandLineInterface.Argument(
        name: name, arity: isMany ? (isRequired ? .oneOrMore : .zeroOrMore) : (isRequired ? .one : .optional),
        isRequired: isRequired, defaultValue: value, choices: choices, help: help, line: line(index)))
  }
}

// MARK: - Calls

extension CommanderReader {
  /// Follows `.method(…).method(…)` on a command.
  private mutating func chain(from start: Int, on first: Int, declaredBefore: Int) {
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
        name, to: &commands[command], at: index, help: arguments.count > 1 ? arguments[1].string ?? "" : "",
        standard: standard)
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
      text, help: arguments.count > 1 ? arguments[1].string ?? "" : "", parser: parser, standard: standard,
      choices: nil, isRequired: isRequired, to: command, at: index)
  }

  private mutating func addOption(
    _ text: String, help: String, parser: String?, standard: JavaScriptValue?, choices: [JSONValue]?,
    isRequired: Bool, to command: Int, at index: Int
  ) {
    var flags: [String] = []
    var value: String?
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "|" }) {
      if word.hasPrefix("-") { flags.append(String(word)) } else { value = value.map { $0 + " " + word } ?? String(word) }
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
            name: name, flags: flags, action: .storeFalse, isRequired: false, defaultValue: .bool(true), help: help,
            line: line(index)), to: command, at: index)
        return
      }
      append(
        CommandLineInterface.Argument(
          name: name, flags: flags, action: .storeTrue, sourceType: "boolean", isRequired: false,
          defaultValue: json == .bool(false) ? json : nil, help: help, line: line(index)), to: command, at: index)
      return
    }
    let isOptional = value.hasPrefix("[")
    let isMany = value.contains("...")
    var type = SkillType.string
    if parser == "parseInt" { type = .int }
    if parser == "parseFloat" || parser == "Number" { type = .double }
    var isRepeated = false
    if let parser, parser == "collect" || json?.arrayValue != nil, !isMany { isRepeated = true }
    append(
      CommandLineInterface.Argument(
        name: name, flags: flags, action: isRepeated ? .append : .store,
        arity: isMany ? (isOptional ? .zeroOrMore : .oneOrMore) : (isOptional ? .optional : .one),
        sourceType: parser ?? "", valueType: type, isRequired: isRequired && json == nil, defaultValue: json,
        choices: choices, help: help, line: line(index)), to: command, at: index)
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
  private func object(in call: Int, named name: StaticString) -> (start: [JavaScriptValue], calls: [(String, [JavaScriptValue])])? {
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
      text, help: start.count > 1 ? start[1].string ?? "" : "", parser: parser, standard: standard, choices: choices,
      isRequired: isRequired, to: command, at: index)
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
      text, to: &commands[command], at: index, help: start.count > 1 ? start[1].string ?? "" : "", standard: standard,
      choices: choices)
  }
}
