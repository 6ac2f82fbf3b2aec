import Foundation
import SkillFormat
import SkillIR
import Testing

@testable import SkillCompiler

/// The corpus of real skills beside the package, where there is one.
enum PythonCorpus {
  static let folder: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    let candidates = [url.deletingLastPathComponent(), url.deletingLastPathComponent().deletingLastPathComponent()]
    let folders = candidates.map { $0.appendingPathComponent("shared/corpus") }
    return folders.first { FileManager.default.fileExists(atPath: $0.path) } ?? folders[0]
  }()

  static let isPresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("oracle").path)

  static let hasPython = (try? run(["python3", "-c", "print(1)"])) == Data("1\n".utf8)

  /// The records of a file of JSON lines.
  static func records(_ name: String) throws -> [JSONValue] {
    let file = folder.appendingPathComponent("oracle/\(name).jsonl.gz").path
    let lines = try run(["gzip", "-dc", file]).split(separator: UInt8(ascii: "\n"))
    return try lines.map { try JSONParser.parse(Array($0)) }
  }

  /// The stand-in scripts, unpacked into a folder that the caller removes.
  static func unpackedStandIns() throws -> URL {
    let target = FileManager.default.temporaryDirectory.appendingPathComponent("standins-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    let archive = folder.appendingPathComponent("clawhub-dev-standins.tar.gz").path
    _ = try run(["tar", "-xzf", archive, "-C", target.path])
    return target.appendingPathComponent("clawhub-dev-standins")
  }

  /// The output of a child process.
  static func run(_ arguments: [String], input: Data = Data()) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("input-\(UUID().uuidString)")
    try input.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }
}

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
