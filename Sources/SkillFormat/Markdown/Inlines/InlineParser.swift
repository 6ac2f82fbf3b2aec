/// Reads the inline structure of one text: code spans, emphasis, links, images, autolinks, HTML and breaks.
///
/// One pass over the bytes makes a flat list of tokens; brackets and runs of emphasis marks wait on two stacks until
/// what closes them is found. Nothing recurses, and every search that fails is remembered, so that the whole takes
/// time linear in the length of the text.
struct InlineParser {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  struct Token {
    enum Kind: UInt8 {
      case text, replacement, codeSpan, softBreak, hardBreak, html
      /// What is left of a run of emphasis marks.
      case marks
      /// `[`, `![` or `]` that is not part of a link.
      case bracket
      case linkOpen, linkClose, imageOpen, imageClose
    }

    var kind: Kind
    var start: Int
    var end: Int
    /// An index into `replacements` or `links`; of a code span, the number of its backticks.
    var value = 0
  }

  struct Link {
    var target: LinkDefinitions.Target
    var start: Int
    var end: Int
    var text: SourceRange
  }

  /// An opening bracket that waits for its closing one.
  struct Bracket {
    var token: Int
    var isImage: Bool
    /// Whether another bracket opened after it, so that its text is no link label.
    var hasBracketInside = false
    /// The last run of emphasis marks before it.
    var delimiter: Int
  }

  let bytes: Bytes
  let definitions: LinkDefinitions
  var position = 0

  var tokens: [Token] = []
  /// The texts that character references stand for.
  var replacements: [String] = []
  var links: [Link] = []
  var brackets: [Bracket] = []
  /// How many brackets at the bottom of the stack begin no link, since one was found inside them: links do not nest.
  ///
  /// A count, for marking each of them would take quadratic time.
  var bracketsAroundLinks = 0
  var delimiters: [Delimiter] = []
  var lastDelimiter = -1

  /// Where the last run of backticks of each length begins, of those seen.
  private var lastBackticks: [Int: Int] = [:]
  private var hasSeenAllBackticks = false
  /// How many bytes may still be looked at for tags in vain.
  private var tagBudget: Int
  /// The ends of markup that do not occur in the rest of the text.
  private var missingEnds: Set<UInt8> = []

  init(_ bytes: Bytes, definitions: LinkDefinitions) {
    self.bytes = bytes
    self.definitions = definitions
    tagBudget = 8 * bytes.count + 4096
  }

  @inline(__always)
  static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case 0, .lineFeed, .backslash, .backtick, .asterisk, .underscore, .leftBracket, .rightBracket, .exclamation, .less,
      .ampersand:
      true
    default: false
    }
  }

  mutating func parse() {
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case .lineFeed: readLineEnd()
      case .backslash: readEscape()
      case .backtick: readBackticks()
      case .asterisk, .underscore: readMarks()
      case .leftBracket: openBracket(isImage: false)
      case .rightBracket: closeBracket()
      case .exclamation:
        if position + 1 < bytes.count, bytes[position + 1] == .leftBracket {
          openBracket(isImage: true)
        } else {
          add(.text, to: position + 1)
        }
      case .less: readAngle()
      case .ampersand: readReference()
      default:
        var end = position + 1
        while end < bytes.count, !Self.isSpecial(bytes[end]) { end += 1 }
        add(.text, to: end)
      }
    }
    processEmphasis(after: -1)
  }

  /// Adds a token from here to an offset and goes there.
  mutating func add(_ kind: Token.Kind, to end: Int, value: Int = 0) {
    tokens.append(Token(kind: kind, start: position, end: end, value: value))
    position = end
  }
}

// MARK: - Simple tokens

extension InlineParser {
  private mutating func readLineEnd() {
    var spaces = 0
    if let last = tokens.indices.last, tokens[last].kind == .text {
      while tokens[last].end > tokens[last].start, bytes[tokens[last].end - 1] == .space {
        tokens[last].end -= 1
        spaces += 1
      }
    }
    add(spaces >= 2 ? .hardBreak : .softBreak, to: LinkSyntax.skipBlanks(in: bytes, from: position + 1))
  }

  private mutating func readEscape() {
    let next = position + 1
    if next < bytes.count, bytes[next] == .lineFeed {
      add(.hardBreak, to: LinkSyntax.skipBlanks(in: bytes, from: next + 1))
    } else if next < bytes.count, bytes[next].isPunctuation {
      position = next
      add(.text, to: next + 1)
    } else {
      add(.text, to: next)
    }
  }

  private mutating func readReference() {
    if let reference = CharacterReference.read(in: bytes, at: position, before: bytes.count) {
      replacements.append(reference.text)
      add(.replacement, to: reference.end, value: replacements.count - 1)
    } else {
      add(.text, to: position + 1)
    }
  }

  private mutating func readBackticks() {
    let start = position
    let contentStart = endOfBackticks(from: start)
    let length = contentStart - start
    if let closing = closingBackticks(length, from: contentStart) {
      add(.codeSpan, to: closing + length, value: length)
    } else {
      add(.text, to: contentStart)
    }
  }

