import SkillFormat

/// Reads one usage line: the program, then its arguments.
struct SynopsisReader {
  enum Token: Hashable {
    case open, close, bar, ellipsis
    /// A bare word.
    case word([UInt8])
    /// `<name>`.
    case angle([UInt8])
    /// `{a,b}`.
    case braces([UInt8])
  }

  struct Lexeme {
    var token: Token
    /// Whether it follows the one before it without a blank.
    var isAttached: Bool
  }

  private let bytes: [UInt8]
  let line: Int
  var lexemes: [Lexeme] = []
  var next = 0
  var found: [CommandLineInterface.Argument] = []
  /// Whether the line says that there are options (`[options]`) without naming them.
  var hasUnnamedOptions = false

  init(_ bytes: [UInt8], line: Int) {
    self.bytes = bytes
    self.line = line
  }

  mutating func arguments() -> [CommandLineInterface.Argument]? {
    guard bytes.count <= 2_000, let start = SynopsisReader.endOfProgram(bytes) else { return nil }
    guard scan(from: start), readItems(isOptional: false, depth: 0), next == lexemes.count else { return nil }
    guard isConsistent else { return nil }
    return found.filter { !SynopsisReader.isHelp($0.flags) }
  }

  static func isHelp(_ flags: [String]) -> Bool {
    !flags.isEmpty && flags.contains { ["-h", "--help", "-?", "--version", "-V", "help"].contains($0) }
  }

  /// Positionals that may be left out must not stand before those that may not, and one at most may repeat.
  private var isConsistent: Bool {
    let positionals = found.filter(\.isPositional)
    guard positionals.filter(\.arity.isMany).count <= 1 else { return false }
    if let optional = positionals.firstIndex(where: { !$0.isRequired }) {
      guard positionals[optional...].allSatisfy({ !$0.isRequired }) else { return false }
    }
    return Set(found.map(\.name)).count == found.count
  }
}

// MARK: - The program

extension SynopsisReader {
  private static let interpreters: Set<String> = [
    "python", "python2", "python3", "node", "bash", "sh", "zsh", "bun", "deno", "npx", "tsx", "ts-node", "uv", "perl",
    "ruby", "./", "$", ">",
  ]

  /// Where the words of the program end: one word, or an interpreter with the script it runs.
  private static func endOfProgram(_ bytes: [UInt8]) -> Int? {
    var position = 0
    var expectsScript = true
    while expectsScript {
      guard let end = endOfProgramWord(bytes, from: position) else { return nil }
      let word = bytes[position..<end].commandText
      guard let first = word.utf8.first, first != UInt8(ascii: "["), !word.hasPrefix("<") else { return nil }
      expectsScript = interpreters.contains(word) || word == "run" || word == "-m" || word.hasPrefix("python3.")
      position = end
      while position < bytes.count, bytes[position].isBlank { position += 1 }
      if expectsScript, position == bytes.count { return nil }
    }
    return position
  }

  /// The end of a word in which quotes, parentheses and braces hold blanks together, as in `$(basename "$0")`.
  private static func endOfProgramWord(_ bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    var closers: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      if let closer = closers.last, byte == closer {
        closers.removeLast()
      } else {
        switch byte {
        case UInt8(ascii: "("): closers.append(UInt8(ascii: ")"))
        case UInt8(ascii: "{"): closers.append(UInt8(ascii: "}"))
        case UInt8(ascii: "["): if closers.isEmpty { return position } else { closers.append(UInt8(ascii: "]")) }
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): closers.append(byte)
        case 0x20, 0x09: if closers.isEmpty { return position }
        default: break
        }
      }
      position += 1
    }
    return closers.isEmpty && position > start ? position : nil
  }
}

// MARK: - Tokens

extension SynopsisReader {
  private mutating func scan(from start: Int) -> Bool {
    var position = start
    var isAttached = false
    while position < bytes.count {
      let byte = bytes[position]
      var token: Token
      switch byte {
      case 0x20, 0x09:
        position += 1
        isAttached = false
        continue
      case UInt8(ascii: "#") where !isAttached:
        return true
      case UInt8(ascii: "["):
        token = .open
        position += 1
      case UInt8(ascii: "]"):
        token = .close
        position += 1
      case UInt8(ascii: "|"):
        token = .bar
        position += 1
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"), UInt8(ascii: "`"):
        return false
      case UInt8(ascii: "\""):
        // Quotes about a placeholder say that it may hold blanks; about anything else they make it an example.
        guard let end = bytes[(position + 1)...].firstIndex(of: byte) else { return false }
        let inner = bytes[(position + 1)..<end]
        if inner.first == UInt8(ascii: "<"), inner.last == UInt8(ascii: ">") {
          token = .angle(Array(inner.dropFirst().dropLast()))
        } else if SynopsisReader.isCapitals(inner) {
          token = .word(Array(inner))
        } else {
          return false
        }
        position = end + 1
      case UInt8(ascii: "<"), UInt8(ascii: "{"):
        let closer = byte == UInt8(ascii: "<") ? UInt8(ascii: ">") : UInt8(ascii: "}")
        guard let end = bytes[position...].firstIndex(of: closer), end - position < 60 else { return false }
        let inner = Array(bytes[(position + 1)..<end])
        token = byte == UInt8(ascii: "<") ? .angle(inner) : .braces(inner)
        position = end + 1
      default:
        if let end = endOfEllipsis(at: position) {
          token = .ellipsis
          position = end
        } else {
          let end = endOfWord(from: position)
          guard end > position else { return false }
          token = .word(Array(bytes[position..<end]))
          position = end
        }
      }
      lexemes.append(Lexeme(token: token, isAttached: isAttached))
      isAttached = true
    }
    return true
  }

  private func endOfEllipsis(at position: Int) -> Int? {
    if bytes[position...].starts(with: [0xE2, 0x80, 0xA6]) { return position + 3 }
    guard bytes[position...].starts(with: [0x2E, 0x2E, 0x2E]) else { return nil }
    return position + 3
  }

  private func endOfWord(from start: Int) -> Int {
    let stops: [UInt8] = Array("[]|()<>{}'\"`".utf8)
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if byte.isBlank || stops.contains(byte) || endOfEllipsis(at: position) != nil { break }
      position += 1
      // `--name=` keeps its value apart.
      if byte == UInt8(ascii: "="), bytes[start] == UInt8(ascii: "-") { break }
    }
    return position
  }

  static func isCapitals(_ bytes: some Collection<UInt8>) -> Bool {
    guard let first = bytes.first, first.isUppercase else { return false }
    return bytes.allSatisfy {
      $0.isUppercase || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }
}
