internal import SkillFormat

extension ShellInterfaceReader {
  /// What an arm of the `case` does, statement by statement.
  struct ArmReading {
    /// The variable that stands for the argument itself; nil where that is `$1`.
    var loopVariable: String?
    var shifts = 0
    var exits = false
    var breaks = false
    var isUnreadable = false
    /// What `$1` or the loop's variable is put into.
    var taken: [(variable: String, isArray: Bool)] = []
    /// What the argument after the option is put into; nil inside where it is used without a name.
    var value: (variable: String?, isAppending: Bool)?
    var assignments: [ShellCommand.Assignment] = []
    /// A variable that gets the part of the argument behind `=`.
    var equalsVariable: String?
  }

  func read(_ body: [ShellStatement], subject: ShellWord?) -> ArmReading {
    let loopVariable = subject?.soleParameter.flatMap { $0.position == nil ? $0.name : nil }
    var reading = ArmReading(loopVariable: loopVariable)
    for statement in body {
      read(statement, into: &reading)
      if reading.exits { break }
    }
    return reading
  }

  private func read(_ statement: ShellStatement, into reading: inout ArmReading) {
    switch statement {
    case .command(let command): read(command, into: &reading)
    case .redirected(let inner, _): read(inner, into: &reading)
    case .group(let statements):
      for statement in statements { read(statement, into: &reading) }
    case .conditional(let branches, let alternative):
      // Where all ways but one end the script, that one is the way on.
      var bodies = branches.map(\.body)
      if let alternative { bodies.append(alternative) }
      let ways = bodies.filter { !exits($0) }
      if ways.isEmpty, alternative != nil {
        reading.exits = true
      } else if ways.count == 1, bodies.count > 1 {
        for statement in ways[0] { read(statement, into: &reading) }
      } else if !ways.isEmpty, ways.contains(where: { touchesArguments($0, reading.loopVariable) }) {
        reading.isUnreadable = true
      }
    case .list(let statements, let operators):
      if let last = statements.last, exits([last]), !exits([statement]) { return }
      if exits([statement]) {
        reading.exits = true
      } else if operators.allSatisfy({ $0 == .and }), !touchesTest(statements[0]) {
        // `OUT="$2" && shift 2`
        for statement in statements { read(statement, into: &reading) }
      } else if case .command(let command) = statements[0], command.name == "shift", statements.count == 2,
        case .command(let other) = statements[1], other.name == "true" || other.name == ":"
      {
        read(command, into: &reading)
      } else if touchesArguments(statements, reading.loopVariable) {
        reading.isUnreadable = true
      }
    default:
      if touchesArguments([statement], reading.loopVariable) { reading.isUnreadable = true }
    }
  }

  private func touchesTest(_ statement: ShellStatement) -> Bool {
    switch statement {
    case .test, .arithmetic, .negation: true
    case .command(let command): command.name == "[" || command.name == "test"
    default: false
    }
  }

  /// Whether statements use or shift arguments, or leave the loop.
  private func touchesArguments(_ statements: [ShellStatement], _ loopVariable: String?) -> Bool {
    var touches = false
    for statement in statements {
      statement.walk(in: script) { node in
        switch node {
        case .parameter(let parameter):
          if parameter.position != nil || parameter.name == "@" || parameter.name == "*"
            || parameter.name == loopVariable
          {
            touches = true
          }
        case .statement(.command(let command)):
          if let name = command.name, ["shift", "break", "exit", "set"].contains(name) { touches = true }
        default: break
        }
        return !touches
      }
    }
    return touches
  }

  private func read(_ command: ShellCommand, into reading: inout ArmReading) {
    for assignment in command.assignments { read(assignment, into: &reading) }
    switch command.name {
    case "shift":
      guard command.words.count > 1 else {
        reading.shifts += 1
        return
      }
      guard let count = command.words[1].literal.flatMap({ Int($0) }), count >= 0, count < 10 else {
        reading.isUnreadable = true
        return
      }
      reading.shifts += count
    case "break": reading.breaks = true
    case "exit", "return": reading.exits = true
    case "set", "eval": reading.isUnreadable = true
    default:
      if let name = command.name, exitingFunctions.contains(name) {
        reading.exits = true
        return
      }
      for word in command.words { noteUse(of: word, name: nil, isAppending: false, &reading) }
    }
  }

  private func read(
    _ assignment: ShellCommand.Assignment,
    into reading: inout ArmReading
  ) {
    if let elements = assignment.elements {
      guard elements.count == 1 else {
        if elements.contains(where: { $0.soleParameter?.position != nil }) { reading.isUnreadable = true }
        return
      }
      if let name = elements[0].soleParameter?.name, name == reading.loopVariable {
        reading.taken.append((assignment.name, true))
      } else {
        noteUse(of: elements[0], name: assignment.name, isAppending: assignment.isAppending, &reading)
      }
      return
    }
    if let parameter = assignment.value.soleParameter {
      if case .withoutPrefix = parameter.operation {
        reading.equalsVariable = assignment.name
        return
      }
      if parameter.name == reading.loopVariable {
        reading.taken.append((assignment.name, false))
        return
      }
      if parameter.position != nil {
        noteUse(of: assignment.value, name: assignment.name, isAppending: assignment.isAppending, &reading)
        return
      }
    }
    noteUse(of: assignment.value, name: assignment.name, isAppending: true, &reading)
    reading.assignments.append(assignment)
  }

  /// Notes the arguments in a word: the option itself, its value, or something further on.
  private func noteUse(of word: ShellWord, name: String?, isAppending: Bool, _ reading: inout ArmReading) {
    var positions: [Int] = []
    word.walk(in: script) { node in
      if case .parameter(let parameter) = node {
        if let position = parameter.position {
          positions.append(position)
        } else if parameter.name == "@" || parameter.name == "*" {
          positions.append(3)
        } else if parameter.name == reading.loopVariable, parameter.isPlain {
          positions.append(1 - reading.shifts)
        }
      }
      return true
    }
    for position in positions {
      switch position + reading.shifts {
      case 1:
        guard let name else { continue }
        // `X="$X $1"` and `X+=("$1")` gather all arguments.
        reading.taken.append((name, isAppending))
      case 2:
        if let value = reading.value, value.variable != nil { continue }
        let isWhole = word.soleParameter != nil
        if !isWhole, isAppending, name != nil {
          // The value becomes part of something else; the option still takes one value.
          reading.value = (nil, false)
        } else {
          reading.value = (name, isAppending)
        }
      default: reading.isUnreadable = true
      }
    }
  }
}
