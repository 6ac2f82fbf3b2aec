/// A node of a shell syntax tree, as a walk meets it.
package enum ShellNode {
  case statement(ShellStatement)
  case word(ShellWord)
  case parameter(ShellParameter)
}

extension ShellScript {
  /// Calls a function with every node in order of the text, bodies of heredocs included.
  ///
  /// - Parameter visit: Returns whether the nodes inside are visited too.
  package func walk(_ visit: (ShellNode) -> Bool) {
    for statement in statements { statement.walk(in: self, visit) }
  }
}

extension ShellStatement {
  package func walk(in script: ShellScript, _ visit: (ShellNode) -> Bool) {
    guard visit(.statement(self)) else { return }
    func all(_ statements: [ShellStatement]) {
      for statement in statements { statement.walk(in: script, visit) }
    }
    func redirects(_ redirects: [ShellRedirect]) {
      for redirect in redirects {
        switch redirect {
        case .file(let word), .hereString(let word): word.walk(in: script, visit)
        case .heredoc(let index):
          if index < script.heredocs.count { script.heredocs[index].walk(in: script, visit) }
        }
      }
    }
    switch self {
    case .command(let command):
      for assignment in command.assignments {
        assignment.value.walk(in: script, visit)
        for element in assignment.elements ?? [] { element.walk(in: script, visit) }
      }
      for word in command.words { word.walk(in: script, visit) }
      redirects(command.redirects)
    case .pipeline(let statements), .list(let statements, _), .group(let statements), .subshell(let statements):
      all(statements)
    case .negation(let statement), .background(let statement): statement.walk(in: script, visit)
    case .conditional(let branches, let alternative):
      for branch in branches {
        all(branch.condition)
        all(branch.body)
      }
      all(alternative ?? [])
    case .loop(let loop):
      for word in loop.words ?? [] { word.walk(in: script, visit) }
      all(loop.condition)
      all(loop.body)
    case .match(let match):
      match.subject.walk(in: script, visit)
      for arm in match.arms {
        for pattern in arm.patterns { pattern.walk(in: script, visit) }
        all(arm.body)
      }
    case .function(_, let body, _): body.walk(in: script, visit)
    case .test(let words, _): for word in words { word.walk(in: script, visit) }
    case .arithmetic(let word): word.walk(in: script, visit)
    case .redirected(let statement, let list):
      statement.walk(in: script, visit)
      redirects(list)
    }
  }
}

extension ShellWord {
  package func walk(in script: ShellScript, _ visit: (ShellNode) -> Bool) {
    guard visit(.word(self)) else { return }
    ShellWord.walk(parts, in: script, visit)
  }

  private static func walk(_ parts: [Part], in script: ShellScript, _ visit: (ShellNode) -> Bool) {
    for part in parts {
      switch part {
      case .text, .placeholder: break
      case .parameter(let parameter, _):
        if visit(.parameter(parameter)) { parameter.operand?.walk(in: script, visit) }
      case .command(let statements, _), .process(let statements):
        for statement in statements { statement.walk(in: script, visit) }
      case .arithmetic(let inner): walk(inner, in: script, visit)
      }
    }
  }
}

extension ShellScript {
  /// The first word of every simple command, quotes removed, with the number of its uses; expansions are `$name` or
  /// `$(…)`. A `[[ … ]]` counts as `[[`.
  package var commandNames: [String: Int] {
    var names: [String: Int] = [:]
    walk { node in
      guard case .statement(let statement) = node else { return true }
      switch statement {
      case .command(let command):
        if let word = command.words.first { names[word.spelling, default: 0] += 1 }
      case .test: names["[[", default: 0] += 1
      default: break
      }
      return true
    }
    return names
  }
}

extension ShellWord {
  /// The word without its quotes, for messages: expansions stand as `$name`, substitutions as `$(…)`.
  package var spelling: String {
    parts.map { part in
      switch part {
      case .text(let text, _): text
      case .parameter(let parameter, _): parameter.isPlain ? "$" + parameter.name : "${" + parameter.name + "…}"
      case .command: "$(…)"
      case .process: "<(…)"
      case .arithmetic: "$((…))"
      case .placeholder(let name): "<" + name + ">"
      }
    }.joined()
  }
}
