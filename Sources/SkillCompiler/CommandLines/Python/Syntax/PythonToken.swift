import SkillFormat

/// A token of a Python source: what it is, and where its bytes lie.
struct PythonToken: Hashable, Sendable {
  enum Kind: UInt8, Hashable, Sendable {
    // Words and literals
    case name, number, string
    // Layout
    case newline, indent, dedent, end
    /// A byte that Python knows no use for, a string without end, or a bracket that closes nothing.
    case error
    // Brackets and punctuation
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, colon, semicolon, dot, ellipsis, arrow, at, equal, walrus, augmentedAssignment
    // Operators
    case plus, minus, star, doubleStar, slash, doubleSlash, percent, leftShift, rightShift, ampersand, bar, caret
    case tilde, less, greater, equalEqual, notEqual, lessEqual, greaterEqual
    // Keywords
    case and, `as`, assert, async, await, `break`, `class`, `continue`, def, del, elif, `else`, except, `false`
    case finally, `for`, from, global, `if`, `import`, `in`, `is`, lambda, none, nonlocal, not, or, pass, raise
    case `return`, `true`, `try`, `while`, with, yield
  }

  var kind: Kind
  var start: Int
  var end: Int

  var range: SourceRange { SourceRange(start, end) }
}

extension PythonToken.Kind {
  /// The reserved words. `match`, `case` and `type` are names that only their place makes special.
  static let keywords: [String: PythonToken.Kind] = [
    "and": .and, "as": .as, "assert": .assert, "async": .async, "await": .await, "break": .break, "class": .class,
    "continue": .continue, "def": .def, "del": .del, "elif": .elif, "else": .else, "except": .except,
    "False": .false, "finally": .finally, "for": .for, "from": .from, "global": .global, "if": .if,
    "import": .import, "in": .in, "is": .is, "lambda": .lambda, "None": .none, "nonlocal": .nonlocal, "not": .not,
    "or": .or, "pass": .pass, "raise": .raise, "return": .return, "True": .true, "try": .try, "while": .while,
    "with": .with, "yield": .yield,
  ]

  /// Whether the word can only begin a statement. A line inside brackets that begins so shows that the bracket
  /// before it was never closed.
  var beginsStatementOnly: Bool {
    switch self {
    case .assert, .break, .class, .continue, .def, .del, .elif, .except, .finally, .global, .import, .nonlocal,
      .pass, .raise, .return, .try, .while, .with:
      true
    default: false
    }
  }
}
