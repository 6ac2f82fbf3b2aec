import SkillIR

/// Takes the words of a command line apart: options with or without a value, and the other words.
struct OptionReader {
  /// The words that are no options, in order.
  private(set) var words: [String] = []
  private var values: [String: [String]] = [:]
  private var given: Set<String> = []
  private let help: String

  /// Reads the words of a subcommand. `--name value` and `--name=value` are the same; what follows `--` is no option.
  ///
  /// - Parameters:
  ///   - arguments: The words.
  ///   - options: The names of the options that have a value, with their dashes.
  ///   - repeated: The names of those that have one and may be given several times.
  ///   - flags: The names of those that have none.
  ///   - help: What explains the subcommand.
  /// - Throws: A `UsageError` for the first word that cannot be understood.
  init(
    _ arguments: [String],
    options: Set<String>,
    repeated: Set<String> = [],
    flags: Set<String>,
    help: String
  ) throws {
    self.help = help
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        words += rest
        break
      }
      // A single dash stands for the standard input.
      guard argument.hasPrefix("-"), argument != "-" else {
        words.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if options.contains(parts[0]) || repeated.contains(parts[0]) {
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
          throw usage("'\(parts[0])' needs a value")
        }
        guard values[parts[0]] == nil || repeated.contains(parts[0]) else {
          throw usage("'\(parts[0])' is given twice")
        }
        values[parts[0], default: []].append(value)
      } else if flags.contains(argument) || ["-h", "--help"].contains(argument) {
        given.insert(argument)
      } else if flags.contains(parts[0]) {
        throw usage("'\(parts[0])' takes no value")
      } else {
        let known = options.union(repeated).union(flags).union(["--help"])
        throw usage("unknown option '\(argument)'\(NearestSpelling.hint(for: parts[0], among: known))")
      }
    }
  }

  /// Refuses options that others than a subcommand have.
  ///
  /// - Parameters:
  ///   - names: Those it has.
  ///   - subcommand: What it is called.
  /// - Throws: A `UsageError` for an option that is not among them.
  func allow(_ names: Set<String>, for subcommand: String) throws {
    let others = given.union(values.keys).subtracting(names).subtracting(["-h", "--help"])
    if let name = others.min() { throw usage("'\(name)' is no option of '\(subcommand)'") }
  }

  /// Whether the help is asked for.
  var wantsHelp: Bool { given.contains("-h") || given.contains("--help") }

  /// Whether an option without a value is given.
  func has(_ name: String) -> Bool { given.contains(name) }

  /// The value of an option, if it is given.
  func text(_ name: String) -> String? { values[name]?.first }

  /// The values of an option that may be given several times, in order.
  func texts(_ name: String) -> [String] { values[name] ?? [] }

  /// The value of an option that is a whole number, if it is given.
  ///
  /// - Throws: A `UsageError` where it is not a number of the range.
  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw usage("'\(name)' takes a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  /// The value of an option that is a number, if it is given.
  ///
  /// - Throws: A `UsageError` where it is not a number of the range.
  func fraction(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
    guard let text = text(name) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw usage("'\(name)' takes a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
    }
    return number
  }

  /// A complaint about the command line.
  func usage(_ message: String) -> SkVMTool.UsageError { SkVMTool.UsageError(message: message, help: help) }
}
