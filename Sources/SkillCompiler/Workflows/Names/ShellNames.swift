import SkillFormat

/// Finds the free names of bash and sh code.
struct ShellNames {
  struct Command {
    /// The byte that ends it: `)` of a substitution or subshell, a back-tick, or 0 at the top.
    var end: UInt8
    /// The first word of the simple command; empty where that is still to come.
    var word = ""
    /// How many `case … esac` are open, whose patterns end in a `)` of their own.
    var caseDepth = 0
  }

  enum Frame {
    case command(Command)
    case quoted
    /// `${…}`
    case parameter
    /// `((…))`, with the parentheses open in it.
    case arithmetic(Int)
    /// `[…]` after a name.
    case subscript_
  }

  struct HereDocument {
    var delimiter: [UInt8]
    var isQuoted: Bool
    var dropsTabs: Bool
  }

  let bytes: [UInt8]
  var names: CodeNames
  var position = 0
  /// The innermost last; the first is the script itself.
  var frames = [Frame.command(Command(end: 0))]
  var hereDocuments: [HereDocument] = []
  /// The end of the last line whose every word counts; a line is so read once.
  var evaluatedTo = 0

  init(_ bytes: [UInt8], into names: CodeNames) {
    self.bytes = bytes
    self.names = names
  }

  mutating func scan() -> CodeNames {
    while position < bytes.count {
      guard frames.count < CodeNames.nestingLimit else { return names.givenUp() }
      switch frames[frames.count - 1] {
      case .command(let command): commandToken(command)
      case .quoted: quotedToken()
      case .parameter, .arithmetic, .subscript_: expressionToken()
      }
    }
    return names
  }

  func peek(_ distance: Int) -> UInt8 {
    position + distance < bytes.count ? bytes[position + distance] : 0
  }

  mutating func pop() {
    if frames.count > 1 { frames.removeLast() }
  }

  mutating func setWord(_ word: String) {
    guard case .command(var command) = frames[frames.count - 1] else { return }
    command.word = word
    frames[frames.count - 1] = .command(command)
  }

  // MARK: Commands

