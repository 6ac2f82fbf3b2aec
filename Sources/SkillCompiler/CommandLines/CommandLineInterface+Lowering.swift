package import SkillIR

extension CommandLineInterface {
  /// The entry points of a script: one for each command that can be called by itself.
  ///
  /// - Parameters:
  ///   - scriptPath: The script's path in the skill's folder. With a command's words after it, it is the name of the
  ///     command's entry point.
  ///   - sourcePath: The script's path as diagnostics show it.
  /// - Returns: The entry points, in the order of the commands.
  package func entryPoints(scriptPath: String, sourcePath: String) -> [EntryPoint] {
    var result: [EntryPoint] = []
    var names: Set<String> = []
    let owners = Dictionary(commands.map { ($0.path, $0) }) { first, _ in first }
    for command in commands where !command.requiresSubcommand {
      var parameters = ParameterList()
      for depth in 0...command.path.count {
        for argument in owners[Array(command.path.prefix(depth))]?.arguments ?? [] {
          parameters.append(argument, depth: depth)
        }
      }
      let name = ([scriptPath] + command.path).joined(separator: " ")
      guard names.insert(name).inserted else { continue }
      let invocation = ScriptInvocation(
        path: scriptPath,
        interpreter: interpreter,
        command: command.path,
        options: parameters.options
      )
      result.append(
        EntryPoint(
          name: name,
          documentation: command.help,
          parameters: parameters.parameters,
          result: .string,
          types: parameters.types,
          body: .script(invocation),
          source: SourceReference(path: sourcePath, line: command.line)
        )
      )
    }
    return result
  }
}

/// The parameters of an entry point as they are made from a command's arguments.
private struct ParameterList {
  private(set) var parameters: [Parameter] = []
  private(set) var options: [ScriptInvocation.Option] = []
  private(set) var types: [TypeDeclaration] = []
  private var names: Set<String> = []
  private var typeNames: Set<String> = []

  mutating func append(_ argument: CommandLineInterface.Argument, depth: Int) {
    let name = Self.distinct(argument.name, among: &names)
    let option = option(argument, depth: depth)
    let element = elementType(of: argument)
    let plain = option.many ? SkillType.array(element) : element
    let standard = defaultValue(of: argument, option, plain)
    let isOptional = !argument.isRequired && standard == nil
    parameters.append(
      Parameter(
        name: name,
        type: isOptional ? .optional(plain) : plain,
        defaultValue: standard,
        documentation: argument.help
      )
    )
    options.append(option)
  }

  // MARK: Types

  private mutating func elementType(of argument: CommandLineInterface.Argument) -> SkillType {
    switch argument.action {
    case .storeTrue, .storeFalse, .booleanPair: return .bool
    case .count: return .int
    case .store, .append: break
    }
    guard argument.valueType == .string, let values = argument.stringChoices else { return argument.valueType }
    let name = Self.distinct(Self.typeName(argument.name), among: &typeNames)
    types.append(
      TypeDeclaration(name: name, kind: .enumeration(values.map { .init($0) }), documentation: argument.help)
    )
    return .named(name)
  }

  /// An argument's name as that of a type: `output-format` is `OutputFormat`.
  private static func typeName(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    var startsWord = true
    for scalar in name.unicodeScalars {
      let isDigit = ("0"..."9").contains(scalar)
      guard isDigit || scalar.properties.isAlphabetic else {
        startsWord = true
        continue
      }
      if startsWord {
        result.append(contentsOf: scalar.properties.uppercaseMapping.unicodeScalars)
      } else {
        result.append(scalar)
      }
      startsWord = false
    }
    let text = String(result)
    guard let first = result.first, !("0"..."9").contains(first) else { return "Choice" + text }
    return reservedTypeNames.contains(text) ? text + "Choice" : text
  }

  /// What a type of a skill cannot be called: the workflow language's own types, and words that Swift keeps.
  private static let reservedTypeNames: Set<String> = [
    "String", "Int", "Double", "Bool", "File", "Folder", "URL", "JSON", "Type", "Self", "Protocol", "Any", "Never",
    "Optional", "Array", "Dictionary", "Set", "Error", "Result", "Swift",
  ]

