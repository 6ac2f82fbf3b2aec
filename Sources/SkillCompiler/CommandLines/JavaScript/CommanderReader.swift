internal import SkillFormat
internal import SkillIR

/// A command as a script builds it with commander.
struct CommanderCommand {
  var name: String?
  var parent: Int?
  var help = ""
  var arguments: [CommandLineInterface.Argument] = []
  var hasAction = false
  var isUnreadable = false
  var line: Int
}

/// Follows the calls on commander's objects. Source of the rules: the documentation of commander 12.
struct CommanderReader {
  let tokens: JavaScriptTokens
  var commands: [CommanderCommand] = []
  var variables: [String: Int] = [:]
  var notes: [CommandLineNote] = []
  var parses = false
  /// The token at which something was met that leaves all in doubt.
  var failure: (message: String, index: Int)?

  func line(_ index: Int) -> Int { tokens.source.line(at: tokens.tokens[index].range.start) }

  mutating func note(_ message: String, _ index: Int) {
    notes.append(.option(message).at(tokens.tokens[index].range))
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
            tokens.text($0 + 2)
          )
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

  mutating func bind(_ command: Int, before index: Int) {
    guard tokens.matches(index - 1, "="), tokens.kind(index - 2) == .name else { return }
    variables[tokens.text(index - 2)] = command
  }

  /// Takes `name <in> [out]`.
  mutating func setName(_ text: String, of command: inout CommanderCommand, at index: Int) {
    let words = text.split(separator: " ").map(String.init)
    guard let name = words.first, name.utf8.allSatisfy({ $0.isWordPart || $0 == UInt8(ascii: ":") }) else {
      command.isUnreadable = true
      return
    }
    command.name = name
    for word in words.dropFirst() { addArgument(word, to: &command, at: index) }
  }

  func addArgument(
    _ text: String,
    to command: inout CommanderCommand,
    at index: Int,
    help: String = "",
    standard: JavaScriptValue? = nil,
    choices: [JSONValue]? = nil
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
        name: name,
        arity: isMany ? (isRequired ? .oneOrMore : .zeroOrMore) : (isRequired ? .one : .optional),
        isRequired: isRequired,
        defaultValue: value,
        choices: choices,
        help: help,
        line: line(index)
      )
    )
  }
}
