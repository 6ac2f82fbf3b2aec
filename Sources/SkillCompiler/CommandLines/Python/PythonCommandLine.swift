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
      let note = PythonNote.unreadable(count: module.unreadable.count)
      diagnostics.report(.note, note.code, note.message, in: source, at: first)
    }
    if libraries.argparse || libraries.click || libraries.typer {
      var interpreter = PythonInterpreter(source: source, module: module)
      interpreter.run()
      if interpreter.isExhausted {
        let note = PythonNote.exhausted
        diagnostics.report(.note, note.code, note.message, in: source)
      }
      if let result = read(interpreter, &diagnostics) { return result }
      if !interpreter.argparse.parsers.isEmpty { return nil }
    }
    guard libraries.arguments else { return nil }
    return PythonUsage.read(module, source, &diagnostics)
  }

  private static func read(_ interpreter: PythonInterpreter, _ diagnostics: inout Diagnostics) -> CommandLineInterface?
  {
    var result: CommandLineInterface?
    var notes: [(PythonNote, SourceRange)] = []
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
    notes += interpreter.notes.map { (PythonNote(code: $0.code, message: $0.message), $0.range) }
    var seen: Set<SourceRange> = []
    for (note, range) in notes where seen.insert(range).inserted {
      diagnostics.report(.note, note.code, note.message, in: interpreter.source, at: range)
    }
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

extension PythonNote {
  static func unreadable(count: Int) -> PythonNote {
    PythonNote(
      code: "python-syntax",
      message: count == 1
        ? "a statement cannot be read as Python 3; it is skipped"
        : "\(count) statements cannot be read as Python 3; they are skipped, this one first"
    )
  }
  static let exhausted = PythonNote(
    code: "script-too-long",
    message: "the script is too involved to follow to its end; what was found up to there counts"
  )
}
