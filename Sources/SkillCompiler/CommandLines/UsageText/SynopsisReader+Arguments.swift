internal import SkillFormat
internal import SkillIR

extension SynopsisReader {
  private var current: Token? { next < lexemes.count ? lexemes[next].token : nil }

  private func token(after offset: Int) -> Token? {
    next + offset < lexemes.count ? lexemes[next + offset].token : nil
  }

  private func isAttached(_ offset: Int) -> Bool {
    next + offset < lexemes.count && lexemes[next + offset].isAttached
  }

  mutating func readItems(isOptional: Bool, depth: Int) -> Bool {
    guard depth < 8 else { return false }
    while let token = current {
      switch token {
      case .close:
        return isOptional
      case .open:
        next += 1
        let count = found.count
        guard readItems(isOptional: true, depth: depth + 1), current == .close else { return false }
        next += 1
        if current == .ellipsis {
          guard found.count == count + 1, found[count].isPositional else { return false }
          next += 1
          repeatLast()
        }
      case .ellipsis:
        guard let last = found.last, last.isPositional else { return false }
        next += 1
        repeatLast()
      case .bar, .braces:
        return false
      case .angle(let name):
        next += 1
        guard addPositional(name, isOptional: isOptional) else { return false }
      case .word(let word):
        guard readWord(word, isOptional: isOptional) else { return false }
      }
    }
    return !isOptional
  }

  private mutating func repeatLast() {
    guard let index = found.indices.last else { return }
    found[index].arity = found[index].isRequired ? .oneOrMore : .zeroOrMore
  }

  private mutating func readWord(_ word: [UInt8], isOptional: Bool) -> Bool {
    if word.first == UInt8(ascii: "-") {
      if word == [0x2D] { return false }
      if word == [0x2D, 0x2D] {
        next += 1
        return true
      }
      return readOption(isOptional: isOptional)
    }
    let text = word.commandText
    let folded = text.lowercased()
    if isOptional, ["options", "option", "flags", "opts"].contains(folded) {
      next += 1
      hasUnnamedOptions = true
      if current == .ellipsis { next += 1 }
      return true
    }
    if SynopsisReader.isCapitals(word) {
      if ["OPTIONS", "FLAGS", "ARGS", "COMMAND"].contains(text), token(after: 1) != .ellipsis { return false }
      next += 1
      return addPositional(word, isOptional: isOptional)
    }
    // A bare word is a sub-command, an example's value or prose; only alone in brackets is it surely a name.
    let isAlone =
      next > 0 && lexemes[next - 1].token == .open
      && (token(after: 1) == .close || token(after: 1) == .ellipsis || token(after: 1) == .open)
    guard isOptional, isAlone else { return false }
    if ["args", "arguments", "command"].contains(folded), token(after: 1) != .ellipsis { return false }
    next += 1
    return addPositional(word, isOptional: true)
  }

  private mutating func addPositional(_ bytes: [UInt8], isOptional: Bool) -> Bool {
    guard let name = SynopsisReader.name(bytes), !isAttached(0) || current == .close || current == .ellipsis
    else { return false }
    if let last = found.last, last.isPositional, last.name == name, last.isRequired, isOptional, !last.arity.isMany {
      // argparse writes one or more as `X [X ...]`.
      guard current == .ellipsis else { return false }
      next += 1
      found[found.count - 1].arity = .oneOrMore
      return true
    }
    found.append(
      CommandLineInterface.Argument(
        name: name,
        arity: isOptional ? .optional : .one,
        isRequired: !isOptional,
        line: line
      )
    )
    return true
  }

  /// A name of letters, digits, `_`, `-`, `.` and single blanks.
  static func name(_ bytes: [UInt8]) -> String? {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 40 else { return nil }
    guard first.isNameStart || first >= 0x80, !last.isBlank else { return nil }
    guard bytes.allSatisfy({ $0.isWordPart || $0 == 0x20 || $0 == UInt8(ascii: ".") }) else { return nil }
    return bytes.commandText
  }

