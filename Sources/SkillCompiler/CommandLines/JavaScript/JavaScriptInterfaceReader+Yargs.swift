internal import SkillFormat
internal import SkillIR

extension JavaScriptInterfaceReader {
  /// The options of a script that uses yargs without sub-commands.
  mutating func yargsCommands() -> [CommandLineInterface.Command]? {
    var options: [(key: String, value: JavaScriptValue, index: Int)] = []
    var demanded: Set<String> = []
    var usesRest = false
    for index in tokens.tokens.indices where tokens.kind(index) == .name && tokens.matches(index - 1, ".") {
      guard tokens.matches(index + 1, "(") else {
        if tokens.matches(index, "_") { usesRest = true }
        continue
      }
      let arguments = tokens.arguments(ofCallAt: index + 1)
      switch tokens.text(index) {
      case "option", "options":
        if let key = arguments.first?.string, arguments.count == 2 {
          options.append((key, resolved(arguments[1]), index))
        } else if let members = arguments.first.flatMap({ resolved($0).members }) {
          for member in members { options.append((member.key, resolved(member.value), index)) }
        } else {
          leaveOut("an option is not written out", index)
        }
      case "demandOption", "demand", "require":
        if let key = arguments.first?.string { demanded.insert(key) }
        for key in arguments.first?.elements ?? [] { if let key = key.string { demanded.insert(key) } }
      case "command", "positional", "commandDir":
        fail("sub-commands of yargs are not read", index)
        return nil
      case "demandCommand": usesRest = true
      default: break
      }
    }
    var result: [CommandLineInterface.Argument] = []
    for option in options {
      guard
        let argument = yargsOption(option.key, option.value, isDemanded: demanded.contains(option.key), option.index)
      else {
        if demanded.contains(option.key) {
          fail("option '--\(option.key)' is not written out", option.index)
          return nil
        }
        leaveOut("option '--\(option.key)' is not written out", option.index)
        continue
      }
      if !SynopsisReader.isHelp(argument.flags), !result.contains(where: { $0.name == argument.name }) {
        result.append(argument)
      }
    }
    if usesRest {
      let described = usage()?.arguments.filter(\.isPositional) ?? []
      guard !described.isEmpty else {
        fail("the script does not say what its positional arguments are", nil)
        return nil
      }
      result += described
    }
    return [command(result)]
  }

  private func yargsOption(
    _ key: String,
    _ value: JavaScriptValue,
    isDemanded: Bool,
    _ index: Int
  ) -> CommandLineInterface.Argument? {
    guard value.members != nil else { return nil }
    var flags = [key.utf8.count == 1 ? "-" + key : "--" + key]
    let aliases = value["alias"].map { $0.elements ?? [$0] } ?? []
    for alias in aliases {
      guard let name = alias.string else { return nil }
      flags.append(name.utf8.count == 1 ? "-" + name : "--" + name)
    }
    guard flags.allSatisfy({ SynopsisReader.isFlag($0.utf8) }) else { return nil }
    var type = value["type"]?.string ?? ""
    for kind in ["boolean", "string", "number", "array", "count"] where value[kind]?.bool == true { type = kind }
    let choices = value["choices"]?.elements.map { $0.compactMap(\.string).map { JSONValue.string($0) } }
    let standard = value["default"].flatMap(tokens.json)
    var isRequired = isDemanded
    for word in ["demandOption", "demand", "required"] where value[word].map({ $0.bool != false }) == true {
      isRequired = true
    }
    let help = value["describe"]?.string ?? value["description"]?.string ?? value["desc"]?.string ?? ""
    var argument = CommandLineInterface.Argument(
      name: key,
      flags: flags.sorted { $0.utf8.count < $1.utf8.count },
      sourceType: type,
      isRequired: false,
      defaultValue: standard,
      choices: choices?.isEmpty == false ? choices : nil,
      help: help,
      line: line(index)
    )
    switch type {
    case "boolean": argument.action = .booleanPair
    case "count": argument.action = .count
    case "array": argument.action = .append
    case "number": argument.valueType = .double
    case "string", "":
      // Without a type yargs guesses from what it is given.
      break
    default: return nil
    }
    if argument.action == .store || argument.action == .append {
      argument.isRequired = isRequired && standard == nil
    }
    return argument
  }
}
