import NeuralEngine
import SkillIR

/// `skvm mil`: looks at programs of the neural engine, and runs them without one.
enum MILCommand {
  static let help = """
    OVERVIEW: Check and run programs of the neural engine. No such device is needed.

    USAGE: skvm mil <subcommand>

    SUBCOMMANDS:
      check                   Say what the device would refuse or do otherwise than the text says.
      run                     Evaluate a program on an emulated device.

      See 'skvm mil <subcommand> --help' for details.
    """

  static func run(_ arguments: [String]) throws -> SkVMTool.Exit {
    let rest = Array(arguments.dropFirst())
    switch arguments.first {
    case "check": return try MILCheckCommand(arguments: rest).run()
    case "run": return try MILRunCommand(arguments: rest).run()
    case nil, "--help", "-h", "help":
      print(help)
      return arguments.isEmpty ? .usage : .success
    case .some(let name):
      let hint = NearestSpelling.hint(for: name, among: ["check", "run"])
      throw SkVMTool.UsageError(message: "'mil' has no subcommand '\(name)'\(hint)", help: help)
    }
  }

  /// The restrictions of a name on the command line.
  static func profile(_ name: String, help: String) throws -> RestrictionProfile {
    if let profile = RestrictionProfile.named(name) { return profile }
    let names = RestrictionProfile.all.map { "'\($0.name)'" }.joined(separator: ", ")
    throw SkVMTool.UsageError(message: "there is no profile '\(name)'; the profiles are \(names)", help: help)
  }
}
