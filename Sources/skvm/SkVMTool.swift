import Foundation
import LanguageModels
import SkillIR
import SkillRuntime

/// The command-line tool: finds the subcommand and turns its end into an exit code.
@main
enum SkVMTool {
  /// What the exit codes of every subcommand mean.
  enum Exit: Int32 {
    case success = 0
    /// The skill has errors, or the call failed.
    case failure = 1
    /// A file cannot be read.
    case unreadable = 2
    /// The command line cannot be understood.
    case usage = 64
  }

  /// A command line that cannot be understood, with the help that explains it.
  struct UsageError: Error {
    var message: String
    var help: String

    /// The part of the help that shows how the command line looks.
    var usage: String {
      let lines = help.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("USAGE:") }
      return lines.prefix { !$0.isEmpty }.joined(separator: "\n")
    }
  }

  private static let help = """
    OVERVIEW: Compile, inspect and call agent skills; run models, and check programs of the neural engine.

    USAGE: skvm <subcommand>

    SUBCOMMANDS:
      inspect                 Show what the compiler sees in skills: entry points, structure, diagnostics.
      run                     Call any entry point of a skill.
      model                   Fetch, list, ask and measure models that run in this process.
      serve                   Serve such a model as OpenAI's API does.
      mil                     Check and run programs of the neural engine.

      See 'skvm <subcommand> --help' for details.
    """

  static func main() async {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var name = arguments.isEmpty ? nil : arguments.removeFirst()
    if name == "help", !arguments.isEmpty {
      name = arguments.removeFirst()
      arguments.append("--help")
    }
    ModelSchemes.shared.register(LocalModels())
    do {
      switch name {
      case "inspect": exit(try InspectCommand(arguments: arguments).run().rawValue)
      case "mil": exit(try MILCommand.run(arguments).rawValue)
      case "run":
        let command = try RunCommand(arguments: arguments)
        exit(try await Interrupts.cancelling(command.run).rawValue)
      case "model":
        let command = try ModelCommand(arguments: arguments)
        exit(try await Interrupts.cancelling(command.run).rawValue)
      case "serve": exit(try await ServeCommand(arguments: arguments).run().rawValue)
      case nil, "--help", "-h", "help":
        print(help)
        exit(name == nil ? Exit.usage.rawValue : Exit.success.rawValue)
      case .some(let name):
        let hint = NearestSpelling.hint(for: name, among: ["inspect", "run", "model", "serve", "mil"])
        throw UsageError(message: "there is no subcommand '\(name)'\(hint)", help: help)
      }
    } catch let error as UsageError {
      printError("error: \(error.message)\n\n\(error.usage)\n\n'--help' says more.")
      exit(Exit.usage.rawValue)
    } catch let error as Interrupts.Interrupted {
      // As shells tell that a signal ended a program.
      exit(128 + error.signal)
    } catch {
      printError("\(error)")
      exit(Exit.failure.rawValue)
    }
  }

  static func printError(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
