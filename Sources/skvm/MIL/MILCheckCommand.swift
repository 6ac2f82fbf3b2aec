import NeuralEngine

/// `skvm mil check`: says what is wrong with programs, as compilers do.
struct MILCheckCommand {
  private static let help = """
    OVERVIEW: Say what the neural engine would refuse in programs, or do otherwise than their text says.

    USAGE: skvm mil check <file> … [--profile <name>] [--json]

    ARGUMENTS:
      <file>                  A program's text. Weight files that lie where it names them, '@model_path/' being the
                              text's own folder, are checked too; where none is there, the text alone is.

    OPTIONS:
      --profile <name>        Which restrictions hold: 'orion' as the Orion paper states them (the default), 'strict'
                              everything anyone reported, 'lenient' what nobody contradicted.
      --json                  Print one line of JSON a file instead of text.
      -h, --help              Show this help.

    EXIT CODES: 0 if no program has errors, 1 if one has, 2 if a file cannot be read, 64 for a wrong command line.
    """

  private let paths: [String]
  private let profile: RestrictionProfile
  private let isJSON: Bool
  private let wantsHelp: Bool

  init(arguments: [String]) throws {
    let options = try OptionReader(arguments, options: ["--profile"], flags: ["--json"], help: Self.help)
    paths = options.words
    profile = try options.text("--profile").map { try MILCommand.profile($0, help: Self.help) } ?? .orion
    isJSON = options.has("--json")
    wantsHelp = options.wantsHelp
    if paths.isEmpty, !wantsHelp { throw SkVMTool.UsageError(message: "name at least one program", help: Self.help) }
  }

  func run() -> SkVMTool.Exit {
    if wantsHelp {
      print(Self.help)
      return .success
    }
    var exit = SkVMTool.Exit.success
    for path in paths {
      do throws(MILFile.Unreadable) {
        let file = try MILFile(path: path)
        let check = Self.check(file, profile)
        if check.hasErrors, exit == .success { exit = .failure }
        if isJSON {
          print(check.json(file: path))
        } else {
          print(check.text(file: file.displayPath), terminator: "")
        }
      } catch {
        SkVMTool.printError("error: \(error.message)")
        if isJSON { print(MILCheck(refusal: error.finding).json(file: path)) }
        exit = .unreadable
      }
    }
    return exit
  }

  private static func check(_ file: MILFile, _ profile: RestrictionProfile) -> MILCheck {
    let check = MILCheck(file.text, profile: profile)
    guard let program = check.program else { return check }
    let weights = file.weightsBeside(program)
    if !weights.isEmpty { return MILCheck(file.text, program, profile: profile, weights: weights) }
    guard let path = program.weightPaths.first else { return check }
    let message = "no weight file is at hand: '\(path)' was looked for below '\(file.folder)'; only the text is checked"
    return check.adding(RestrictionFinding(RestrictionFinding.weightsNotChecked, .note, message))
  }
}
