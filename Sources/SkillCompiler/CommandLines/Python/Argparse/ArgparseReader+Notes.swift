extension CommandLineNote {
  static let severalParsers = CommandLineNote(
    code: "several-parsers",
    message: "the script has more than one parser that reads its command line; it gets no entry point"
  )
  static let computedCommand = CommandLineNote(
    code: "computed-command",
    message: "the sub-command's name is not known before the script runs; it is left out"
  )
  static let computedArgument = CommandLineNote(
    code: "computed-argument",
    message: "the argument is not known before the script runs; it is left out of the entry point"
  )
  static let computedArity = CommandLineNote(
    code: "computed-argument",
    message: "how many values the argument takes is not known before the script runs; it is left out of the entry point"
  )
  static let computedChoices = CommandLineNote(
    code: "computed-choices",
    message: "the choices are not known before the script runs; the script checks the value itself"
  )
  static let customAction = CommandLineNote(
    code: "custom-action",
    message: "what the argument's own action does is not known; it is left out of the entry point"
  )
  static let repeatedLists = CommandLineNote(
    code: "repeated-lists",
    message: "the argument takes several values each time it is given; it is left out of the entry point"
  )
  static func repeatedCommand(_ word: String) -> CommandLineNote {
    CommandLineNote(code: "repeated-command", message: "the sub-command '\(word)' is made twice; the first one counts")
  }
  static func repeatedFlag(_ name: String) -> CommandLineNote {
    CommandLineNote(code: "repeated-argument", message: "the argument '\(name)' is added twice; the first one counts")
  }
  static func conditionalArgument(_ name: String) -> CommandLineNote {
    CommandLineNote(
      code: "conditional-argument",
      message: "the argument '\(name)' is added on a condition only; it may be left out by callers"
    )
  }
}
