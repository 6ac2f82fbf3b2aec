package import SkillFormat

/// The syntax tree of a text in the language of bash and the POSIX shell. Nothing is expanded or run.
package struct ShellScript: Hashable, Sendable {
  package var statements: [ShellStatement]
  /// The bodies of heredocs, in order of their operators.
  package var heredocs: [ShellWord]
  /// Each comment, from its `#` to the end of its line.
  package var comments: [SourceRange]
  /// Where the text stops being the shell language, as far as the parser can tell; nil where all of it is read.
  package var errorOffset: Int?

  package init(
    statements: [ShellStatement],
    heredocs: [ShellWord],
    comments: [SourceRange],
    errorOffset: Int?
  ) {
    self.statements = statements
    self.heredocs = heredocs
    self.comments = comments
    self.errorOffset = errorOffset
  }
}

/// One statement, with the statements it holds.
package indirect enum ShellStatement: Hashable, Sendable {
  case command(ShellCommand)
  case pipeline([ShellStatement])
  case negation(ShellStatement)
  /// `a && b || c`: the operators stand between the statements.
  case list([ShellStatement], operators: [ListOperator])
  case background(ShellStatement)
  case group([ShellStatement])
  case subshell([ShellStatement])
  case conditional([Branch], alternative: [ShellStatement]?)
  case loop(ShellLoop)
  case match(ShellMatch)
  case function(String, body: ShellStatement, range: SourceRange)
  /// `[[ … ]]`, with its operators as words.
  case test([ShellWord], range: SourceRange)
  /// `(( … ))`.
  case arithmetic(ShellWord)
  /// A compound statement with redirections.
  case redirected(ShellStatement, [ShellRedirect])

  package enum ListOperator: Hashable, Sendable { case and, or }

  package struct Branch: Hashable, Sendable {
    package var condition: [ShellStatement]
    package var body: [ShellStatement]

    package init(condition: [ShellStatement], body: [ShellStatement]) {
      self.condition = condition
      self.body = body
    }
  }
}

/// A `while`, `until`, `for` or `select`.
package struct ShellLoop: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case whileTrue, untilTrue, forEach, select, forArithmetic }

  package var kind: Kind
  package var condition: [ShellStatement]
  /// The variable of a `for`; empty for other loops.
  package var variable: String
  /// What a `for` goes over; nil where it has no `in`, which stands for the positional parameters.
  package var words: [ShellWord]?
  package var body: [ShellStatement]
  package var range: SourceRange

  package init(
    kind: Kind,
    condition: [ShellStatement] = [],
    variable: String = "",
    words: [ShellWord]? = nil,
    body: [ShellStatement],
    range: SourceRange
  ) {
    self.kind = kind
    self.condition = condition
    self.variable = variable
    self.words = words
    self.body = body
    self.range = range
  }
}

/// A `case … esac`.
package struct ShellMatch: Hashable, Sendable {
  package struct Arm: Hashable, Sendable {
    package var patterns: [ShellWord]
    package var body: [ShellStatement]
    package var range: SourceRange

    package init(patterns: [ShellWord], body: [ShellStatement], range: SourceRange) {
      self.patterns = patterns
      self.body = body
      self.range = range
    }
  }

  package var subject: ShellWord
  package var arms: [Arm]
  package var range: SourceRange

  package init(subject: ShellWord, arms: [Arm], range: SourceRange) {
    self.subject = subject
    self.arms = arms
    self.range = range
  }
}

/// A simple command: assignments, words and redirections.
package struct ShellCommand: Hashable, Sendable {
  package struct Assignment: Hashable, Sendable {
    package var name: String
    package var isAppending: Bool
    /// Whether one element of an array is meant.
    package var hasSubscript: Bool
    package var value: ShellWord
    /// The elements of `name=( … )`.
    package var elements: [ShellWord]?

    package init(name: String, isAppending: Bool, hasSubscript: Bool, value: ShellWord, elements: [ShellWord]?) {
      self.name = name
      self.isAppending = isAppending
      self.hasSubscript = hasSubscript
      self.value = value
      self.elements = elements
    }
  }

  package var assignments: [Assignment]
  package var words: [ShellWord]
  package var redirects: [ShellRedirect]
  package var range: SourceRange

  package init(assignments: [Assignment], words: [ShellWord], redirects: [ShellRedirect], range: SourceRange) {
    self.assignments = assignments
    self.words = words
    self.redirects = redirects
    self.range = range
  }

  /// The first word where it is literal.
  package var name: String? { words.first?.literal }
}

/// A redirection and what it names.
package enum ShellRedirect: Hashable, Sendable {
  case file(ShellWord)
  case hereString(ShellWord)
  /// The index of the body in ``ShellScript/heredocs``.
  case heredoc(Int)
}
