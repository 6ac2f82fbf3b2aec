import SkillCompiler
import SkillFormat
import SkillIR

/// `skvm inspect`: what the compiler sees in each skill.
struct InspectCommand {
  private static let help = """
    OVERVIEW: Show what the compiler sees in skills. Nothing of a skill is run.

    USAGE: skvm inspect <path> … [--json]

    ARGUMENTS:
      <path>                  A SKILL.md, a .skill file, or a folder with a SKILL.md.

    OPTIONS:
      --json                  Print one line of JSON a skill instead of text.
      -h, --help              Show this help.

    EXIT CODES: 0 if every skill compiles, 1 if one has errors, 64 for a wrong command line.
    """

  private let paths: [String]
  private let isJSON: Bool
  private let wantsHelp: Bool

  init(arguments: [String]) throws {
    let options = try OptionReader(arguments, options: [], flags: ["--json"], help: Self.help)
    paths = options.words
    isJSON = options.has("--json")
    wantsHelp = options.wantsHelp
    if paths.isEmpty, !wantsHelp { throw SkVMTool.UsageError(message: "name at least one skill", help: Self.help) }
  }

  func run() -> SkVMTool.Exit {
    if wantsHelp {
      print(Self.help)
      return .success
    }
    var exit = SkVMTool.Exit.success
    for path in paths {
      var diagnostics = Diagnostics()
      let module = CompilerPipeline.parse(path: path, displayPath: path, diagnostics: &diagnostics)
      let program = module.map { CompilerPipeline.lower($0, diagnostics: &diagnostics) }
      if diagnostics.hasErrors { exit = .failure }
      let inspection = Inspection(
        path: path,
        module: module,
        program: program,
        diagnostics: diagnostics.sorted
      )
      print(isJSON ? inspection.json.jsonText : inspection.text)
    }
    return exit
  }
}
