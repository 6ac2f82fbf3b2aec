import SkillFormat
import SkillIR

/// Turns the applications that a script declares with typer into its command line.
struct TyperReader {
  var interpreter: PythonInterpreter
  private(set) var notes: [CommandLineNote] = []

  init(_ interpreter: PythonInterpreter) { self.interpreter = interpreter }

  /// The command line; nil where it is not certain which application the script runs.
  mutating func read() -> CommandLineInterface? {
    let apps = interpreter.typer.apps
    guard let main = apps.root(notes: &notes) else { return nil }
    var result: [CommandLineInterface.Command] = []
    let app = apps[main]
    // A single command needs no word.
    if app.commands.count == 1, app.children.isEmpty, app.callback == nil {
      append(app.commands[0], path: [], to: &result)
    } else {
      append(main, path: [], help: nil, to: &result)
    }
    guard result.contains(where: { !$0.requiresSubcommand }) else { return nil }
    return CommandLineInterface(interpreter: .python, commands: result)
  }

  mutating func note(_ note: CommandLineNote, at range: SourceRange) { notes.append(note.at(range)) }

  private mutating func append(
    _ index: Int,
    path: [String],
    help: String?,
    to result: inout [CommandLineInterface.Command]
  ) {
    let app = interpreter.typer.apps[index]
    let callback = app.callback
    let options = callback?.call ?? app.call
    let documentation =
      help ?? callback?.call["help"]?.value.stringValue ?? app.call["help"]?.value.stringValue
      ?? callback.flatMap { interpreter.functions[$0.function].definition.documentation } ?? ""
    let isCallable =
      (options["invoke_without_command"] ?? app.call["invoke_without_command"])?.value.boolValue == true
    result.append(
      CommandLineInterface.Command(
        path: path,
        help: documentation.dedented(),
        arguments: callback.map { arguments(of: $0.function) } ?? [],
        requiresSubcommand: !isCallable,
        line: interpreter.source.line(at: app.range.start)
      )
    )
    var words: Set<String> = []
    for command in app.commands {
      let definition = interpreter.functions[command.function].definition
      guard let word = Self.word(command.call.argument(at: 0, or: "name"), else: definition.name),
        !command.isInLoop
      else {
        note(.computedCommand, at: definition.range)
        continue
      }
      guard words.insert(word).inserted else {
        note(.repeatedCommand(word), at: definition.range)
        continue
      }
      append(command, path: path + [word], to: &result)
    }
    for child in app.children where path.count < 16 {
      let sub = interpreter.typer.apps[child.app]
      let given = child.call["name"] ?? sub.callback?.call["name"] ?? sub.call["name"]
      let name = sub.callback.map { interpreter.functions[$0.function].definition.name }
      guard let word = Self.word(given, else: name), !child.isInLoop, words.insert(word).inserted else {
        note(.computedCommand, at: child.call.expression.range)
        continue
      }
      append(child.app, path: path + [word], help: child.call["help"]?.value.stringValue, to: &result)
    }
  }

  /// The word of a command: the given one, or a function's name as typer spells it.
  private static func word(_ given: PythonCall.Argument?, else name: String?) -> String? {
    if let given, given.value != .constant(.null) { return given.value.stringValue }
    return name?.lowercased().replacingByte(UInt8(ascii: "_"), with: UInt8(ascii: "-"))
  }

  private mutating func append(
    _ command: TyperProgram.Command,
    path: [String],
    to result: inout [CommandLineInterface.Command]
  ) {
    let definition = interpreter.functions[command.function].definition
    let help =
      command.call["help"]?.value.stringValue ?? definition.documentation
      ?? command.call["short_help"]?.value.stringValue ?? ""
    result.append(
      CommandLineInterface.Command(
        path: path,
        help: help.dedented(),
        arguments: arguments(of: command.function),
        line: interpreter.source.line(at: definition.line)
      )
    )
  }
}
