import SkillFormat

/// A word of a command: exactly one argument.
struct CommandWord: Sendable {
  /// Texts and references.
  var segments: [ProseSegment]
  /// The source offset of its first byte.
  var offset: Int

  /// Splits a code span at blanks outside quotes.
  ///
  /// Quotes group and vanish; a backslash takes the next byte as it is. Nothing is expanded but `{name}`, which is
  /// replaced inside quotes too.
  static func words(
    of text: WorkflowText,
    in range: Range<Int>
  ) throws(WorkflowSyntaxError) -> [CommandWord] {
    var splitter = CommandSplitter(text: text, range: range)
    return try splitter.words()
  }
}

private struct CommandSplitter {
  let text: WorkflowText
  let limit: Int
  var position: Int
  var segments: [ProseSegment] = []
  var pending: [UInt8] = []

  init(text: WorkflowText, range: Range<Int>) {
    self.text = text
    limit = range.upperBound
    position = range.lowerBound
  }

  mutating func words() throws(WorkflowSyntaxError) -> [CommandWord] {
    var words: [CommandWord] = []
    while true {
      while position < limit, text.bytes[position].isBlankOrLineEnd { position += 1 }
      guard position < limit else { return words }
      let start = position
      try word()
      if !pending.isEmpty || segments.isEmpty { segments.append(.text(String(decoding: pending, as: UTF8.self))) }
      words.append(CommandWord(segments: segments, offset: text.sourceOffset(start)))
      segments = []
      pending = []
      if words.count == 1 { try checkAssignment(start) }
    }
  }

  private func failure(_ message: WorkflowMessage, at offset: Int) -> WorkflowSyntaxError {
    WorkflowSyntaxError(message: message, offset: text.sourceOffset(offset))
  }

  private mutating func word() throws(WorkflowSyntaxError) {
    let start = position
    while position < limit {
      let byte = text.bytes[position]
      switch byte {
      case _ where byte.isBlankOrLineEnd: return
      case UInt8(ascii: "'"), UInt8(ascii: "\""): try quoted(byte)
      case UInt8(ascii: "\\"):
        guard position + 1 < limit else { throw failure(.danglingBackslash, at: position) }
        pending.append(text.bytes[position + 1])
        position += 2
      case UInt8(ascii: "{"), UInt8(ascii: "}"): brace(byte)
      default:
        try checkUnquoted(byte, isFirst: position == start, wordStart: start)
        pending.append(byte)
        position += 1
      }
    }
  }

  private mutating func quoted(_ quote: UInt8) throws(WorkflowSyntaxError) {
    let start = position
    position += 1
    while position < limit, text.bytes[position] != quote {
      let byte = text.bytes[position]
      if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") {
        brace(byte)
        continue
      }
      if quote == UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "$"), isExpansion(after: position) {
          throw failure(.shellSyntax(spelling(at: position)), at: position)
        }
        if byte == UInt8(ascii: "`") { throw failure(.shellSyntax("`"), at: position) }
        if byte == UInt8(ascii: "\\"), position + 1 < limit, "\"\\$`".utf8.contains(text.bytes[position + 1]) {
          position += 1
        }
      }
      pending.append(text.bytes[position])
      position += 1
    }
    guard position < limit else { throw failure(.openQuote(quote), at: start) }
    position += 1
    // An empty pair of quotes is a word too.
    if segments.isEmpty, pending.isEmpty { segments.append(.text("")) }
  }

  private mutating func brace(_ byte: UInt8) {
    if position + 1 < limit, text.bytes[position + 1] == byte {
      pending.append(byte)
      position += 2
    } else if byte == UInt8(ascii: "{"), let (path, end) = ProseReader.reference(at: position, in: text, limit: limit) {
      if !pending.isEmpty { segments.append(.text(String(decoding: pending, as: UTF8.self))) }
      pending = []
      segments.append(.reference(path))
      position = end
    } else {
      pending.append(byte)
      position += 1
    }
  }

  // MARK: What only a shell would understand

  private func isExpansion(after dollar: Int) -> Bool {
    guard dollar + 1 < limit else { return false }
    let next = text.bytes[dollar + 1]
    return next.isNamePart || "({@*#?$!".utf8.contains(next)
  }

  /// A short piece of the source for a message.
  private func spelling(at start: Int) -> String {
    var end = start + 1
    if end < limit, "({".utf8.contains(text.bytes[end]) { return text[start..<end + 1] }
    while end < limit, end - start < 24, text.bytes[end].isNamePart { end += 1 }
    return text[start..<end]
  }

  private func checkUnquoted(_ byte: UInt8, isFirst: Bool, wordStart: Int) throws(WorkflowSyntaxError) {
    switch byte {
    case UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"):
      let isDouble = position + 1 < limit && text.bytes[position + 1] == byte
      throw failure(.shellSyntax(text[position..<position + (isDouble ? 2 : 1)]), at: position)
    case UInt8(ascii: "`"), UInt8(ascii: "("), UInt8(ascii: ")"):
      throw failure(.shellSyntax(text[position..<position + 1]), at: position)
    case UInt8(ascii: "$") where isExpansion(after: position):
      throw failure(.shellSyntax(spelling(at: position)), at: position)
    case UInt8(ascii: "*"): throw failure(.shellSyntax("*"), at: position)
    case UInt8(ascii: "?") where !isInURL(from: wordStart): throw failure(.shellSyntax("?"), at: position)
    case UInt8(ascii: "~") where isFirst: throw failure(.shellSyntax("~"), at: position)
    default: break
    }
  }

  /// Whether the word is an address so far: shells leave the `?` in it alone where no file has such a name.
  private func isInURL(from start: Int) -> Bool {
    let scheme = text.bytes[start..<min(position, start + 12)]
    return scheme.contains(UInt8(ascii: ":")) && scheme.contains(UInt8(ascii: "/"))
  }

  /// `NAME=value command` sets a variable in a shell; here it would be the program's name.
  private func checkAssignment(_ start: Int) throws(WorkflowSyntaxError) {
    let end = WorkflowSyntax.nameEnd(in: text.bytes, from: start, limit: limit)
    guard end > start, end < limit, text.bytes[end] == UInt8(ascii: "=") else { return }
    throw failure(.shellSyntax(text[start..<end + 1]), at: start)
  }
}

extension WorkflowMessage {
  fileprivate static func shellSyntax(_ what: String) -> Self {
    .error(
      "shell-syntax",
      "no shell reads this command, so '\(what)' has no meaning; put it in single quotes to pass it as text, or write a 'bash' fence"
    )
  }

  fileprivate static func openQuote(_ quote: UInt8) -> Self {
    .error("shell-syntax", "this quote has no end; close it, or escape it with a backslash")
  }

  fileprivate static let danglingBackslash = Self.error(
    "shell-syntax",
    "a backslash at the end of a command escapes nothing"
  )
}
