import SkillFormat

/// What is said of a script whose command line can be read in part only: declared once, beside the rule that says it.
struct CommandLineNote: Hashable {
  var code: String
  var message: String
  /// The place; nil for the script as a whole.
  var range: SourceRange?

  /// The codes of scripts in languages that are not followed statement by statement.
  enum Code {
    static let unreadable = "unreadable-command-line"
    static let option = "unreadable-option"
  }

  /// The same, at a place.
  func at(_ range: SourceRange?) -> CommandLineNote {
    CommandLineNote(code: code, message: message, range: range)
  }

  static func unreadable(_ message: String) -> CommandLineNote {
    CommandLineNote(code: Code.unreadable, message: "the command line is not read: " + message)
  }

  static func option(_ message: String) -> CommandLineNote {
    CommandLineNote(code: Code.option, message: message)
  }
}

extension Diagnostics {
  mutating func report(_ note: CommandLineNote, in source: SourceText) {
    report(.note, note.code, note.message, in: source, at: note.range)
  }
}
