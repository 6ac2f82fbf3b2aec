import SkillFormat
import SkillIR

/// Turns the commands that a script declares with click into its command line.
struct ClickReader {
  private let interpreter: PythonInterpreter
  private(set) var notes: [CommandLineNote] = []

  init(_ interpreter: PythonInterpreter) { self.interpreter = interpreter }

  /// The command line; nil where it is not certain which command the script runs.
  mutating func read() -> CommandLineInterface? {
    guard let main = interpreter.click.commands.root(notes: &notes) else { return nil }
    var result: [CommandLineInterface.Command] = []
    append(main, path: [], to: &result)
    return CommandLineInterface(interpreter: .python, commands: result)
  }

  private mutating func append(_ index: Int, path: [String], to result: inout [CommandLineInterface.Command]) {
    let command = interpreter.click.commands[index]
    var help = command.help.dedented()
    // A form feed ends what click shows.
    if let end = help.unicodeScalars.firstIndex(of: "\u{0C}") { help = String(help[..<end]).trimmingPythonSpace() }
    let line = interpreter.source.line(at: command.range.start)
    result.append(
      CommandLineInterface.Command(
        path: path,
        help: help,
        arguments: command.parameters.compactMap { read($0) },
        requiresSubcommand: command.isGroup && command.call?["invoke_without_command"]?.value.boolValue != true,
        line: line
      )
    )
    var words: Set<String> = []
    for child in command.children where path.count < 16 {
      let sub = interpreter.click.commands[child]
      guard let word = sub.name, sub.isNameCertain, !word.isEmpty else {
        notes.append((sub.isNameCertain ? CommandLineNote.computedCommand : .versionedCommand).at(sub.range))
        continue
      }
      guard words.insert(word).inserted else {
        notes.append(.repeatedCommand(word).at(sub.range))
        continue
      }
      append(child, path: path + [word], to: &result)
    }
  }

  private mutating func read(_ parameter: ClickParameter) -> CommandLineInterface.Argument? {
    let call = parameter.call
    var names = call.positionals.compactMap(\.value.stringValue)
    guard !parameter.isInLoop, !call.hasUnknownSpread, names.count == call.positionals.count else {
      notes.append(.computedArgument.at(call.expression.range))
      return nil
    }
    if names.isEmpty, parameter.form == .confirmation { names = ["--yes"] }
    if names.isEmpty, parameter.form == .password { names = ["--password"] }
    guard let naming = Naming(names, isArgument: parameter.form == .argument) else {
      notes.append(.computedArgument.at(call.expression.range))
      return nil
    }
    var result = CommandLineInterface.Argument(
      name: naming.name,
      flags: naming.flags,
      isRequired: false,
      line: interpreter.source.line(at: call.expression.range.start)
    )
    let type = call["type"]
    var converter = type?.value.clickConverter ?? PythonValue.Converter()
    if let type, type.value != .constant(.null) { result.sourceType = interpreter.text(of: type.expression) }
    readDefault(call, into: &result)
    if type == nil { converter.type = Self.type(of: result.defaultValue) ?? .string }
    result.valueType = converter.type
    result.choices = converter.choices
    result.help = call["help"]?.value.stringValue?.dedented() ?? ""
    guard readForm(parameter, naming, converter, into: &result) else {
      notes.append(.computedArity.at(call.expression.range))
      return nil
    }
    return result
  }

  private func readDefault(_ call: PythonCall, into result: inout CommandLineInterface.Argument) {
    guard let given = call["default"] else { return }
    result.sourceDefault = PythonPrinter.json(of: given.expression, in: interpreter.source.bytes)
    result.defaultValue = given.value.json ?? .object(["$expr": .string(interpreter.text(of: given.expression))])
  }

  /// The type that click takes from a default where none is given.
  private static func type(of value: JSONValue?) -> SkillType? {
    switch value {
    case .integer: .int
    case .number: .double
    case .array(let values): values.first.flatMap { type(of: $0) }
    default: nil
    }
  }

