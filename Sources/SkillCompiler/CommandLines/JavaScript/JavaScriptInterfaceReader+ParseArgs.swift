internal import SkillFormat
internal import SkillIR

extension JavaScriptInterfaceReader {
  /// The call of `parseArgs` of `node:util`, as the index of its parenthesis.
  var parseArgsCall: Int? {
    guard modules["util"] != nil || modules["node:util"] != nil else { return nil }
    return tokens.tokens.indices.first {
      tokens.matches($0, "parseArgs") && tokens.matches($0 + 1, "(") && !tokens.matches($0 - 1, "function")
    }.map { $0 + 1 }
  }

  /// Source of the rules: the Node documentation of `util.parseArgs`.
  mutating func parseArgsCommands(_ call: Int) -> [CommandLineInterface.Command]? {
    let calls = tokens.tokens.indices.filter { tokens.matches($0, "parseArgs") && tokens.matches($0 + 1, "(") }
    guard calls.count == 1, let argument = tokens.arguments(ofCallAt: call).first else {
      fail("'parseArgs' is called more than once, or without options", call)
      return nil
    }
    guard let members = resolved(argument).members else {
      fail("the options of 'parseArgs' are not written out", call)
      return nil
    }
    let config = JavaScriptValue.object(members)
    if let source = config["args"], !isAllArguments(source) {
      fail("'parseArgs' gets arguments of its own", call)
      return nil
    }
    var arguments: [CommandLineInterface.Argument] = []
    if let options = config["options"] {
      guard let members = resolved(options).members else {
        fail("the options of 'parseArgs' are not written out", call)
        return nil
      }
      let negates = config["allowNegative"]?.bool ?? false
      for (key, value) in members {
        guard let argument = parseArgsOption(key, resolved(value), negates: negates, line: line(call)) else {
          leaveOut("option '--\(key)' is not written out", call)
          continue
        }
        if !SynopsisReader.isHelp(argument.flags) { arguments.append(argument) }
      }
    }
    requireGuarded(&arguments)
    if config["allowPositionals"]?.bool == true {
      guard let positionals = positionals(of: ["positionals"], defaultName: "positionals") else { return nil }
      arguments += positionals
    } else if let allows = config["allowPositionals"], allows.bool == nil {
      fail("whether positional arguments are allowed is not written out", call)
      return nil
    }
    guard Set(arguments.map(\.name)).count == arguments.count else {
      fail("two arguments have the same name", call)
      return nil
    }
    return [command(arguments)]
  }

  private func isAllArguments(_ value: JavaScriptValue) -> Bool {
    switch value {
    case .name(let name):
      guard let start = constants[name], start >= 0 else { return false }
      return isSlice(start)
    case .expression(let start, _): return isSlice(start)
    default: return false
    }
  }

  /// Whether `process.argv.slice(2)` begins at a token, and nothing follows.
  func isSlice(_ index: Int) -> Bool {
    tokens.matches(index, ["process", ".", "argv", ".", "slice", "(", "2", ")"].map { $0 })
      || (tokens.matches(index, ["process", ".", "argv", ".", "slice", "("]) && tokens.text(index + 6) == "2"
        && tokens.matches(index + 7, ")"))
        && !tokens.matches(index + 8, ".") && !tokens.matches(index + 8, "[")
  }

  private func parseArgsOption(
    _ key: String,
    _ value: JavaScriptValue,
    negates: Bool,
    line: Int
  ) -> CommandLineInterface.Argument? {
    guard let type = value["type"]?.string, type == "string" || type == "boolean" else { return nil }
    var flags = ["--" + key]
    if let short = value["short"] {
      guard let letter = short.string, letter.utf8.count == 1 else { return nil }
      flags.insert("-" + letter, at: 0)
    }
    guard SynopsisReader.isFlag(("--" + key).utf8) || key.utf8.count == 1 else { return nil }
    var isMultiple = false
    if let multiple = value["multiple"] {
      guard let known = multiple.bool else { return nil }
      isMultiple = known
    }
    let standard = value["default"].flatMap(tokens.json)
    if type == "boolean" {
      return CommandLineInterface.Argument(
        name: key,
        flags: flags,
        action: negates ? .booleanPair : .storeTrue,
        sourceType: type,
        isRequired: false,
        defaultValue: standard == .bool(true) && !negates ? nil : standard,
        line: line
      )
    }
    return CommandLineInterface.Argument(
      name: key,
      flags: flags,
      action: isMultiple ? .append : .store,
      sourceType: type,
      isRequired: false,
      defaultValue: standard,
      line: line
    )
  }

  /// Marks the options that the script cannot do without: `if (!values.name) { …; process.exit(1) }`.
  private func requireGuarded(_ arguments: inout [CommandLineInterface.Argument]) {
    for part in guards() {
      guard tokens.matches(part.start, "!") else { continue }
      let name: String
      if tokens.matches(part.start + 1, ["values", "."]), part.end == part.start + 4 {
        name = tokens.text(part.start + 3)
      } else if let bare = negatedName(part), destructures(bare, from: "values") {
        name = bare
      } else {
        continue
      }
      guard let index = arguments.firstIndex(where: { $0.name == name }) else { continue }
      if arguments[index].defaultValue == nil, arguments[index].action == .store { arguments[index].isRequired = true }
    }
  }

  /// Whether `const { …, name, … } = list` stands somewhere.
  private func destructures(_ name: String, from list: StaticString) -> Bool {
    for index in tokens.tokens.indices where tokens.matches(index, "{") {
      let close = tokens.partners[index]
      guard close > index, close - index < 80, tokens.matches(close + 1, "="), tokens.matches(close + 2, list) else {
        continue
      }
      for inner in (index + 1)..<close where tokens.kind(inner) == .name && tokens.text(inner) == name { return true }
    }
    return false
  }
}
