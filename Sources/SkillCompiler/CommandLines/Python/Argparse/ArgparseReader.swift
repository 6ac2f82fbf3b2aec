import SkillFormat
import SkillIR

/// Turns the parsers that a script makes into its command line.
struct ArgparseReader {
  private var interpreter: PythonInterpreter
  private(set) var notes: [CommandLineNote] = []

  private var program: ArgparseProgram { interpreter.argparse }

  init(_ interpreter: PythonInterpreter) { self.interpreter = interpreter }

  /// The command line; nil where the script has no parser, or it is not certain which one it uses.
  mutating func read() -> CommandLineInterface? {
    guard let main = mainParser() else { return nil }
    var commands: [CommandLineInterface.Command] = []
    append(main, path: [], to: &commands)
    return CommandLineInterface(interpreter: .python, commands: commands)
  }

  /// The parser that reads the command line.
  private mutating func mainParser() -> Int? {
    let roots = program.parsers.indices.filter { program.parsers[$0].owner == nil && !program.parsers[$0].isInLoop }
    func rank(_ index: Int) -> (Int, ArgparseProgram.Parser.Reading, Int) {
      let parser = program.parsers[index]
      return (parser.isMainFlow ? 1 : 0, parser.reading, parser.isParent ? 0 : 1)
    }
    guard let best = roots.map(rank).max(by: <) else { return nil }
    let candidates = roots.filter { rank($0) == best }
    if candidates.count > 1 {
      notes.append(.severalParsers.at(program.parsers[candidates[1]].range))
      return nil
    }
    return candidates.first
  }

  private mutating func append(_ index: Int, path: [String], to commands: inout [CommandLineInterface.Command]) {
    let parser = program.parsers[index]
    let own = commands.count
    commands.append(
      CommandLineInterface.Command(
        path: path,
        help: documentation(of: parser, isTop: path.isEmpty),
        arguments: arguments(of: index),
        line: line(parser.range)
      )
    )
    guard let subparsers = parser.subparsers else { return }
    commands[own].requiresSubcommand = program.subparsers[subparsers].isRequired
    var words: Set<String> = []
    for child in program.subparsers[subparsers].children {
      let sub = program.parsers[child]
      guard let word = sub.word?.value.stringValue, sub.loops <= parser.loops, !word.isEmpty else {
        notes.append(.computedCommand.at(sub.range))
        continue
      }
      guard words.insert(word).inserted, path.count < 16 else {
        notes.append(.repeatedCommand(word).at(sub.range))
        continue
      }
      append(child, path: path + [word], to: &commands)
    }
  }

  private func line(_ range: SourceRange) -> Int { interpreter.source.line(at: range.start) }

  // MARK: Texts

  private func documentation(of parser: ArgparseProgram.Parser, isTop: Bool) -> String {
    for keyword in ["description", "help"] {
      if let text = text(parser.keywords[keyword]), !text.isEmpty { return text }
    }
    if case .constant(.string(let text))? = parser.attributes["description"] { return text.dedented() }
    return isTop ? interpreter.module.documentation?.dedented() ?? "" : ""
  }

