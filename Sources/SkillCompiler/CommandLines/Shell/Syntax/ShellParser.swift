internal import SkillFormat

/// Parses the language of bash and the POSIX shell in one pass over the bytes.
///
/// Source of the grammar: POSIX.1-2017, Shell Command Language, with bash's `[[`, `((`, arrays, here-strings, process
/// substitution and extended patterns. A text that is not this language gives what was read before the first error.
package struct ShellParser {
  var bytes: [UInt8]
  var position = 0
  var depth = 0
  /// Where the text of backquotes lies in the source; it is parsed from a copy without its escapes.
  var fixedOffset: Int?
  /// Whether `<name>` is read as a placeholder rather than as two redirections.
  let readsPlaceholders: Bool
  var comments: [SourceRange] = []
  var errorOffset: Int?
  var heredocs: [ShellWord] = []
  var pendingHeredocs: [PendingHeredoc] = []

  struct PendingHeredoc {
    var index: Int
    var delimiter: [UInt8]
    var stripsTabs: Bool
    var isQuoted: Bool
  }

  /// How deep statements and expansions may stand in each other.
  static let maximumDepth = 60

  init(_ bytes: [UInt8], readsPlaceholders: Bool) {
    self.bytes = bytes
    self.readsPlaceholders = readsPlaceholders
  }

  /// Parses a text.
  ///
  /// - Parameters:
  ///   - bytes: The text, in UTF-8.
  ///   - readsPlaceholders: Whether `<name>` is a placeholder, as it is in examples, and not two redirections.
  /// - Returns: The statements up to the first error.
  package static func parse(_ bytes: [UInt8], readsPlaceholders: Bool = false) -> ShellScript {
    var parser = ShellParser(bytes, readsPlaceholders: readsPlaceholders)
    let statements = parser.parseStatements()
    if parser.position < bytes.count { parser.fail() }
    return ShellScript(
      statements: statements,
      heredocs: parser.heredocs,
      comments: parser.comments,
      errorOffset: parser.errorOffset
    )
  }
}

// MARK: - Bytes

extension ShellParser {
  func peek(_ offset: Int = 0) -> UInt8? {
    let index = position + offset
    return index < bytes.count ? bytes[index] : nil
  }

  func starts(with text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != text.utf8Start[index] { return false }
    return true
  }

  func range(from start: Int) -> SourceRange {
    if let fixedOffset { return SourceRange(fixedOffset, fixedOffset) }
    return SourceRange(start, max(start, position))
  }

  /// Notes the first error; everything after it is left unread.
  mutating func fail() {
    if errorOffset == nil { errorOffset = fixedOffset ?? position }
    position = bytes.count
  }

  /// Skips blanks, and line ends that a backslash hides.
  mutating func skipBlanks() {
    while let byte = peek() {
      if byte.isBlank {
        position += 1
      } else if byte == UInt8(ascii: "\\"), let length = lineEndLength(at: position + 1) {
        position += 1 + length
      } else if byte == 0x0D, peek(1) == 0x0A {
        position += 1
      } else {
        return
      }
    }
  }

  /// The length of the line end at an offset, nil where there is none.
  func lineEndLength(at index: Int) -> Int? {
    guard index < bytes.count else { return nil }
    if bytes[index] == 0x0A { return 1 }
    guard bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A else { return nil }
    return 2
  }

  mutating func skipComment() {
    let start = position
    while let byte = peek(), byte != 0x0A { position += 1 }
    var end = position
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    if fixedOffset == nil { comments.append(SourceRange(start, end)) }
  }

  /// Takes a line end and reads the heredocs that begin behind it.
  mutating func takeLineEnd() {
    position += 1
    if !pendingHeredocs.isEmpty { readHeredocs() }
  }

  /// Skips blanks, comments and line ends.
  mutating func skipToCommand() {
    while true {
      skipBlanks()
      switch peek() {
      case UInt8(ascii: "#"): skipComment()
      case 0x0A: takeLineEnd()
      default: return
      }
    }
  }

  /// Whether a byte ends a word.
  static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"),
      UInt8(ascii: ">"), UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: false
    }
  }

  /// The reserved word that stands here, without taking it.
  func keyword() -> ShellKeyword? {
    var end = position
    while end < bytes.count, end - position < 9, !ShellParser.endsWord(bytes[end]), bytes[end] != 0x0D { end += 1 }
    if end < bytes.count, !ShellParser.endsWord(bytes[end]), bytes[end] != 0x0D { return nil }
    guard end > position else { return nil }
    return ShellKeyword(rawValue: bytes[position..<end].commandText)
  }

  mutating func take(_ keyword: ShellKeyword) -> Bool {
    guard self.keyword() == keyword else { return false }
    position += keyword.rawValue.utf8.count
    return true
  }

  mutating func expect(_ keyword: ShellKeyword) {
    skipToCommand()
    if !take(keyword) { fail() }
  }
}

/// The words that are reserved where a command may begin.
enum ShellKeyword: String {
  case `if`, then, elif, `else`, fi, `while`, until, `for`, select, `do`, done, `case`, esac, `in`, function, time
  case coproc
  case not = "!"
  case openBrace = "{"
  case closeBrace = "}"
  case openTest = "[["

  /// Whether it ends a list of statements.
  var endsStatements: Bool {
    switch self {
    case .then, .elif, .else, .fi, .do, .done, .esac, .closeBrace: true
    default: false
    }
  }
}
