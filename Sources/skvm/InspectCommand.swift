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

  private var paths: [String] = []
  private var isJSON = false
  private var wantsHelp = false

  init(arguments: [String]) throws {
    var onlyPaths = false
    for argument in arguments {
      switch argument {
      case _ where onlyPaths: paths.append(argument)
      case "--": onlyPaths = true
      case "--json": isJSON = true
      case "--help", "-h": wantsHelp = true
      case _ where argument.hasPrefix("-"):
        throw SkVMTool.UsageError(message: "unknown option '\(argument)'", help: Self.help)
      default: paths.append(argument)
      }
    }
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
