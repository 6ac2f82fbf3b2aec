import Foundation
import SkillCompiler
import SkillFormat
import SkillIR
import SkillRuntime

/// `skvm run`: calls an entry point of a skill.
struct RunCommand {
  private static let help = """
    OVERVIEW: Call any entry point of a skill.

    USAGE: skvm run <skill> [<entry>] [--name value …] [--json]
           skvm run <skill> --list

    ARGUMENTS:
      <skill>                 A path, or the name of a skill below one of the search folders.
      <entry>                 An entry point as '--list' shows it. 'perform' has an agent work on --request.

    OPTIONS:
      --<name> <value>        A parameter of the entry point. Lists are given one element at a time;
                              flags as --name or --no-name; structures as JSON.
      --search <folder>       Where skills are looked for by name; may be repeated. Default: the current folder.
      --list                  Show the entry points and their parameters.
      --json                  Print the result and what it took as one line of JSON.
      -h, --help              Show this help.

    ENVIRONMENT:
      SKVM_MODEL              The model for model and agent steps: openai:NAME, anthropic:NAME,
                              http://host:port#NAME, or local:NAME-or-path.gguf for one run here.

    EXIT CODES: 0 for success, 1 if the skill does not compile or the call fails, 64 for a wrong command
    line, 130 after an interrupt.
    """

  private var words: [String] = []
  private var searchFolders: [String] = []
  private var isList = false
  private var isJSON = false
  private var wantsHelp = false

  init(arguments: [String]) throws {
    var rest = arguments[...]
    // The tool's own options come before the entry point's, which may have the same names.
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": wantsHelp = true
      case "--list": isList = true
      case "--json": isJSON = true
      case "--search":
        guard let folder = rest.popFirst() else { throw Self.usage("'--search' needs a folder") }
        searchFolders.append(folder)
      case _ where argument.hasPrefix("-") && words.count < 2:
        throw Self.usage("unknown option '\(argument)' before the entry point")
      default: words.append(argument)
      }
    }
    if searchFolders.isEmpty { searchFolders = ["."] }
    if words.isEmpty, !wantsHelp { throw Self.usage("name a skill") }
  }

  private static func usage(_ message: String) -> SkVMTool.UsageError {
    SkVMTool.UsageError(message: message, help: help)
  }

  func run() async throws -> SkVMTool.Exit {
    if wantsHelp {
      print(Self.help)
      return .success
    }
    guard let (program, files) = try compile() else { return .failure }
    if isList || words.count == 1 {
      list(program)
      return isList ? .success : .usage
    }
    guard let entry = program.entryPoints.first(where: { $0.name == words[1] }) else {
      let names = program.entryPoints.map { "'\($0.name)'" }.joined(separator: ", ")
      throw Self.usage("\(program.name) has no entry point '\(words[1])'; it has \(names)")
    }
    let arguments: CallArguments
    do throws(CallArguments.Mismatch) {
      arguments = try CallArguments(Array(words.dropFirst(2)), parameters: entry.parameters)
    } catch {
      throw Self.usage(error.message)
    }
    let progress = Progress()
    let response = try await CompiledSkill(program: program, files: files).call(
      entry.name,
      arguments: arguments.values,
      machine: .standard,
      report: progress.report
    )
    show(response)
    return .success
  }

  private func compile() throws -> (SkillProgram, [String: [UInt8]])? {
    let path = try skillPath()
    var diagnostics = Diagnostics()
    let module = CompilerPipeline.parse(path: path, displayPath: path, diagnostics: &diagnostics)
    let program = module.map { CompilerPipeline.lower($0, diagnostics: &diagnostics) }
    guard let module, let program, !diagnostics.hasErrors else {
      for diagnostic in diagnostics.sorted { SkVMTool.printError(diagnostic.description) }
      return nil
    }
    return (program, Dictionary(module.source.files.map { ($0.path, $0.bytes) }) { first, _ in first })
  }

  /// The skill that the first word names: a path, else a skill of that name below a search folder.
  private func skillPath() throws -> String {
    let name = words[0]
    if FileManager.default.fileExists(atPath: name) { return name }
    let found = searchFolders.flatMap { SkillReader.discover(in: $0) }
    let matches = found.filter { path in
      let last = path.split(separator: "/").last.map(String.init) ?? path
      return last == name || last == name + ".skill"
    }
    switch matches.count {
    case 1: return matches[0]
    case 0:
      let names = found.isEmpty ? "none was found there" : "found are \(found.joined(separator: ", "))"
      throw Self.usage("no skill '\(name)' below \(searchFolders.joined(separator: ", ")); \(names)")
    default: throw Self.usage("'\(name)' could be \(matches.joined(separator: " or ")); give the path")
    }
  }

  private func list(_ program: SkillProgram) {
    if isJSON {
      let entries = program.entryPoints.map { entry -> JSONValue in
        [
          "name": .string(entry.name), "kind": .string(entry.kind.rawValue), "result": .string("\(entry.result)"),
          "parameters": .array(
            entry.parameters.map {
              ["name": .string($0.name), "type": .string("\($0.type)"), "required": .bool($0.isRequired)]
            }
          ),
        ]
      }
      print(JSONValue.array(entries).jsonText)
      return
    }
    for entry in program.entryPoints {
      print("\(entry.name) -> \(entry.result)  (\(entry.kind.rawValue))".escapingControls())
      for parameter in entry.parameters {
        let need = parameter.isRequired ? "required" : "default \(parameter.defaultValue?.jsonText ?? "none")"
        print("  --\(parameter.name) <\(parameter.type)>  \(need)  \(parameter.documentation)".escapingControls())
      }
    }
  }

  private func show(_ response: SkillResponse<JSONValue>) {
    if isJSON {
      let report: JSONValue = [
        "result": response.content,
        "files": .array(response.files.map { .string($0.path) }),
        "tokens": .integer(response.usage.total),
      ]
      print(report.jsonText)
    } else if case .string(let text) = response.content {
      print(text)
    } else {
      print(String(decoding: JSONWriter.bytes(of: response.content, indent: 2), as: UTF8.self))
    }
    if !isJSON { for file in response.files { SkVMTool.printError("file: \(file.path)") } }
  }
}
