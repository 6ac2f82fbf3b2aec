package import SkillFormat
import SkillIR

/// Reads what a Python script accepts on its command line from its source. Nothing is run.
package enum PythonCommandLine {
  /// The command line of a script that uses argparse, click or typer, or that reads `sys.argv` and has a usage text;
  /// nil where there is none, or it is not certain. What is left out is noted.
  package static func read(_ source: SourceText, diagnostics: inout Diagnostics) -> CommandLineInterface? {
    let libraries = Libraries(source.bytes)
    guard libraries.isAny else { return nil }
    let module = PythonParser.module(of: source.bytes)
    if let first = module.unreadable.first {
      diagnostics.report(.unreadable(count: module.unreadable.count).at(first), in: source)
    }
    if libraries.argparse || libraries.click || libraries.typer {
      var interpreter = PythonInterpreter(source: source, module: module)
      interpreter.run()
      if interpreter.isExhausted { diagnostics.report(.exhausted, in: source) }
      if let result = read(interpreter, &diagnostics) { return limited(result.withFlagTypes, source, &diagnostics) }
      if !interpreter.argparse.parsers.isEmpty { return nil }
    }
    guard libraries.arguments else { return nil }
    return PythonUsage.read(module, source, &diagnostics)?.withFlagTypes
  }

  /// The command line without what goes beyond any that people use.
  private static func limited(
    _ interface: CommandLineInterface,
    _ source: SourceText,
    _ diagnostics: inout Diagnostics
  ) -> CommandLineInterface {
    var result = interface
    let limit = PythonInterpreter.maximumArguments
    guard result.commands.count > limit || result.commands.contains(where: { $0.arguments.count > limit }) else {
      return result
    }
    diagnostics.report(.tooLarge(limit), in: source)
    result.commands = Array(result.commands.prefix(limit))
    for index in result.commands.indices {
      result.commands[index].arguments = Array(result.commands[index].arguments.prefix(limit))
    }
    return result
  }

  private static func read(_ interpreter: PythonInterpreter, _ diagnostics: inout Diagnostics) -> CommandLineInterface?
  {
    var result: CommandLineInterface?
    var notes: [CommandLineNote] = []
    if !interpreter.argparse.parsers.isEmpty {
      var reader = ArgparseReader(interpreter)
      result = reader.read()
      notes = reader.notes
    } else if !interpreter.typer.apps.isEmpty {
      var reader = TyperReader(interpreter)
      result = reader.read()
      notes = reader.notes
    } else if !interpreter.click.commands.isEmpty {
      var reader = ClickReader(interpreter)
      result = reader.read()
      notes = reader.notes
    }
    notes += interpreter.notes
    var seen: Set<SourceRange?> = []
    for note in notes where seen.insert(note.range).inserted { diagnostics.report(note, in: interpreter.source) }
    return result
  }
}

extension PythonCommandLine {
  /// What a source mentions, by a search of its bytes alone.
  struct Libraries {
    var argparse = false
    var click = false
    var typer = false
    var arguments = false

    var isAny: Bool { argparse || click || typer || arguments }

    init(_ bytes: [UInt8]) {
      bytes.withUnsafeBytes { buffer in
        argparse = buffer.contains("argparse", from: 0, to: buffer.count)
        click = buffer.contains("click", from: 0, to: buffer.count)
        typer = buffer.contains("typer", from: 0, to: buffer.count)
        arguments =
          buffer.contains("sys.argv", from: 0, to: buffer.count)
          || buffer.contains("import argv", from: 0, to: buffer.count)
      }
    }
  }
}

extension CommandLineInterface {
  /// The same with the types that follow from what an argument does.
  fileprivate var withFlagTypes: CommandLineInterface {
    var result = self
    for command in result.commands.indices {
      for argument in result.commands[command].arguments.indices {
        switch result.commands[command].arguments[argument].action {
        case .storeTrue, .storeFalse, .booleanPair: result.commands[command].arguments[argument].valueType = .bool
        case .count: result.commands[command].arguments[argument].valueType = .int
        case .store, .append: break
        }
      }
    }
    return result
  }
}

extension CommandLineNote {
  static func unreadable(count: Int) -> CommandLineNote {
    CommandLineNote(
      code: "python-syntax",
      message: count == 1
        ? "a statement cannot be read as Python 3; it is skipped"
        : "\(count) statements cannot be read as Python 3; they are skipped, this one first"
    )
  }
  static func tooLarge(_ limit: Int) -> CommandLineNote {
    CommandLineNote(
      code: "command-line-too-large",
      message: "the script has more than \(limit) commands or arguments; the rest are left out"
    )
  }
  static let exhausted = CommandLineNote(
    code: "script-too-long",
    message: "the script is too involved to follow to its end; what was found up to there counts"
  )
}