  /// A name with a number behind it where it is taken: `a_b`, `a_b2`, `a_b3`.
  private static func distinct(_ name: String, among taken: inout Set<String>) -> String {
    var result = name
    var number = 2
    while !taken.insert(result).inserted {
      result = name + String(number)
      number += 1
    }
    return result
  }

  // MARK: Spelling

  private func option(_ argument: CommandLineInterface.Argument, depth: Int) -> ScriptInvocation.Option {
    let form: ScriptInvocation.Option.Form =
      switch argument.action {
      case .store: argument.isPositional ? .positional : .option
      case .append: argument.isPositional ? .positional : .repeatedOption
      case .storeTrue: .flag
      case .storeFalse: .invertedFlag
      case .booleanPair: .switchPair
      case .count: .count
      }
    // Of two equally long spellings the first one.
    let longest = argument.flags.reduce("") { $1.utf8.count > $0.utf8.count ? $1 : $0 }
    return ScriptInvocation.Option(
      form: form,
      flags: argument.isPositional ? [argument.name] : argument.flags,
      flag: argument.isPositional ? argument.name : longest,
      negativeFlag: argument.negativeFlags.max { $0.utf8.count < $1.utf8.count },
      commandDepth: depth,
      sourceType: argument.sourceType,
      isRequired: argument.isRequired,
      sourceDefault: argument.sourceDefault ?? argument.defaultValue,
      choices: argument.choices,
      many: argument.action == .append || (argument.action == .store && argument.arity.isMany)
    )
  }

  // MARK: Defaults

  /// The value for a caller that gives none. Nil where that has to be left to the script.
  private func defaultValue(
    of argument: CommandLineInterface.Argument,
    _ option: ScriptInvocation.Option,
    _ type: SkillType
  ) -> JSONValue? {
    guard !argument.isRequired else { return nil }
    switch option.form {
    case .flag: return .bool(argument.defaultValue == .bool(true))
    case .invertedFlag: return .bool(argument.defaultValue != .bool(false))
    case .count:
      // What the caller says is added to the default.
      switch argument.defaultValue {
      case nil, .null, .integer(0): return .integer(0)
      default: return nil
      }
    case .repeatedOption:
      // Here too; only an empty default can be written down.
      return argument.defaultValue == .array([]) ? .array([]) : nil
    case .positional, .option, .switchPair: return argument.defaultValue.flatMap { converted($0, to: type) }
    }
  }

  /// A default as a value of a type; nil where it is none.
  private func converted(_ value: JSONValue, to type: SkillType) -> JSONValue? {
    switch (type, value) {
    case (.int, .integer), (.bool, .bool), (.string, .string), (.double, .number): return value
    case (.double, .integer(let number)): return .number(Double(number))
    // A default that is text goes through the script's own conversion.
    case (.int, .string(let text)): return Int(text).map(JSONValue.integer)
    case (.double, .string(let text)): return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case (.named(let name), .string(let text)):
      let declaration = types.first { $0.name == name }
      guard case .enumeration(let cases)? = declaration?.kind, cases.contains(where: { $0.rawValue == text })
      else { return nil }
      return value
    case (.array(let element), .array(let values)):
      let converted = values.compactMap { self.converted($0, to: element) }
      return converted.count == values.count ? .array(converted) : nil
    default: return nil
    }
  }
}

extension CommandLineInterface.Argument {
  /// The choices where all of them are texts, each once.
  fileprivate var stringChoices: [String]? {
    guard let choices, !choices.isEmpty else { return nil }
    var seen: Set<String> = []
    var result: [String] = []
    for choice in choices {
      guard let text = choice.stringValue else { return nil }
      // Texts that Unicode counts as equal are one case in Swift.
      if seen.insert(text).inserted { result.append(text) }
    }
    return result
  }
}
