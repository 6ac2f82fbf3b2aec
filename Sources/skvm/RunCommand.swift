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
      <entry>                 An entry point as '--list' shows it, by its name in Swift or in the skill. 'perform' has
                              an agent work on --request.

    OPTIONS:
      --<name> <value>        A parameter of the entry point. Lists are given one element at a time;
                              flags as --name or --no-name; structures as JSON.
      --search <folder>       Where skills are looked for by name; may be repeated. Default: the current folder.
      --list                  Show the entry points and their parameters.
      --json                  Print the result and what it took as one line of JSON.
      -h, --help              Show this help; behind an entry point, its parameters.

    What stands behind an entry point is for it: of the options above only '--json', '--list' and '--help' may stand
    there too, unless a parameter has that name.

    ENVIRONMENT:
      SKVM_MODEL              The model for model and agent steps: openai:NAME, anthropic:NAME,
                              http://host:port#NAME, or local:NAME-or-path.gguf for one run here.

    EXIT CODES: 0 for success, 1 if the skill does not compile or the call fails, 64 for a wrong command
    line, 130 after an interrupt.
    """

  /// The skill, and the entry point.
  private var words: [String] = []
  private var callWords: [String] = []
  private var searchFolders: [String] = []
  private var isList = false
  private var isJSON = false
  private var wantsHelp = false

  init(arguments: [String]) throws {
    var rest = arguments[...]
    // What follows the entry point is its own: its parameters may have the names of the tool's options.
    while words.count < 2, let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": wantsHelp = true
      case "--list": isList = true
      case "--json": isJSON = true
      case "--search":
        guard let folder = rest.popFirst() else { throw Self.usage("'--search' needs a folder") }
        searchFolders.append(folder)
      case _ where argument.hasPrefix("-"):
        let hint = NearestSpelling.hint(for: argument, among: ["--list", "--json", "--search", "--help"])
        throw Self.usage("unknown option '\(argument)' before the entry point\(hint)")
      default: words.append(argument)
      }
    }
    callWords = Array(rest)
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
    let listing = EntryPointListing(program)
    if isList || words.count == 1 {
      listing.print(isJSON: isJSON)
      return isList ? .success : .usage
    }
    guard let entry = listing.entryPoint(words[1]) else {
      let names = listing.functions.map { "'\($0)'" }.joined(separator: ", ")
      let hint = NearestSpelling.hint(for: words[1], among: listing.functions)
      throw Self.usage("\(program.name) has no entry point '\(words[1])'\(hint.isEmpty ? "; it has \(names)" : hint)")
    }
    var callWords = callWords
    func takes(_ option: String) -> Bool {
      guard !entry.parameters.contains(where: { "--\($0.name)" == option }) else { return false }
      let count = callWords.count
      callWords.removeAll { $0 == option }
      return callWords.count < count
    }
    let isJSON = takes("--json") || isJSON
    if takes("--help") || takes("-h") || takes("--list") {
      listing.print(only: entry, isJSON: isJSON)
      return .success
    }
    let arguments: CallArguments
    do throws(CallArguments.Mismatch) {
      arguments = try CallArguments(callWords, parameters: entry.parameters)
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
    show(response, isJSON: isJSON)
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
    let matches = found.filter { Self.skillName($0) == Self.skillName(name) }
    switch matches.count {
    case 1: return matches[0]
    case 0:
      let names = found.isEmpty ? "; none was found there" : "; found are \(found.joined(separator: ", "))"
      let hint = NearestSpelling.hint(for: name, among: found.map(Self.skillName))
      throw Self.usage(
        "no skill '\(name)' below \(searchFolders.joined(separator: ", "))\(hint.isEmpty ? names : hint)"
      )
    default: throw Self.usage("'\(name)' could be \(matches.joined(separator: " or ")); give the path")
    }
  }

  /// The name of a skill's folder, or of its file without the ending.
  private static func skillName(_ path: String) -> String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".skill") ? String(last.dropLast(6)) : last
  }

  private func show(_ response: SkillResponse<JSONValue>, isJSON: Bool) {
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
