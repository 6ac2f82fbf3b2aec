import SkillFormat
import SkillIR

/// One line of a usage text, after the script's name.
struct UsageLine {
  /// The words that select a command.
  var path: [String] = []
  var arguments: [CommandLineInterface.Argument] = []
  /// What the line says behind its arguments.
  var help = ""
  /// Whether it says `[options]`.
  var hasMoreOptions = false

  /// A piece of the line.
  private indirect enum Piece {
    case word(String)
    /// `<name>`
    case value(String)
    /// `[…]`, with its alternatives
    case optional([[Piece]])
    /// `(…)`
    case group([[Piece]])
    case choice([String])
    case more

    /// The name of a value.
    var label: String? {
      switch self {
      case .word(let name), .value(let name): name
      default: nil
      }
    }
  }

  /// Reads a line; nil where something in it is not certain.
  init?(_ text: Substring, literals: Set<String>) {
    var rest = Array(text.unicodeScalars)[...]
    guard let pieces = Self.sequence(&rest, closing: nil, depth: 0, help: &help), pieces.count == 1 else { return nil }
    guard read(pieces[0], isOptional: false, literals) else { return nil }
  }

  // MARK: Pieces

  /// Reads alternatives up to a closing bracket, or the end of the line where there is none.
  private static func sequence(
    _ rest: inout ArraySlice<Unicode.Scalar>,
    closing: Unicode.Scalar?,
    depth: Int,
    help: inout String
  ) -> [[Piece]]? {
    guard depth < 8 else { return nil }
    var alternatives: [[Piece]] = [[]]
    while let scalar = rest.first {
      switch scalar {
      case " ", "\t", "\r":
        let blanks = rest.prefix { $0 == " " || $0 == "\t" || $0 == "\r" }.count
        rest = rest.dropFirst(blanks)
        if closing == nil, let next = rest.first, endsUsage(rest, after: blanks, next) {
          help = String(String.UnicodeScalarView(rest.drop { "#-–— \t".unicodeScalars.contains($0) }))
            .trimmingPythonSpace()
          return alternatives
        }
      case "[", "(":
        rest = rest.dropFirst()
        guard
          let inner = sequence(&rest, closing: scalar == "[" ? "]" : ")", depth: depth + 1, help: &help)
        else { return nil }
        alternatives[alternatives.count - 1].append(scalar == "[" ? .optional(inner) : .group(inner))
      case "|":
        guard closing != nil else { return nil }
        rest = rest.dropFirst()
        alternatives.append([])
      case "<", "{":
        let end: Unicode.Scalar = scalar == "<" ? ">" : "}"
        guard let close = rest.firstIndex(of: end) else { return nil }
        let name = String(String.UnicodeScalarView(rest[(rest.startIndex + 1)..<close]))
        rest = rest[(close + 1)...]
        let words = name.split { $0 == "|" || $0 == "," }.map { String($0).trimmingPythonSpace() }
        if words.count > 1 {
          alternatives[alternatives.count - 1].append(.choice(words))
        } else {
          guard scalar == "<" else { return nil }
          alternatives[alternatives.count - 1].append(.value(name))
        }
      case "\"", "'":
        // `"<name>"`: the quotes are the shell's.
        let isOpening = rest.dropFirst().first == "<"
        guard isOpening || rest.dropFirst().first.map({ " \t])".unicodeScalars.contains($0) }) ?? true
        else { return nil }
        if !isOpening {
          guard case .value? = alternatives[alternatives.count - 1].last else { return nil }
        }
        rest = rest.dropFirst()
      case "]", ")":
        guard scalar == closing else { return nil }
        rest = rest.dropFirst()
        return alternatives
      default:
        let word = rest.prefix { !" \t\r[]()<>{}|".unicodeScalars.contains($0) }
        guard !word.isEmpty else { return nil }
        rest = rest.dropFirst(word.count)
        var text = String(String.UnicodeScalarView(word))
        if text == "..." || text == "…" {
          alternatives[alternatives.count - 1].append(.more)
          continue
        }
        let repeats = text.hasSuffix("...")
        if repeats { text.removeLast(3) }
        alternatives[alternatives.count - 1].append(.word(text))
        if repeats { alternatives[alternatives.count - 1].append(.more) }
      }
    }
    return closing == nil ? alternatives : nil
  }

