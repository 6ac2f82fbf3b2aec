package import SkillIR

/// What a script accepts on its command line, as far as its source says so without being run.
///
/// The readers of every language (argparse, click, getopts, commander, …) produce this one shape; the lowering to
/// entry points is shared.
package struct CommandLineInterface: Hashable, Sendable {
  /// A parser: the script's own, or a sub-command's.
  package struct Command: Hashable, Sendable {
    /// The words that select it; empty for the script's own parser.
    package var path: [String]
    package var help: String
    package var arguments: [Argument]
    /// Whether one of its sub-commands must be given, so that the command by itself is not callable.
    package var requiresSubcommand: Bool
    package var line: Int

    package init(path: [String], help: String, arguments: [Argument], requiresSubcommand: Bool = false, line: Int) {
      self.path = path
      self.help = help
      self.arguments = arguments
      self.requiresSubcommand = requiresSubcommand
      self.line = line
    }
  }

  package struct Argument: Hashable, Sendable {
    package enum Action: Hashable, Sendable { case store, append, storeTrue, storeFalse, booleanPair, count }

    /// How many values it takes.
    package enum Arity: Hashable, Sendable {
      case one, optional, zeroOrMore, oneOrMore
      case exactly(Int)
      /// Everything that is left (argparse's `REMAINDER`).
      case remainder

      package var isMany: Bool {
        switch self {
        case .one, .optional: false
        case .zeroOrMore, .oneOrMore, .exactly, .remainder: true
        }
      }
    }

    /// The destination: the name the script itself uses for the value.
    package var name: String
    /// The spellings of an option; empty for a positional.
    package var flags: [String]
    /// The spellings that switch it off, for a ``Action/booleanPair``: `--no-color`.
    package var negativeFlags: [String]
    package var action: Action
    package var arity: Arity
    /// The type as the source has it (`int`, `float`, `click.Path(exists=True)`); empty where it says nothing.
    package var sourceType: String
    /// The type of one value.
    package var valueType: SkillType
    package var isRequired: Bool
    /// The default; an expression that is not a literal is `{"$expr": source}`. Nil where the source gives none.
    package var defaultValue: JSONValue?
    /// The default as the source writes it, where ``defaultValue`` was worked out from that: `{"$expr": "LIMIT"}` for
    /// a constant named so.
    package var sourceDefault: JSONValue?
    package var choices: [JSONValue]?
    package var help: String
    package var line: Int

    package init(
      name: String,
      flags: [String] = [],
      negativeFlags: [String] = [],
      action: Action = .store,
      arity: Arity = .one,
      sourceType: String = "",
      valueType: SkillType = .string,
      isRequired: Bool,
      defaultValue: JSONValue? = nil,
      sourceDefault: JSONValue? = nil,
      choices: [JSONValue]? = nil,
      help: String = "",
      line: Int
    ) {
      self.name = name
      self.flags = flags
      self.negativeFlags = negativeFlags
      self.action = action
      self.arity = arity
      self.sourceType = sourceType
      self.valueType = valueType
      self.isRequired = isRequired
      self.defaultValue = defaultValue
      self.sourceDefault = sourceDefault
      self.choices = choices
      self.help = help
      self.line = line
    }

    package var isPositional: Bool { flags.isEmpty }
  }

  package var interpreter: ScriptInvocation.Interpreter
  /// The first is the script's own parser.
  package var commands: [Command]

  package init(interpreter: ScriptInvocation.Interpreter, commands: [Command]) {
    self.interpreter = interpreter
    self.commands = commands
  }
}