  mutating func commandToken(_ command: Command) {
    let byte = bytes[position]
    switch byte {
    case 0x0A:
      position += 1
      if command.word != "[[" { setWord("") }
      skipHereDocuments()
    case 0x20, 0x09, 0x0D: position += 1
    case UInt8(ascii: "\\"): position = min(position + 2, bytes.count)
    case UInt8(ascii: "'"):
      noteWord(command)
      position += 1
      skip(to: UInt8(ascii: "'"), escapes: false)
    case UInt8(ascii: "\""):
      noteWord(command)
      position += 1
      frames.append(.quoted)
    case UInt8(ascii: "`"):
      position += 1
      if command.end == byte { pop() } else { frames.append(.command(Command(end: byte))) }
    case UInt8(ascii: "$"):
      noteWord(command)
      dollar(isQuoted: false)
    case UInt8(ascii: "#") where isWordStart: skipComment()
    case UInt8(ascii: "]") where command.word == "[[" && peek(1) == byte:
      position += 2
      setWord("?")
    case UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"),
      UInt8(ascii: ">"):
      // In `[[ … ]]` these are operators of its own.
      if command.word == "[[" { position += 1 } else { operatorToken(byte, command) }
    case UInt8(ascii: ";"): operatorToken(byte, command)
    case UInt8(ascii: "["):
      position += 1
      if command.word.isEmpty {
        let isDouble = peek(0) == byte
        if isDouble { position += 1 }
        setWord(isDouble ? "[[" : "[")
      }
    case _ where byte.isNameStart: word(command)
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "!"):
      // The brace of a group: a command begins after it.
      if byte == UInt8(ascii: "{"), isWordStart, peek(1).isBlankOrLineEnd { setWord("") }
      position += 1
    default:
      noteWord(command)
      position += 1
      if Self.readers.contains(command.word) { return }
      while position < bytes.count, bytes[position].isNamePart, !isWordStart { position += 1 }
    }
  }

  mutating func operatorToken(_ byte: UInt8, _ command: Command) {
    switch byte {
    case UInt8(ascii: "("): parenthesis(command)
    case UInt8(ascii: ")"): closeParenthesis(command)
    case UInt8(ascii: "<"), UInt8(ascii: ">"): redirection(byte)
    default:
      position += 1
      setWord("")
    }
  }

  /// A command whose first word is no plain name.
  mutating func noteWord(_ command: Command) {
    if command.word.isEmpty, isWordStart { setWord("?") }
  }

  /// Whether a word can begin here: after a blank, an operator or at the start.
  var isWordStart: Bool {
    guard position > 0 else { return true }
    return bytes[position - 1].isBlankOrLineEnd || ";&|()<>`".utf8.contains(bytes[position - 1])
  }

  mutating func skip(to end: UInt8, escapes: Bool) {
    while position < bytes.count, bytes[position] != end {
      position += escapes && bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, bytes.count)
  }

  mutating func skipComment() {
    let isInBackTicks = frames.contains { if case .command(let command) = $0 { command.end == 0x60 } else { false } }
    while position < bytes.count, bytes[position] != 0x0A {
      if isInBackTicks, bytes[position] == UInt8(ascii: "`") { return }
      position += 1
    }
  }

  mutating func parenthesis(_ command: Command) {
    position += 1
    if peek(0) == UInt8(ascii: "("), command.word.isEmpty || command.word == "for" {
      position += 1
      frames.append(.arithmetic(0))
    } else {
      frames.append(.command(Command(end: UInt8(ascii: ")"))))
    }
  }

  mutating func closeParenthesis(_ command: Command) {
    position += 1
    if command.end == UInt8(ascii: ")"), command.caseDepth == 0 { pop() } else { setWord("") }
  }

  mutating func redirection(_ byte: UInt8) {
    position += 1
    if peek(0) == UInt8(ascii: "(") {
      position += 1
      frames.append(.command(Command(end: UInt8(ascii: ")"))))
    } else if byte == UInt8(ascii: "<"), peek(0) == byte {
      position += 1
      if peek(0) == byte {
        position += 1
      } else {
        hereDocumentStart()
      }
    }
  }

  // MARK: Words

  static let binders: Set<String> = [
    "read", "mapfile", "readarray", "getopts", "printf", "wait", "for", "select",
  ]
  static let declarers: Set<String> = ["declare", "typeset", "local", "readonly"]
  static let readers: Set<String> = [
    "declare", "typeset", "local", "readonly", "export", "unset", "let", "test", "[", "[[",
  ]
  static let passed: Set<String> = [
    "if", "then", "else", "elif", "do", "while", "until", "time", "fi", "done", "esac", "coproc",
  ]

  mutating func word(_ command: Command) {
    let begins = isWordStart
    let start = position
    position = WorkflowSyntax.nameEnd(in: bytes, from: start, limit: bytes.count)
    let range = start..<position
    let next = peek(0)
    if begins, command.word.isEmpty || Self.readers.contains(command.word) {
      if next == UInt8(ascii: "=") || (next == UInt8(ascii: "+") && peek(1) == UInt8(ascii: "=")) {
        if let name = names.known(bytes, range) {
          names.assign(name)
          if next != UInt8(ascii: "=") { names.use(name) }
        }
        position += next == UInt8(ascii: "=") ? 1 : 2
        return
      }
    }
    if next == UInt8(ascii: "[") {
      if let name = names.known(bytes, range), begins {
        names.assign(name)
        names.use(name)
      }
      position += 1
      frames.append(.subscript_)
      return
    }
    if begins, command.word.isEmpty {
      begin(range, command)
      return
    }
    guard let name = names.known(bytes, range) else { return }
    if begins, Self.binders.contains(command.word) {
      names.assign(name)
      if command.word == "for" || command.word == "select" { setWord("in") }
      return
    }
    if Self.declarers.contains(command.word), begins { names.assign(name) }
    if Self.readers.contains(command.word) {
      names.use(name)
      if command.word == "let" { names.assign(name) }
    }
  }

  /// The first word of a simple command, of which a range is the beginning.
  mutating func begin(_ range: Range<Int>, _ command: Command) {
    var end = range.upperBound
    while end < bytes.count, !bytes[end].isBlankOrLineEnd, !"\"'`$();&|<>\\".utf8.contains(bytes[end]) {
      end += 1
    }
    position = end
    let word = end - range.lowerBound <= 32 ? String(decoding: bytes[range.lowerBound..<end], as: UTF8.self) : "?"
    var command = command
    switch word {
    case "case":
      command.caseDepth += 1
      command.word = word
    case "esac": command.caseDepth = max(0, command.caseDepth - 1)
    case "eval", "trap", "envsubst":
      names.isDynamic = true
      command.word = word
    case "let", "declare", "typeset", "local":
      command.word = word
      evaluateRest(always: word == "let")
    case _ where Self.passed.contains(word): break
    default: command.word = word
    }
    frames[frames.count - 1] = .command(command)
  }

  /// `let "a = b + 1"`, `declare -n a="b"` and their like read names in quoted text too.
  mutating func evaluateRest(always: Bool) {
    guard position >= evaluatedTo else { return }
    var end = position
    var hasOption = always
    while end < bytes.count, bytes[end] != 0x0A {
      if bytes[end] == UInt8(ascii: "-"), bytes[end - 1] == 0x20 { hasOption = true }
      end += 1
    }
    evaluatedTo = end
    guard hasOption else { return }
    names.useEveryWord(in: bytes[position..<end])
    names.assignEveryWord(in: bytes[position..<end])
  }
}