  /// Whether what follows some blanks is a remark on the usage.
  private static func endsUsage(_ rest: ArraySlice<Unicode.Scalar>, after blanks: Int, _ next: Unicode.Scalar) -> Bool {
    if next == "#" || next == "—" || next == "–" { return true }
    if next == "-", rest.dropFirst().first == " " { return true }
    return blanks > 1 && !"[(<{-|.".unicodeScalars.contains(next)
  }

  // MARK: Meaning

  private mutating func read(_ pieces: [Piece], isOptional: Bool, _ literals: Set<String>) -> Bool {
    var i = 0
    while i < pieces.count {
      let piece = pieces[i]
      let after = i + 1 < pieces.count ? pieces[i + 1] : nil
      i += 1
      switch piece {
      case .word(let word) where word.utf8.first == UInt8(ascii: "-"):
        guard let taken = readOption(word, after, isOptional: isOptional) else { return false }
        i += taken
      case .word(let word):
        if Self.isPlaceholder(word) {
          if word == "OPTIONS" || word == "FLAGS" { hasMoreOptions = true } else { append(word, isOptional) }
        } else if isOptional, !literals.contains(word), Self.isName(word), pieces.count == 1 {
          append(word, true)
        } else if !isOptional, arguments.isEmpty, literals.contains(word), Self.isName(word) {
          path.append(word)
        } else {
          return false
        }
      case .value(let name):
        guard Self.isLabel(name) else { return false }
        append(name, isOptional)
      case .choice(let words):
        guard words.allSatisfy(Self.isName) else { return false }
        append(arguments.isEmpty ? "command" : "choice", isOptional)
        arguments[arguments.count - 1].choices = words.map { .string($0) }
      case .more:
        guard let last = arguments.indices.last, arguments[last].isPositional else { return false }
        arguments[last].arity = arguments[last].isRequired ? .oneOrMore : .zeroOrMore
      case .optional(let alternatives):
        guard readOptional(alternatives, literals) else { return false }
      case .group(let alternatives):
        guard readGroup(alternatives, isOptional: isOptional, literals) else { return false }
      }
    }
    return true
  }

  private mutating func readOptional(_ alternatives: [[Piece]], _ literals: Set<String>) -> Bool {
    if alternatives.count == 1, alternatives[0].count == 1, case .word(let word) = alternatives[0][0] {
      if SynopsisReader.isHelp([word]) { return true }
      switch word.lowercased() {
      case "options", "flags", "option":
        hasMoreOptions = true
        return true
      default: break
      }
    }
    if alternatives.count == 1, alternatives[0].count == 1, case .more = alternatives[0][0] {
      guard let last = arguments.indices.last, arguments[last].isPositional else { return false }
      arguments[last].arity = arguments[last].isRequired ? .oneOrMore : .zeroOrMore
      return true
    }
    if alternatives.count > 1 { return readGroup(alternatives, isOptional: true, literals) }
    // `FILE [FILE ...]`
    if let last = arguments.indices.last, alternatives[0].count == 2, case .more = alternatives[0][1],
      let label = alternatives[0][0].label, Self.name(label) == arguments[last].name, arguments[last].isPositional
    {
      arguments[last].arity = .oneOrMore
      return true
    }
    return read(alternatives[0], isOptional: true, literals)
  }

  /// Alternatives: spellings of one option, several options, or words of which one is given.
  private mutating func readGroup(_ alternatives: [[Piece]], isOptional: Bool, _ literals: Set<String>) -> Bool {
    guard alternatives.count > 1 else { return read(alternatives[0], isOptional: isOptional, literals) }
    let words = alternatives.compactMap { pieces -> String? in
      if pieces.count == 1, case .word(let word) = pieces[0] { word } else { nil }
    }
    if words.count == alternatives.count, words.allSatisfy(Self.isName) {
      append(arguments.isEmpty ? "command" : "choice", isOptional)
      arguments[arguments.count - 1].choices = words.map { .string($0) }
      return true
    }
    let first = arguments.count
    for pieces in alternatives {
      let before = arguments.count
      guard read(pieces, isOptional: true, literals), arguments.count == before + 1,
        arguments.last?.isPositional == false
      else { return false }
    }
    // `[-o OUT | --output OUT]`: a short and a long spelling of the same.
    let added = arguments[first...]
    let short = added.filter { $0.flags.allSatisfy { $0.utf8.count == 2 } }
    if added.count == 2, short.count == 1, Set(added.map(\.action)).count == 1,
      let long = added.first(where: { $0.flags.contains { $0.utf8.count > 2 } })
    {
      var merged = long
      merged.flags = short.flatMap(\.flags) + long.flags
      merged.isRequired = !isOptional
      arguments.removeLast(2)
      arguments.append(merged)
    }
    return true
  }