  private func endOfBackticks(from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == .backtick { end += 1 }
    return end
  }

  /// Where the next run of exactly that many backticks begins.
  ///
  /// Runs passed on the way are remembered, so that a length which does not occur again costs nothing.
  private mutating func closingBackticks(_ length: Int, from start: Int) -> Int? {
    if hasSeenAllBackticks, lastBackticks[length, default: -1] < start { return nil }
    var offset = start
    while offset < bytes.count {
      guard bytes[offset] == .backtick else {
        offset += 1
        continue
      }
      let end = endOfBackticks(from: offset)
      if end - offset == length { return offset }
      lastBackticks[end - offset] = max(offset, lastBackticks[end - offset, default: 0])
      offset = end
    }
    hasSeenAllBackticks = true
    return nil
  }
}

// MARK: - Autolinks and HTML

extension InlineParser {
  private mutating func readAngle() {
    let start = position
    if let end = addressEnd() {
      let text = SourceRange(start + 1, end)
      let address = String(decoding: bytes[text.start..<text.end], as: UTF8.self)
      let isMail = !bytes[text.start..<text.end].contains(.colon)
      links.append(
        Link(
          target: LinkDefinitions.Target(destination: isMail ? "mailto:" + address : address, title: ""),
          start: start,
          end: end + 1,
          text: text
        )
      )
      add(.linkOpen, to: start + 1, value: links.count - 1)
      add(.text, to: end)
      add(.linkClose, to: end + 1)
    } else if let end = markupEnd() {
      add(.html, to: end)
    } else {
      add(.text, to: start + 1)
    }
  }

  /// The offset of the `>` that ends a web or mail address begun by the `<` here.
  private func addressEnd() -> Int? {
    let start = position + 1
    guard start < bytes.count, bytes[start].isAlphanumeric || Self.isMailByte(bytes[start]) else {
      return nil
    }
    var offset = start
    while offset < bytes.count, offset - start <= 32 {
      let byte = bytes[offset]
      guard byte.isAlphanumeric || byte == .plus || byte == .dot || byte == .hyphen else { break }
      offset += 1
    }
    if offset < bytes.count, bytes[offset] == .colon, offset - start >= 2, offset - start <= 32,
      bytes[start].isLetter
    {
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte == .greater { return offset }
        if byte == .less || byte == .space || byte.isControl { return nil }
        offset += 1
      }
      return nil
    }
    return mailEnd(from: start)
  }

  private func mailEnd(from start: Int) -> Int? {
    var offset = start
    while offset < bytes.count, bytes[offset].isAlphanumeric || Self.isMailByte(bytes[offset]) {
      offset += 1
    }
    guard offset > start, offset < bytes.count, bytes[offset] == .at else { return nil }
    while true {
      // A label: letters, digits and inner hyphens, 63 at most.
      let label = offset + 1
      offset = label
      while offset < bytes.count, bytes[offset].isAlphanumeric || bytes[offset] == .hyphen {
        offset += 1
      }
      guard offset > label, offset - label <= 63, bytes[label] != .hyphen,
        bytes[offset - 1] != .hyphen, offset < bytes.count
      else { return nil }
      if bytes[offset] == .greater { return offset }
      guard bytes[offset] == .dot else { return nil }
    }
  }

  /// Whether a byte may stand before the `@` of a mail address without quotes, as a letter or digit may.
  private static func isMailByte(_ byte: UInt8) -> Bool {
    switch byte {
    case .doubleQuote, .leftParenthesis, .rightParenthesis, .comma, .colon, .semicolon, .less, .greater, .at,
      .leftBracket, .backslash, .rightBracket:
      false
    default: byte.isPunctuation
    }
  }

  /// The offset after the tag, comment, instruction, declaration or CDATA section that begins here.
  private mutating func markupEnd() -> Int? {
    guard position + 1 < bytes.count else { return nil }
    switch bytes[position + 1] {
    case .exclamation:
      if matches("<!-->") { return position + 5 }
      if matches("<!--->") { return position + 6 }
      if matches("<!--") { return end("-->", after: 4, key: 0) }
      if matches("<![CDATA[") { return end("]]>", after: 9, key: 1) }
      guard position + 2 < bytes.count, bytes[position + 2].isLetter else { return nil }
      return end(">", after: 3, key: 2)
    case .question: return end("?>", after: 2, key: 3)
    default:
      guard tagBudget > 0 else { return nil }
      var furthest = position
      let end = HTMLSyntax.tagEnd(in: bytes, from: position, to: bytes.count, furthest: &furthest)
      if end == nil { tagBudget -= furthest - position }
      return end
    }
  }

  private mutating func end(_ text: StaticString, after count: Int, key: UInt8) -> Int? {
    if missingEnds.contains(key) { return nil }
    let end = HTMLSyntax.find(text, in: bytes, from: position + count, to: bytes.count)
    if end == nil { missingEnds.insert(key) }
    return end
  }

  private func matches(_ text: StaticString) -> Bool {
    HTMLSyntax.matches(text, in: bytes, at: position, before: bytes.count)
  }
}
