import Foundation
import SkillFormat
import SkillIR
import Testing

@testable import SkillCompiler

/// A script read to its command line, with what was noted.
func readPython(_ text: String, path: String = "scripts/tool.py") -> (CommandLineInterface?, [Diagnostic]) {
  var diagnostics = Diagnostics()
  let interface = PythonCommandLine.read(SourceText(path: path, text: text), diagnostics: &diagnostics)
  return (interface, diagnostics.all)
}

/// The command line of a script that must have one.
func pythonInterface(_ text: String, path: String = "scripts/tool.py") throws -> CommandLineInterface {
  try #require(readPython(text, path: path).0)
}

/// A script followed to its parsers.
func interpreted(_ source: SourceText) -> PythonInterpreter {
  var interpreter = PythonInterpreter(source: source, module: PythonParser.module(of: source.bytes))
  interpreter.run()
  return interpreter
}

/// Bytes as the reader of skills gives them: valid UTF-8 without a byte order mark.
func sourceText(_ data: Data, path: String) -> SourceText {
  var text = String(decoding: data, as: UTF8.self)
  if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
  return SourceText(path: path, text: text)
}

/// A command line in one line a parameter, for tests to compare.
func describe(_ interface: CommandLineInterface) -> String {
  var lines: [String] = []
  for command in interface.commands {
    let words = command.path.joined(separator: " ")
    lines.append("[\(words)]\(command.requiresSubcommand ? " needs a command" : "") \(command.help)".trimmed)
    for argument in command.arguments {
      var line = "  \(argument.name):"
      if !argument.flags.isEmpty { line += " \(argument.flags.joined(separator: ","))" }
      if !argument.negativeFlags.isEmpty { line += "/\(argument.negativeFlags.joined(separator: ","))" }
      line += " \(argument.action) \(argument.arity) \(argument.valueType)"
      if argument.isRequired { line += " required" }
      if let value = argument.defaultValue {
        line += " = \(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self))"
      }
      if let choices = argument.choices {
        line += " of \(String(decoding: JSONWriter.bytes(of: .array(choices)), as: UTF8.self))"
      }
      if !argument.help.isEmpty { line += " -- \(argument.help)" }
      lines.append(line)
    }
  }
  return lines.joined(separator: "\n")
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
