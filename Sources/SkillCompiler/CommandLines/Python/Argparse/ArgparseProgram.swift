import SkillFormat
import SkillIR

/// The parsers that a script makes, as its source has them.
struct ArgparseProgram {
  struct Parser {
    enum Reading: Int, Comparable {
      case none, known, full

      static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    }

    var keywords: [String: PythonCall.Argument] = [:]
    /// The sub-parsers that it is one of, and the word that selects it.
    var owner: Int?
    var word: PythonCall.Argument?
    var arguments: [Argument] = []
    var subparsers: Int?
    /// What `set_defaults` gave.
    var defaults: [String: PythonCall.Argument] = [:]
    /// The script's own class that it is of.
    var classIndex: Int?
    var attributes: [String: PythonValue] = [:]
    var isParent = false
    /// Whether the script has it read the command line.
    var reading = Reading.none
    var isMainFlow: Bool
    var isInLoop: Bool
    /// The conditions and loops around the place where it was made.
    var conditions: Int
    var loops: Int
    var range: SourceRange
  }

  struct Argument {
    /// Its names, or the one of a positional.
    var names: [PythonCall.Argument]
    var keywords: [String: PythonCall.Argument]
    /// Attributes that were set on it later.
    var changes: [String: PythonValue] = [:]
    var group: Int?
    var hasUnknownSpread: Bool
    var hasSpread: Bool
    var isInLoop: Bool
    var isConditional: Bool
    /// Whether it came with a parent parser.
    var isInherited = false
    var range: SourceRange
  }

  struct Subparsers {
    var parser: Int
    var keywords: [String: PythonCall.Argument]
    var isRequired: Bool
    var children: [Int] = []
    var range: SourceRange
  }

  struct Group {
    var parser: Int
    var title: PythonCall.Argument?
    /// Where the mutually exclusive group is made that this one is.
    var exclusive: SourceRange?
    var isRequired = false
  }

  var parsers: [Parser] = []
  var subparsers: [Subparsers] = []
  var groups: [Group] = []
}