  /// Whether it is a flag, how many values it takes, and whether it is needed. False where that is not known.
  private func readForm(
    _ parameter: ClickParameter,
    _ naming: Naming,
    _ converter: PythonValue.Converter,
    into result: inout CommandLineInterface.Argument
  ) -> Bool {
    let call = parameter.call
    var count = converter.count ?? 1
    if let nargs = call["nargs"] {
      guard let number = nargs.value.integerValue, number == -1 || number > 0 else { return false }
      count = number
    }
    let required = call["required"]?.value
    result.isRequired = required?.boolValue ?? false
    let hasDefault = result.defaultValue.map { $0 != .null } ?? false
    if parameter.form == .argument {
      result.isRequired = required?.boolValue ?? (!hasDefault && count > 0)
      if count == -1 {
        result.arity = result.isRequired ? .oneOrMore : .zeroOrMore
      } else if count > 1 {
        result.arity = .exactly(count)
      } else {
        result.arity = result.isRequired ? .one : .optional
      }
      return true
    }
    let isFlag = call["is_flag"]?.value
    if let isFlag, isFlag.boolValue == nil, isFlag != .constant(.null) { return false }
    if call["count"]?.value.boolValue == true {
      result.action = .count
      result.valueType = .int
    } else if !naming.negatives.isEmpty {
      result.action = naming.flags.isEmpty ? .storeFalse : .booleanPair
      if naming.flags.isEmpty { result.flags = naming.negatives } else { result.negativeFlags = naming.negatives }
    } else if isFlag?.boolValue == true || (isFlag?.boolValue == nil && call["flag_value"] != nil)
      || parameter.form == .confirmation
    {
      result.action = .storeTrue
      if call["flag_value"] != nil { result.defaultValue = nil }
    } else if call["multiple"]?.value.boolValue == true {
      guard count == 1 else { return false }
      result.action = .append
    } else if count != 1 {
      guard count > 1 else { return false }
      result.arity = .exactly(count)
    }
    // A prompt would wait for an answer that nobody gives.
    if let prompt = call["prompt"]?.value, prompt != .constant(.bool(false)), prompt != .constant(.null), !hasDefault,
      call["prompt_required"]?.value.boolValue != false, result.action == .store || result.action == .append
    {
      result.isRequired = true
    }
    if parameter.form == .password { result.isRequired = true }
    return true
  }

}

extension ClickReader {
  /// How click understands a parameter's declarations.
  struct Naming {
    var name: String
    var flags: [String] = []
    /// The spellings that switch an option off.
    var negatives: [String] = []

    init?(_ declarations: [String], isArgument: Bool) {
      var explicit: String?
      var first: (name: String, dashes: Int)?
      if isArgument {
        guard declarations.count == 1, !declarations[0].isEmpty else { return nil }
        let name = declarations[0].lowercased().replacingByte(UInt8(ascii: "-"), with: UInt8(ascii: "_"))
        guard name.isPythonIdentifier else { return nil }
        self.name = name
        return
      }
      for declaration in declarations {
        if declaration.isPythonIdentifier {
          guard explicit == nil else { return nil }
          explicit = declaration
          continue
        }
        var positive = declaration[...]
        let separator: Character = declaration.first == "/" ? ";" : "/"
        if let split = declaration.firstIndex(of: separator) {
          positive = declaration[..<split]
          let negative = String(declaration[declaration.index(after: split)...]).trimmingPythonSpace()
          if !negative.isEmpty { negatives.append(negative) }
        }
        let flag = String(positive).trimmingPythonSpace()
        guard !flag.isEmpty else { continue }
        flags.append(flag)
        let dashes = flag.utf8.prefix { $0 == UInt8(ascii: "-") }.count
        // The first of those with most dashes gives the name.
        if first.map({ min(dashes, 2) > $0.dashes }) ?? true {
          first = (String(flag.dropFirst(dashes)), min(dashes, 2))
        }
      }
      let bare = first?.name.lowercased().replacingByte(UInt8(ascii: "-"), with: UInt8(ascii: "_"))
      guard let name = explicit ?? bare, name.isPythonIdentifier, !flags.isEmpty || !negatives.isEmpty
      else { return nil }
      self.name = name
    }
  }
}

extension String {
  var isPythonIdentifier: Bool {
    guard let first = utf8.first, first.isPythonNameStart else { return false }
    return utf8.allSatisfy(\.isPythonNameByte)
  }
}

extension CommandLineNote {
  static let versionedCommand = CommandLineNote(
    code: "computed-command",
    message: "versions of click differ in the sub-command's name; it is left out (name it in its decorator)"
  )
}
