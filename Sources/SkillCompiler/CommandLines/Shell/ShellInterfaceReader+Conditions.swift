internal import SkillFormat

extension ShellInterfaceReader {
  /// One comparison or test of a condition.
  private struct Primitive {
    var words: [ShellWord]
    var isNegated: Bool
  }

  /// Learns from a condition that ends the script what a call must have.
  mutating func guardCondition(
    _ statement: ShellStatement,
    exitsWhen: Bool,
    body: [ShellStatement],
    isConditional: Bool
  ) {
    let isError = failsWithError(body)
    if !isError { facts.isPastNormalExit = facts.isPastNormalExit || mentionsArguments(statement) }
    guard let primitives = primitives(statement, splitting: exitsWhen) else {
      follow(statement, isConditional: true)
      return
    }
    for primitive in primitives {
      let holdsWhenEnding = exitsWhen != primitive.isNegated
      if !learn(primitive.words, endsWhen: holdsWhenEnding, isError: isError, isConditional: isConditional) {
        use(primitive.words, isConditional: isConditional || !isError)
      }
    }
  }

  private func mentionsArguments(_ statement: ShellStatement) -> Bool {
    var mentions = false
    statement.walk(in: script) { node in
      if case .parameter(let parameter) = node, parameter.name == "#" || parameter.position != nil { mentions = true }
      return !mentions
    }
    return mentions
  }

  /// Learns from a condition that only chooses a branch; returns false where it is not a test.
  mutating func learnBranch(_ statement: ShellStatement) -> Bool {
    guard
      let primitives = primitives(statement, splitting: nil) ?? primitives(statement, splitting: true)
        ?? primitives(statement, splitting: false)
    else { return false }
    for primitive in primitives {
      let words = primitive.words
      let isComparison = words.count == 3 && ["=", "==", "!="].contains(words[1].bareLiteral ?? "")
      if isComparison, learnComparison(words[0], words[2]) { continue }
      use(words, isConditional: true)
    }
    return true
  }

  /// The parts of a condition that count by themselves: of `a || b` where either ends the script, of `a && b` where
  /// both must hold. Nil where it is something else.
  private func primitives(_ statement: ShellStatement, splitting endsWhen: Bool?) -> [Primitive]? {
    switch statement {
    case .negation(let inner):
      return primitives(inner, splitting: endsWhen.map { !$0 })?.map {
        Primitive(words: $0.words, isNegated: !$0.isNegated)
      }
    case .command(let command):
      var words = Array(command.words.dropFirst())
      if command.name == "[" {
        guard words.last?.bareLiteral == "]" else { return nil }
        words.removeLast()
      } else if command.name != "test" {
        return nil
      }
      return split(words, endsWhen: endsWhen, or: ["-o"], and: ["-a"])
    case .test(let words, _): return split(words, endsWhen: endsWhen, or: ["||"], and: ["&&"])
    case .arithmetic(let word):
      return ShellInterfaceReader.comparison(word).map { [Primitive(words: $0, isNegated: false)] }
    case .list(let statements, let operators):
      guard let endsWhen, operators.allSatisfy({ $0 == (endsWhen ? .or : .and) }) else { return nil }
      var all: [Primitive] = []
      for statement in statements {
        guard let inner = primitives(statement, splitting: endsWhen) else { return nil }
        all += inner
      }
      return all
    default: return nil
    }
  }

  private func split(_ words: [ShellWord], endsWhen: Bool?, or: [String], and: [String]) -> [Primitive]? {
    var groups: [[ShellWord]] = [[]]
    for word in words {
      if let text = word.bareLiteral, or.contains(text) || and.contains(text) {
        guard let endsWhen, (endsWhen ? or : and).contains(text) else { return nil }
        groups.append([])
      } else if word.bareLiteral == "(" || word.bareLiteral == ")" {
        return nil
      } else {
        groups[groups.count - 1].append(word)
      }
    }
    return groups.map { group in
      let isNegated = group.first?.bareLiteral == "!"
      return Primitive(words: isNegated ? Array(group.dropFirst()) : group, isNegated: isNegated)
    }
  }

  /// `(( $# < 2 ))` as the words of `[ $# -lt 2 ]`.
  static func comparison(_ word: ShellWord) -> [ShellWord]? {
    let parts = word.parts.filter { part in
      if case .text(let text, _) = part { return !text.trimmingCommandSpace.isEmpty }
      return true
    }
    guard let first = parts.first, case .parameter(let parameter, _) = first, parameter.name == "#", parts.count <= 2
    else { return nil }
    let subject = ShellWord(parts: [first], range: word.range)
    guard parts.count == 2, case .text(let text, _) = parts[1] else {
      return [subject, bare("-ne", word.range), bare("0", word.range)]
    }
    let comparison = text.trimmingCommandSpace
    let operators = [("<=", "-le"), (">=", "-ge"), ("==", "-eq"), ("!=", "-ne"), ("<", "-lt"), (">", "-gt")]
    guard let match = operators.first(where: { comparison.hasPrefix($0.0) }) else { return nil }
    let number = String(comparison.dropFirst(match.0.count)).trimmingCommandSpace
    return [subject, bare(match.1, word.range), bare(number, word.range)]
  }

