import Foundation
import SkillFormat
import SkillIR
import TestSupport
import Testing

@testable import SkillCompiler

/// Compares the parsers and arguments found in scripts with what Python's own syntax tree says of them.
@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct PythonArgparseOracleTests {
  @Test func standInScriptsAgreeWithTheOracle() throws {
    let folder = try Corpus.unpack("clawhub-dev-standins")
    let records = try Corpus.oracle("standins-argparse")
    #expect(records.count > 100)
    try compare(records) { folder.appendingPathComponent($0) }
  }

  @Test func fixtureScriptsAgreeWithTheOracle() throws {
    let folder = try Corpus.url("fixtures")
    try compare(try Corpus.oracle("fixtures-argparse")) { folder.appendingPathComponent($0) }
  }

  @Test func hostileScriptsAgreeWithTheOracle() throws {
    let folder = try Corpus.url("hostile/folders")
    try compare(try Corpus.oracle("hostile-argparse")) { folder.appendingPathComponent($0) }
  }

  @Test func standInScriptsBecomeEntryPoints() throws {
    let folder = try Corpus.unpack("clawhub-dev-standins")
    for record in try Corpus.oracle("standins-argparse") {
      let parsers = record["parsers"]?.arrayValue ?? []
      guard !parsers.isEmpty else { continue }
      let path = "\(record["skill"]?.stringValue ?? "")/\(record["path"]?.stringValue ?? "")"
      var diagnostics = Diagnostics()
      let source = sourceText(try Data(contentsOf: folder.appendingPathComponent(path)), path: path)
      let interface = try #require(PythonCommandLine.read(source, diagnostics: &diagnostics), "\(path)")
      let known = parsers.indices.filter { index in
        parsers[index]["command"]?.arrayValue?.allSatisfy { $0.stringValue != nil } == true
      }
      let paths = known.map { parsers[$0]["command"]?.arrayValue?.compactMap(\.stringValue) ?? [] }
      #expect(interface.commands.map(\.path) == paths, "\(path)")
      for (command, index) in zip(interface.commands, known) {
        let expected = (record["arguments"]?.arrayValue ?? []).filter {
          $0["parser"] == .integer(index) && $0["action"] != "version"
        }
        #expect(command.arguments.map(\.name) == expected.map { $0["dest"]?.stringValue ?? "" }, "\(path)")
      }
      let callable = interface.commands.filter { !$0.requiresSubcommand }
      let points = interface.entryPoints(scriptPath: "s.py", sourcePath: path)
      #expect(points.count == callable.count, "\(path)")
    }
  }

  private func compare(_ records: [JSONValue], file: (String) -> URL) throws {
    for record in records {
      let path = "\(record["skill"]?.stringValue ?? "")/\(record["path"]?.stringValue ?? "")"
      let source = sourceText(try Data(contentsOf: file(path)), path: path)
      let facts = ArgparseFacts(interpreted(source))
      for difference in facts.differences(from: record) { Issue.record("\(path): \(difference)") }
    }
  }
}

/// Parsers and arguments in the form of the oracle.
struct ArgparseFacts {
  var commands: [[JSONValue]: JSONValue] = [:]
  var arguments: [Key: JSONValue] = [:]

  struct Key: Hashable {
    var line: Int
    var names: [JSONValue]
  }

  private let interpreter: PythonInterpreter

  init(_ interpreter: PythonInterpreter) {
    self.interpreter = interpreter
    for (index, parser) in interpreter.argparse.parsers.enumerated() {
      // The oracle knows the first of several parsers that no word selects.
      if commands[path(of: index)] == nil {
        commands[path(of: index)] = [
          "line": .integer(line(parser.range)), "help": json(parser.keywords["help"]),
          "description": json(parser.keywords["description"]), "prog": json(parser.keywords["prog"]),
          "required": parser.subparsers.map {
            json(interpreter.argparse.subparsers[$0].keywords["required"])
          } ?? .null,
          "dest": parser.subparsers.map { json(interpreter.argparse.subparsers[$0].keywords["dest"]) } ?? .null,
        ]
      }
      for argument in parser.arguments where !argument.isInherited {
        let names = argument.names.map { json($0) }
        arguments[Key(line: line(argument.range), names: names)] = facts(argument, names, path(of: index))
      }
    }
  }

