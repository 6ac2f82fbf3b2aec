/// How to call a bundled script: the command line that was read from its source.
package struct ScriptInvocation: Hashable, Sendable, Codable {
  package enum Interpreter: String, Hashable, Sendable, Codable { case python, bash, sh, node }

  /// The script's path in the skill's folder.
  package var path: String
  package var interpreter: Interpreter
  /// The words of a sub-command, each before the options of its own parser (see ``Option/commandDepth``).
  package var command: [String]
  /// How each parameter of the entry point is written on the command line; one for each, of the same order.
  package var options: [Option]

  package init(path: String, interpreter: Interpreter, command: [String], options: [Option]) {
    self.path = path
    self.interpreter = interpreter
    self.command = command
    self.options = options
  }

  /// What a parameter becomes on the command line.
  package struct Option: Hashable, Sendable, Codable {
    package enum Form: String, Hashable, Sendable, Codable {
      /// The value by itself, in its place among the positionals.
      case positional
      /// The option, then the value or values in arguments of their own.
      case option
      /// The option once for each value.
      case repeatedOption
      /// The option alone, where the value is true.
      case flag
      /// The option alone, where the value is false (an argparse `store_false`).
      case invertedFlag
      /// `--name` where the value is true and `--no-name` where it is false.
      case switchPair
      /// The option as many times as the value says (an argparse `count`).
      case count
    }

    package var form: Form
    /// Every spelling, such as `-o` and `--output`; for a positional its name.
    package var flags: [String]
    /// The spelling to write: the longest of the flags, or the negative one of an inverted flag.
    package var flag: String
    /// The spelling for a switch pair's false; nil for `--no-` and the rest of ``flag``.
    package var negativeFlag: String?
    /// How many words of ``ScriptInvocation/command`` stand before it: 0 for the top parser's options.
    package var commandDepth: Int
    /// The type as the script's source has it, such as `int`; empty where it says nothing.
    package var sourceType: String
    /// What the script itself says of need: `required=True`, a positional, an argument without default.
    package var isRequired: Bool
    /// The default as the script has it, which may be an expression's text (`{"$expr": …}`); nil where it has none.
    package var sourceDefault: JSONValue?
    /// The allowed values, as the script has them.
    package var choices: [JSONValue]?
    /// Whether the option takes several values.
    package var many: Bool

    package init(
      form: Form,
      flags: [String],
      flag: String,
      negativeFlag: String? = nil,
      commandDepth: Int = 0,
      sourceType: String = "",
      isRequired: Bool,
      sourceDefault: JSONValue? = nil,
      choices: [JSONValue]? = nil,
      many: Bool = false
    ) {
      self.form = form
      self.flags = flags
      self.flag = flag
      self.negativeFlag = negativeFlag
      self.commandDepth = commandDepth
      self.sourceType = sourceType
      self.isRequired = isRequired
      self.sourceDefault = sourceDefault
      self.choices = choices
      self.many = many
    }
  }
}

/// A command line read from a fenced example, with the entry point's parameters in place of its placeholders.
package struct CommandInvocation: Hashable, Sendable, Codable {
  /// The words of the command. Each becomes exactly one argument; no shell reads them.
  package var words: [Template]

  package init(words: [Template]) { self.words = words }
}