  private static func bare(_ text: String, _ range: SourceRange) -> ShellWord {
    ShellWord(parts: [.text(text, isQuoted: false)], range: range)
  }

  /// Learns from one test; returns whether it says all there is to say about its words.
  private mutating func learn(_ words: [ShellWord], endsWhen: Bool, isError: Bool, isConditional: Bool) -> Bool {
    switch words.count {
    case 1:
      // `[ "$1" ] || usage`
      return !endsWhen && learnPresence(words[0], isError: isError, isConditional: isConditional)
    case 2:
      guard let test = words[0].bareLiteral else { return false }
      if test == "-z", endsWhen { return learnPresence(words[1], isError: isError, isConditional: isConditional) }
      if test == "-n", !endsWhen { return learnPresence(words[1], isError: isError, isConditional: isConditional) }
      return false
    case 3:
      guard let comparison = words[1].bareLiteral else { return false }
      if words[0].soleParameter?.name == "#", words[0].soleParameter?.isPlain == true {
        guard let number = words[2].literal.flatMap({ Int($0) }), number >= 0, number < 100 else { return true }
        if isError, !isConditional { learnCount(comparison, number, endsWhen: endsWhen) }
        return true
      }
      guard comparison == "=" || comparison == "==" || comparison == "!=" else { return false }
      if words[2].literal == "", endsWhen == (comparison != "!=") {
        return learnPresence(words[0], isError: isError, isConditional: isConditional)
      }
      return learnComparison(words[0], words[2])
    default: return false
    }
  }

  private mutating func learnPresence(_ word: ShellWord, isError: Bool, isConditional: Bool) -> Bool {
    guard let parameter = word.soleParameter else { return false }
    guard let position = parameter.position else {
      if parameter.name == "@" || parameter.name == "*" {
        if isError, !isConditional { learnCount("-lt", 1, endsWhen: true) }
        return true
      }
      if isError, !isConditional { require(variable: parameter.name) }
      return true
    }
    guard !facts.isConsumed, let offset = facts.offset else { return false }
    var positional = facts.positionals[position + offset] ?? Positional(line: line(word.range))
    if isError, !isConditional { positional.isChecked = true } else { positional.isTested = true }
    facts.positionals[position + offset] = positional
    return true
  }

  private mutating func learnCount(_ comparison: String, _ number: Int, endsWhen: Bool) {
    guard let offset = facts.offset, !facts.isConsumed else { return }
    var minimum = 0
    var maximum: Int?
    switch (comparison, endsWhen) {
    case ("-lt", true), ("-ge", false): minimum = number
    case ("-le", true), ("-gt", false): minimum = number + 1
    case ("-ne", true), ("-eq", false):
      minimum = number
      maximum = number
    case ("-eq", true), ("-ne", false): if number == 0 { minimum = 1 }
    case ("-gt", true), ("-le", false): maximum = number
    case ("-ge", true), ("-lt", false): maximum = max(0, number - 1)
    default: break
    }
    facts.requiredCount = max(facts.requiredCount, minimum + offset)
    if let maximum { facts.maximumCount = min(facts.maximumCount ?? 100, maximum + offset) }
  }

  /// `[ "$1" = "--help" ]` and the like.
  private mutating func learnComparison(_ subject: ShellWord, _ value: ShellWord) -> Bool {
    guard let parameter = subject.soleParameter, let position = parameter.position ?? facts.aliases[parameter.name]
    else { return false }
    guard let literal = value.literal else { return false }
    if literal.hasPrefix("-") {
      if SynopsisReader.isHelp([literal]) { return true }
      fail("'\(literal)' is looked for by comparison", subject.range)
      return true
    }
    if literal == "help" { return true }
    guard let offset = facts.offset, parameter.position != nil else { return true }
    let place = line(subject.range)
    facts.positionals[position + offset, default: Positional(line: place)].isTested = true
    return true
  }

  /// The place of the argument that a `case` looks at.
  func subjectPosition(_ word: ShellWord) -> Int? {
    guard let parameter = word.soleParameter else { return nil }
    switch parameter.operation {
    case .plain, .defaultValue: break
    default: return nil
    }
    if let position = parameter.position {
      guard let offset = facts.offset, !facts.isConsumed else { return nil }
      return position + offset
    }
    return facts.aliases[parameter.name]
  }
}