  private mutating func append(_ label: String, _ isOptional: Bool) {
    arguments.append(
      CommandLineInterface.Argument(
        name: Self.name(label),
        arity: isOptional ? .optional : .one,
        isRequired: !isOptional,
        line: 0
      )
    )
  }

  /// Reads an option and, where it has one, its value. Returns how many pieces after it belong to it.
  private mutating func readOption(_ word: String, _ after: Piece?, isOptional: Bool) -> Int? {
    var flag = word
    var value: String?
    var choices: [String]?
    var taken = 0
    if let equal = word.firstIndex(of: "=") {
      flag = String(word[..<equal])
      value = String(word[word.index(after: equal)...])
      if value?.isEmpty == true {
        guard case .value(let name)? = after else { return nil }
        value = name
        taken = 1
      }
    } else {
      switch after {
      case .value(let name)?: (value, taken) = (name, 1)
      case .word(let name)? where Self.isPlaceholder(name): (value, taken) = (name, 1)
      case .choice(let words)?: (value, choices, taken) = ("", words, 1)
      default: break
      }
    }
    guard Self.isFlag(flag) else { return nil }
    if SynopsisReader.isHelp([flag]) { return taken }
    // An option that takes nothing and must be given says nothing.
    guard value != nil || isOptional else { return nil }
    var argument = CommandLineInterface.Argument(
      name: Self.name(String(flag.drop { $0 == "-" })),
      flags: [flag],
      action: value == nil ? .storeTrue : .store,
      isRequired: !isOptional && value != nil,
      line: 0
    )
    argument.choices = choices.map { $0.map { .string($0) } }
    arguments.append(argument)
    return taken
  }

  mutating func sortAliases() {
    // The shorter spelling first, as usage texts have them.
    for index in arguments.indices { arguments[index].flags.sort { $0.utf8.count < $1.utf8.count } }
  }

  /// The options of a list below the usage, under names as Python has them.
  static func listedOptions(_ lines: [Substring]) -> [CommandLineInterface.Argument] {
    UsageDescriptions(lines.map { Array($0.utf8) }[...]).options(line: 0).map { option in
      var option = option
      option.name = name(option.name)
      return option
    }
  }

  // MARK: Words

  /// Whether a word is in capitals, as usage texts write what the caller puts in.
  private static func isPlaceholder(_ word: String) -> Bool { SynopsisReader.isCapitals(word.utf8) }

  private static func isName(_ word: String) -> Bool {
    guard let first = word.utf8.first, first.isNameStart else { return false }
    return word.utf8.allSatisfy { $0.isNamePart || $0 == 0x2D }
  }

  /// Whether a value's label is plain text.
  private static func isLabel(_ label: String) -> Bool {
    !label.isEmpty && label.utf8.count <= 60
      && label.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || " _-./".unicodeScalars.contains($0)
      }
  }

  private static func isFlag(_ word: String) -> Bool {
    let bare = word.utf8.drop { $0 == UInt8(ascii: "-") }
    let dashes = word.utf8.count - bare.count
    return (1...2).contains(dashes) && !bare.isEmpty
      && bare.allSatisfy { $0.isNamePart || $0 == UInt8(ascii: "-") }
  }

  /// A label as a name: small letters where it is all capitals, and no blanks, dashes or dots.
  private static func name(_ label: String) -> String {
    let text = isPlaceholder(label) ? label.lowercased() : label
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.isAlphabetic || ("0"..."9").contains($0) ? $0 : "_" }
      )
    )
  }
}
