package import SkillFormat

/// One word of a shell text, with its quotes taken off and its expansions kept as nodes.
package struct ShellWord: Hashable, Sendable {
  package indirect enum Part: Hashable, Sendable {
    case text(String, isQuoted: Bool)
    case parameter(ShellParameter, isQuoted: Bool)
    /// `$( … )` or backquotes.
    case command([ShellStatement], isQuoted: Bool)
    /// `<( … )` or `>( … )`.
    case process([ShellStatement])
    /// `$(( … ))`, with the expansions in it.
    case arithmetic([Part])
    /// `<name>`, where the parser was asked to read placeholders.
    case placeholder(String)
  }

  package var parts: [Part]
  package var range: SourceRange

  package init(parts: [Part], range: SourceRange) {
    self.parts = parts
    self.range = range
  }

  /// The text of a word without expansions, its quotes taken off.
  package var literal: String? {
    var text = ""
    for part in parts {
      guard case .text(let piece, _) = part else { return nil }
      text += piece
    }
    return text
  }

  /// The text of a literal word that no quote touches: what a keyword, an operator or a flag must be.
  package var bareLiteral: String? {
    guard parts.count == 1, case .text(let text, false) = parts[0] else { return nil }
    return text
  }

  /// The parameter, where the word is nothing else: `$1`, `"$1"` or `"${1:-x}"`.
  package var soleParameter: ShellParameter? {
    let significant = parts.filter { $0 != .text("", isQuoted: true) }
    guard significant.count == 1, case .parameter(let parameter, _) = significant[0] else { return nil }
    return parameter
  }
}

/// An expansion of a parameter: `$name`, `${name}` or `${name` operator word `}`.
package struct ShellParameter: Hashable, Sendable {
  package enum Operation: Hashable, Sendable {
    case plain
    /// `${#name}`.
    case length
    /// `${name:-word}`, `${name-word}`, `${name:=word}` and `${name=word}`.
    case defaultValue(ShellWord)
    /// `${name:?word}` and `${name?word}`.
    case required(ShellWord)
    /// `${name:+word}` and `${name+word}`.
    case alternative(ShellWord)
    /// `${name#word}` and `${name##word}`.
    case withoutPrefix(ShellWord)
    /// Anything else: substrings, replacement, case, indirection, transformation.
    case other(ShellWord)
  }

  /// A variable's name, a position's digits, or one of `@*#?-$!`.
  package var name: String
  package var operation: Operation
  /// What stands in brackets after the name, such as `@`.
  package var subscriptText: String?

  package init(name: String, operation: Operation = .plain, subscriptText: String? = nil) {
    self.name = name
    self.operation = operation
    self.subscriptText = subscriptText
  }

  /// The position that the name stands for, counted from 1.
  package var position: Int? {
    guard let value = Int(name), value > 0, value < 100 else { return nil }
    return value
  }

  package var isPlain: Bool { operation == .plain && subscriptText == nil }

  /// The words inside the operation.
  package var operand: ShellWord? {
    switch operation {
    case .plain, .length: nil
    case .defaultValue(let word), .required(let word), .alternative(let word), .withoutPrefix(let word),
      .other(let word):
      word
    }
  }
}