  private func line(_ range: SourceRange) -> Int { interpreter.source.line(at: range.start) }

  private func path(of index: Int) -> [JSONValue] {
    let parser = interpreter.argparse.parsers[index]
    guard let owner = parser.owner else { return [] }
    return path(of: interpreter.argparse.subparsers[owner].parser) + [json(parser.word)]
  }

  private func json(_ argument: PythonCall.Argument?) -> JSONValue {
    argument.map { PythonPrinter.json(of: $0.expression, in: interpreter.source.bytes) } ?? .null
  }

  private func facts(_ argument: ArgparseProgram.Argument, _ names: [JSONValue], _ command: [JSONValue]) -> JSONValue {
    var dest = JSONValue.null
    let texts = names.compactMap(\.stringValue)
    if texts.count == names.count,
      let naming = ArgparseReader.Naming(texts, dest: argument.keywords["dest"], prefixes: "-")
    {
      dest = .string(naming.dest)
    }
    var type = argument.keywords["type"].map { interpreter.text(of: $0.expression) }
    if type == "None" { type = nil }
    return [
      "dest": dest, "type": type.map(JSONValue.string) ?? .null, "command": .array(command),
      "required": json(argument.keywords["required"]), "default": json(argument.keywords["default"]),
      "has_default": .bool(argument.keywords["default"] != nil), "choices": json(argument.keywords["choices"]),
      "help": json(argument.keywords["help"]), "action": json(argument.keywords["action"]),
      "nargs": json(argument.keywords["nargs"]), "const": json(argument.keywords["const"]),
      "metavar": json(argument.keywords["metavar"]),
      "group": argument.group.map { json(interpreter.argparse.groups[$0].title) } ?? .null,
    ]
  }

  /// What the oracle has and these facts have not, or otherwise.
  func differences(from record: JSONValue) -> [String] {
    var result: [String] = []
    let parsers = record["parsers"]?.arrayValue ?? []
    for parser in parsers {
      let path = parser["command"]?.arrayValue ?? []
      guard let own = commands[path] else {
        result.append("no parser \(path)")
        continue
      }
      for key in ["help", "description", "prog"] where (parser[key] ?? .null) != own[key] {
        result.append("parser \(path): \(key) is \(own[key] ?? .null), not \(parser[key] ?? .null)")
      }
      for key in ["dest", "required"] where (parser["subcommands"]?[key] ?? .null) != own[key] {
        result.append("parser \(path): sub-command \(key) is \(own[key] ?? .null)")
      }
    }
    let isResolved = record["unresolved_parser"] == .integer(0) && record["missed_calls"] == .integer(0)
    if isResolved, commands.count != parsers.count { result.append("\(commands.count) parsers, not \(parsers.count)") }
    let expected = record["arguments"]?.arrayValue ?? []
    if isResolved, arguments.count != expected.count {
      result.append("\(arguments.count) arguments, not \(expected.count)")
    }
    for argument in expected {
      let line = argument["line"].flatMap { if case .integer(let line) = $0 { line } else { nil } } ?? 0
      let key = Key(line: line, names: argument["names"]?.arrayValue ?? [])
      guard let own = arguments[key] else {
        result.append("no argument \(key.names) at line \(line)")
        continue
      }
      // What a dictionary spreads is not in the oracle.
      if argument["dynamic"] == .bool(true) { continue }
      for field in [
        "dest", "type", "required", "default", "has_default", "choices", "help", "action", "nargs", "const", "metavar",
        "group",
      ] where (argument[field] ?? .null) != own[field] {
        result.append("\(key.names): \(field) is \(own[field] ?? .null), not \(argument[field] ?? .null)")
      }
      if case .integer(let index)? = argument["parser"], parsers[index]["command"] != own["command"] {
        result.append("\(key.names) belongs to \(own["command"] ?? .null)")
      }
    }
    return result
  }
}