  private mutating func readOption(isOptional: Bool) -> Bool {
    var flags: [String] = []
    var expectsValue = false
    repeat {
      guard case .word(var word)? = current else { return false }
      next += 1
      var isList = false
      if word.last == UInt8(ascii: ",") {
        word.removeLast()
        isList = true
      }
      if word.last == UInt8(ascii: "=") {
        word.removeLast()
        expectsValue = true
      }
      guard SynopsisReader.isFlag(word) else { return false }
      flags.append(word.commandText)
      if isList { continue }
      guard !expectsValue, current == .bar else { break }
      // `-o|--output` are two spellings; `--a | --b` are two options that exclude each other.
      guard case .word(let other)? = token(after: 1), SynopsisReader.areAliases(flags[0], other.commandText) else {
        guard isOptional else { return false }
        return addFlag(flags, isOptional: true) && skipBarAndReadOption()
      }
      next += 1
    } while true

    var value: (name: [UInt8], choices: [JSONValue]?)?
    if expectsValue {
      guard isAttached(0), let read = readValue() else { return false }
      value = read
    } else if !isAttached(0) || current == .bar {
      let before = next
      if current != .bar, let read = readValue() { value = read } else { next = before }
    } else if current != .close, current != nil {
      return false
    }
    guard let value else {
      guard isOptional, addFlag(flags, isOptional: true) else { return false }
      return current == .bar ? skipBarAndReadOption() : true
    }
    guard let name = SynopsisReader.optionName(flags) else { return false }
    var action = CommandLineInterface.Argument.Action.store
    if current == .ellipsis {
      next += 1
      action = .append
    }
    guard current != .bar else { return false }
    found.append(
      CommandLineInterface.Argument(
        name: name,
        flags: flags,
        action: action,
        isRequired: !isOptional,
        choices: value.choices,
        line: line
      )
    )
    return true
  }

  private mutating func skipBarAndReadOption() -> Bool {
    next += 1
    guard case .word(let word)? = current, word.first == UInt8(ascii: "-") else { return false }
    return readOption(isOptional: true)
  }

  private mutating func addFlag(_ flags: [String], isOptional: Bool) -> Bool {
    guard let name = SynopsisReader.optionName(flags) else { return false }
    found.append(
      CommandLineInterface.Argument(name: name, flags: flags, action: .storeTrue, isRequired: false, line: line)
    )
    return true
  }

  /// The value of an option: `<file>`, `FILE`, `{a,b}` or `a|b`.
  private mutating func readValue() -> (name: [UInt8], choices: [JSONValue]?)? {
    switch current {
    case .angle(let inner):
      next += 1
      if inner.contains(UInt8(ascii: "|")) {
        guard let choices = SynopsisReader.choices(inner, separator: UInt8(ascii: "|")) else { return nil }
        return ([], choices)
      }
      return SynopsisReader.name(inner).map { (Array($0.utf8), nil) }
    case .braces(let inner):
      next += 1
      return SynopsisReader.choices(inner, separator: UInt8(ascii: ",")).map { ([], $0) }
    case .word(let word) where word.first != UInt8(ascii: "-"):
      guard token(after: 1) == .bar, isAttached(1) else {
        guard SynopsisReader.isCapitals(word) else { return nil }
        next += 1
        return (word, nil)
      }
      var choices: [[UInt8]] = [word]
      next += 1
      while current == .bar {
        guard isAttached(0), isAttached(1), case .word(let choice)? = token(after: 1) else { return nil }
        choices.append(choice)
        next += 2
      }
      return SynopsisReader.choices(Array(choices.joined(separator: [0x7C])), separator: 0x7C).map { ([], $0) }
    default: return nil
    }
  }

  static func choices(_ bytes: [UInt8], separator: UInt8) -> [JSONValue]? {
    let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    guard
      parts.allSatisfy({ part in
        !part.isEmpty && part.allSatisfy { $0.isWordPart || $0 == UInt8(ascii: ".") }
          && part.contains { $0.isLowercase || $0.isDigit }
      })
    else { return nil }
    return parts.map { .string($0.commandText) }
  }

  /// `-x` or `--name`.
  static func isFlag(_ word: some Collection<UInt8>) -> Bool {
    let bytes = Array(word)
    if bytes.count == 2 { return bytes[0] == 0x2D && (bytes[1].isAlphanumeric || bytes[1] == 0x3F) }
    guard bytes.count > 2, bytes[0] == 0x2D, bytes[1] == 0x2D, bytes[2].isAlphanumeric else {
      return false
    }
    return bytes.allSatisfy { $0.isNamePart || $0 == 0x2D || $0 == UInt8(ascii: ".") }
  }

  private static func areAliases(_ first: String, _ second: String) -> Bool {
    let names = [Array(first.utf8), Array(second.utf8.prefix { $0 != UInt8(ascii: "=") })]
    guard let short = names.first(where: { $0.count == 2 }), let long = names.first(where: { $0.count > 3 }),
      isFlag(short), isFlag(long)
    else { return false }
    return short[1].lowercased == long[2].lowercased
  }

  /// The longest spelling without its dashes.
  static func optionName(_ flags: [String]) -> String? {
    flags.max { $0.utf8.count < $1.utf8.count }.map { String($0.drop { $0 == "-" }) }
  }
}