  /// A text for readers. The fields of an f-string stay as the source has them.
  private func text(_ argument: PythonCall.Argument?) -> String? {
    guard let argument else { return nil }
    if let text = argument.value.stringValue { return text.dedented() }
    guard case .formatted(let parts) = argument.expression.kind else { return nil }
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .field(let expression, _, _): result += "{\(interpreter.text(of: expression))}"
      }
    }
    return result.dedented()
  }

  // MARK: Arguments

  private mutating func arguments(of index: Int) -> [CommandLineInterface.Argument] {
    let parser = program.parsers[index]
    let resolves = parser.keywords["conflict_handler"]?.value.stringValue == "resolve"
    var result: [CommandLineInterface.Argument] = []
    var known: Set<String> = []
    for argument in parser.arguments {
      guard let read = read(argument, of: parser) else { continue }
      if !known.isDisjoint(with: read.flags) {
        guard resolves else {
          // Only one of two branches adds it.
          notes.append(.repeatedFlag(read.name).at(argument.range))
          continue
        }
        // The newer argument takes the flag; an older one without any other is gone.
        result = result.compactMap { older in
          var older = older
          guard !older.isPositional else { return older }
          older.flags.removeAll(where: read.flags.contains)
          return older.flags.isEmpty ? nil : older
        }
      }
      known.formUnion(read.flags)
      result.append(read)
    }
    return result
  }

  private mutating func read(
    _ argument: ArgparseProgram.Argument,
    of parser: ArgparseProgram.Parser
  ) -> CommandLineInterface.Argument? {
    let names = argument.names.compactMap(\.value.stringValue)
    guard !argument.isInLoop, !argument.hasUnknownSpread, names.count == argument.names.count else {
      notes.append(.computedArgument.at(argument.range))
      return nil
    }
    let keywords = argument.keywords
    let prefixes = parser.keywords["prefix_chars"]?.value.stringValue ?? "-"
    guard let naming = Naming(names, dest: keywords["dest"], prefixes: prefixes) else {
      notes.append(.computedArgument.at(argument.range))
      return nil
    }
    var result = CommandLineInterface.Argument(
      name: naming.dest,
      flags: naming.flags,
      isRequired: false,
      line: line(argument.range)
    )
    switch form(of: argument) {
    case .skipped: return nil
    case .unreadable(let note):
      notes.append(note.at(argument.range))
      return nil
    case .read(let action, let arity):
      result.action = action
      result.arity = arity
      if action == .booleanPair {
        result.negativeFlags = naming.flags.filter { $0.utf8.starts(with: "--".utf8) }.map { "--no-" + $0.dropFirst(2) }
      }
    }
    let converter = converter(keywords["type"])
    result.valueType = converter.type
    if let type = keywords["type"], type.value != .constant(.null) {
      result.sourceType = interpreter.text(of: type.expression)
    }
    result.choices = choices(argument, converter)
    result.isRequired = isRequired(argument, result)
    if argument.isConditional, result.isRequired {
      result.isRequired = false
      notes.append(.conditionalArgument(result.name).at(argument.range))
    }
    readDefault(of: argument, parser, into: &result)
    result.help = help(argument, parser, result)
    return result
  }

  private enum Form {
    case read(CommandLineInterface.Argument.Action, CommandLineInterface.Argument.Arity)
    /// It has no value: `--help`, `--version`.
    case skipped
    case unreadable(CommandLineNote)
  }

  private func form(of argument: ArgparseProgram.Argument) -> Form {
    var arity = CommandLineInterface.Argument.Arity.one
    var takesNone = false
    if let nargs = argument.keywords["nargs"] {
      switch nargs.value {
      case .constant(.null): break
      case .constant(.integer(let count)) where count > 0: arity = .exactly(count)
      case .constant(.integer(0)): takesNone = true
      case .constant(.string("?")), .library("argparse.OPTIONAL"): arity = .optional
      case .constant(.string("*")), .library("argparse.ZERO_OR_MORE"): arity = .zeroOrMore
      case .constant(.string("+")), .library("argparse.ONE_OR_MORE"): arity = .oneOrMore
      case .constant(.string("...")), .library("argparse.REMAINDER"): arity = .remainder
      case .constant(.string("A...")), .library("argparse.PARSER"): arity = .oneOrMore
      default: return .unreadable(.computedArity)
      }
    }
    switch argument.keywords["action"]?.value {
    case nil, .constant(.null), .constant(.string("store")), .constant(.string("extend")): break
    case .constant(.string("append")):
      return arity.isMany ? .unreadable(.repeatedLists) : .read(.append, .one)
    case .constant(.string("store_true")), .constant(.string("store_const")), .constant(.string("append_const")):
      return .read(.storeTrue, .one)
    case .constant(.string("store_false")): return .read(.storeFalse, .one)
    case .constant(.string("count")): return .read(.count, .one)
    case .constant(.string("help")), .constant(.string("version")): return .skipped
    case .library("argparse.BooleanOptionalAction"): return .read(.booleanPair, .one)
    case .classObject(let index) where interpreter.isClass(index, derivedFrom: ["argparse.Action"]):
      // What its `__init__` makes of the number of values is not known.
      if interpreter.attribute("__init__", ofClass: index) != nil, argument.keywords["nargs"] == nil {
        return .unreadable(.customAction)
      }
      if takesNone { return .read(.storeTrue, .one) }
    default: return .unreadable(.customAction)
    }
    return takesNone ? .unreadable(.computedArity) : .read(.store, arity)
  }

  private func converter(_ type: PythonCall.Argument?) -> PythonValue.Converter {
    switch type?.value {
    case .library("builtins.int"): PythonValue.Converter(type: .int)
    case .library("builtins.float"): PythonValue.Converter(type: .double)
    case .library("builtins.open"): PythonValue.Converter(type: .file)
    case .converter(let converter): converter
    case .classObject(let index):
      PythonValue.Converter(choices: interpreter.members(ofEnumeration: index)?.map(\.value))
    default: PythonValue.Converter()
    }
  }

  private mutating func choices(
    _ argument: ArgparseProgram.Argument,
    _ converter: PythonValue.Converter
  ) -> [JSONValue]? {
    guard let choices = argument.keywords["choices"] else { return converter.choices }
    switch choices.value {
    case .constant(.null): return nil
    case .constant(.string(let text)): return text.unicodeScalars.map { .string(String($0)) }
    case .dictionary(let entries) where entries.allSatisfy({ $0.key.json != nil }) && !entries.isEmpty:
      return entries.compactMap(\.key.json)
    case .sequence(let elements):
      let values = elements.compactMap { literal($0) }
      if values.count == elements.count, !values.isEmpty { return values }
    case .classObject(let index):
      // Its members are compared after `type` made them.
      if case .classObject(index)? = argument.keywords["type"]?.value { return converter.choices }
    default:
      if converter.choices != nil { return converter.choices }
    }
    notes.append(.computedChoices.at(choices.expression.range))
    return nil
  }

  /// A value as JSON; a member of an enumeration is its value.
  private func literal(_ value: PythonValue) -> JSONValue? {
    if case .member(.classObject(let index), let name) = value {
      return interpreter.members(ofEnumeration: index)?.first { $0.name == name }?.value
    }
    return value.json
  }

  private func isRequired(
    _ argument: ArgparseProgram.Argument,
    _ read: CommandLineInterface.Argument
  ) -> Bool {
    guard read.isPositional else {
      return (argument.changes["required"] ?? argument.keywords["required"]?.value)?.boolValue ?? false
    }
    switch read.arity {
    case .one, .oneOrMore, .exactly: return true
    case .optional, .zeroOrMore, .remainder: return false
    }
  }

  private func readDefault(
    of argument: ArgparseProgram.Argument,
    _ parser: ArgparseProgram.Parser,
    into result: inout CommandLineInterface.Argument
  ) {
    if let changed = argument.changes["default"] {
      result.defaultValue = literal(changed) ?? .object(["$expr": .string("")])
      result.sourceDefault = result.defaultValue
      return
    }
    guard
      let given = parser.defaults[result.name] ?? argument.keywords["default"]
        ?? parser.keywords["argument_default"].flatMap({ $0.value == .constant(.null) ? nil : $0 })
    else { return }
    let source = PythonPrinter.json(of: given.expression, in: interpreter.source.bytes)
    result.sourceDefault = source
    result.defaultValue = literal(given.value) ?? .object(["$expr": .string(interpreter.text(of: given.expression))])
  }

  // MARK: Help

  /// The help with `%(default)s` and the like put in as argparse does.
  private func help(
    _ argument: ArgparseProgram.Argument,
    _ parser: ArgparseProgram.Parser,
    _ read: CommandLineInterface.Argument
  ) -> String {
    let text = argument.changes["help"]?.stringValue ?? text(argument.keywords["help"]) ?? ""
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%"), let next = rest.first else {
        result.append(byte)
        continue
      }
      if next == byte {
        rest.removeFirst()
        result.append(byte)
      } else if next == UInt8(ascii: "("), let end = rest.firstIndex(of: UInt8(ascii: ")")), end + 1 < rest.endIndex,
        let value = field(String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self), argument, parser, read)
      {
        result += value.utf8
        rest = rest[(end + 2)...]
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func field(
    _ name: String,
    _ argument: ArgparseProgram.Argument,
    _ parser: ArgparseProgram.Parser,
    _ read: CommandLineInterface.Argument
  ) -> String? {
    func spell(_ value: JSONValue) -> String? {
      switch value {
      case .null: "None"
      case .bool(let flag): flag ? "True" : "False"
      case .integer(let number): String(number)
      case .number(let number): PythonPrinter.text(of: number)
      case .string(let text): text
      case .array(let values): "[" + values.compactMap(spell).joined(separator: ", ") + "]"
      case .object(let members): members["$expr"]?.stringValue
      }
    }
    switch name {
    case "default": return read.defaultValue.flatMap(spell) ?? (read.action == .storeTrue ? "False" : "None")
    case "choices": return read.choices?.compactMap(spell).joined(separator: ", ")
    case "dest": return read.name
    case "type": return read.sourceType.isEmpty ? "None" : read.sourceType
    case "metavar": return text(argument.keywords["metavar"])
    case "prog":
      let path = interpreter.source.path
      return text(parser.keywords["prog"]) ?? String(path.split(separator: "/").last ?? "")
    default: return nil
    }
  }
}
