// Plain and quoted scalars, and aliases, which stand where scalars do.
extension YAMLParser {
  struct InlineScalar {
    var node: YAMLNode
    /// Whether the text goes over a line end, so that it cannot be a key.
    var isMultiline: Bool
  }

  /// Reads a plain scalar, a quoted one or an alias.
  ///
  /// `minimumIndent` is the column that later lines of a plain scalar must reach; `Int.max` where there can be none.
  mutating func parseInlineScalar(minimumIndent: Int, inFlow: Bool) throws(YAMLError) -> InlineScalar {
    let first = byte(at: position)
    switch first {
    case .doubleQuote: return try parseDoubleQuoted()
    case .singleQuote: return try parseSingleQuoted()
    case .asterisk: return InlineScalar(node: try parseAlias(), isMultiline: false)
    case .at, .backtick, .percent: throw .reservedCharacter(first, at: position)
    case .ampersand, .exclamation: throw .reservedCharacter(first, at: position)
    case .comma, .leftBracket, .rightBracket, .leftBrace, .rightBrace, .pipe, .greater, .hash:
      throw inFlow
        ? .flow("a value cannot begin with \(character(at: position))", at: position)
        : .indicatorInValue(first, at: position)
    case .colon where isBlankOrEnd(at: position + 1) && !inFlow: throw .missingKey(at: position)
    default: return try parsePlain(minimumIndent: minimumIndent, inFlow: inFlow)
    }
  }

  // MARK: Plain

  private mutating func parsePlain(minimumIndent: Int, inFlow: Bool) throws(YAMLError) -> InlineScalar {
    let start = position
    var textEnd = skipPlainLine(inFlow: inFlow)
    guard isLineEnd(at: position), minimumIndent != Int.max,
      let firstBreak = try plainContinuation(minimumIndent: minimumIndent, inFlow: inFlow)
    else {
      return plain(text(from: start, to: textEnd), from: start, to: textEnd, isMultiline: false)
    }
    var folded = Array(bytes[start..<textEnd])
    var lineBreaks: Int? = firstBreak
    while let count = lineBreaks {
      fold(count, into: &folded)
      let lineBegin = position
      textEnd = skipPlainLine(inFlow: inFlow)
      folded += bytes[lineBegin..<textEnd]
      lineBreaks =
        isLineEnd(at: position) ? try plainContinuation(minimumIndent: minimumIndent, inFlow: inFlow) : nil
    }
    return plain(String(decoding: folded, as: UTF8.self), from: start, to: textEnd, isMultiline: true)
  }

  private func plain(_ text: String, from start: Int, to end: Int, isMultiline: Bool) -> InlineScalar {
    InlineScalar(
      node: YAMLNode(.scalar(text, .plain), range: SourceRange(start, end)),
      isMultiline: isMultiline
    )
  }

  /// Moves over one line of a plain scalar to what ends it, and returns where its last visible character ends.
  private mutating func skipPlainLine(inFlow: Bool) -> Int {
    var textEnd = position
    var index = position
    scan: while index < end {
      let byte = bytes[index]
      switch byte {
      case .lineFeed, .carriageReturn: break scan
      case .space, .tab:
        index += 1
        continue scan
      case .colon:
        let next = self.byte(at: index + 1)
        if isBlankOrEnd(at: index + 1) || (inFlow && next.isFlowIndicator) { break scan }
      case .hash where index > textEnd: break scan
      case .comma, .leftBracket, .rightBracket, .leftBrace, .rightBrace:
        if inFlow { break scan }
      default: break
      }
      index += 1
      textEnd = index
    }
    position = index
    return textEnd
  }

  /// Moves from a line end to the line that continues a plain scalar, and returns how many line ends lie between;
  /// returns nil, and stays, where no line continues it.
  private mutating func plainContinuation(minimumIndent: Int, inFlow: Bool) throws(YAMLError) -> Int? {
    let (oldPosition, oldLineStart) = (position, lineStart)
    var count = 0
    while position < end {
      skipLineEnd()
      count += 1
      while byte(at: position) == .space { position += 1 }
      let indent = position - lineStart
      let firstTab = position
      skipBlanks()
      if position < end, isLineEnd(at: position) { continue }
      guard position < end, bytes[position] != .hash, inFlow || indent >= minimumIndent else {
        if position < end, firstTab < position, !inFlow, bytes[position] != .hash {
          throw .tabIndentation(at: firstTab)
        }
        break
      }
      let next = byte(at: position)
      let stops =
        next == .colon
        && (isBlankOrEnd(at: position + 1) || (inFlow && byte(at: position + 1).isFlowIndicator))
      // An indicator ends the scalar without a blank before it.
      if stops || (inFlow && next.isFlowIndicator) { return inFlow ? restore(oldPosition, oldLineStart) : count }
      return count
    }
    return restore(oldPosition, oldLineStart)
  }

  private mutating func restore(_ position: Int, _ lineStart: Int) -> Int? {
    self.position = position
    self.lineStart = lineStart
    return nil
  }

  /// Appends what line ends in a flow scalar stand for: a blank for one, and one line feed less for more.
  private func fold(_ lineEnds: Int, into text: inout [UInt8]) {
    if lineEnds == 1 {
      text.append(.space)
    } else {
      for _ in 1..<max(2, lineEnds) { text.append(.lineFeed) }
    }
  }

  // MARK: Quoted

  private mutating func parseSingleQuoted() throws(YAMLError) -> InlineScalar {
    let start = position
    position += 1
    let textStart = position
    while position < end, bytes[position] != .singleQuote, !isLineEnd(at: position) { position += 1 }
    if position < end, bytes[position] == .singleQuote, byte(at: position + 1) != .singleQuote {
      position += 1
      return quoted(text(from: textStart, to: position - 1), .singleQuoted, from: start, isMultiline: false)
    }
    var result = firstQuotedPart(from: textStart)
    var isMultiline = false
    while position < end {
      let byte = bytes[position]
      if byte == .singleQuote {
        position += 1
        guard self.byte(at: position) == .singleQuote else {
          return quoted(String(decoding: result, as: UTF8.self), .singleQuoted, from: start, isMultiline: isMultiline)
        }
        position += 1
        result.append(byte)
      } else if isBlankOrEnd(at: position) {
        if foldQuotedBlanks(into: &result) { isMultiline = true }
      } else {
        result.append(byte)
        position += 1
      }
    }
    throw .unclosedQuote(at: start, "'")
  }

  private mutating func parseDoubleQuoted() throws(YAMLError) -> InlineScalar {
    let start = position
    position += 1
    let textStart = position
    while position < end {
      let byte = bytes[position]
      if byte == .doubleQuote || byte == .backslash || byte.isLineEnd { break }
      position += 1
    }
    if byte(at: position) == .doubleQuote {
      position += 1
      return quoted(text(from: textStart, to: position - 1), .doubleQuoted, from: start, isMultiline: false)
    }
    var result = firstQuotedPart(from: textStart)
    var isMultiline = false
    while position < end {
      let byte = bytes[position]
      if byte == .doubleQuote {
        position += 1
        return quoted(String(decoding: result, as: UTF8.self), .doubleQuoted, from: start, isMultiline: isMultiline)
      } else if byte == .backslash {
        if isLineEnd(at: position + 1) {
          position += 1
          skipLineEnd()
          isMultiline = true
          skipEmptyLines(into: &result)
        } else {
          try parseEscape(into: &result)
        }
      } else if isBlankOrEnd(at: position) {
        if foldQuotedBlanks(into: &result) { isMultiline = true }
      } else {
        result.append(byte)
        position += 1
      }
    }
    throw .unclosedQuote(at: start, "\"")
  }

  private func quoted(_ text: String, _ style: YAMLNode.Style, from start: Int, isMultiline: Bool) -> InlineScalar {
    InlineScalar(
      node: YAMLNode(.scalar(text, style), range: SourceRange(start, position)),
      isMultiline: isMultiline
    )
  }

  /// The quoted text up to here; blanks before a line end are left to be read again, since it takes them away.
  private mutating func firstQuotedPart(from start: Int) -> [UInt8] {
    if isLineEnd(at: position) {
      while position > start, isBlank(at: position - 1) { position -= 1 }
    }
    return Array(bytes[start..<position])
  }

  /// Reads blanks inside quotes; tells whether they hold a line end, which is then folded.
  private mutating func foldQuotedBlanks(into text: inout [UInt8]) -> Bool {
    let start = position
    skipBlanks()
    guard position < end, isLineEnd(at: position) else {
      text += bytes[start..<position]
      return false
    }
    skipLineEnd()
    if !skipEmptyLines(into: &text) { text.append(.space) }
    return true
  }

  /// Skips to the first visible character, adding a line feed for each line end on the way.
  @discardableResult
  private mutating func skipEmptyLines(into text: inout [UInt8]) -> Bool {
    var isAny = false
    while true {
      skipBlanks()
      guard position < end, isLineEnd(at: position) else { return isAny }
      skipLineEnd()
      text.append(.lineFeed)
      isAny = true
    }
  }

  private mutating func parseEscape(into text: inout [UInt8]) throws(YAMLError) {
    let start = position
    let letter = byte(at: position + 1)
    position += 2
    let scalar: UInt32
    switch letter {
    case UInt8(ascii: "0"): scalar = 0
    case UInt8(ascii: "a"): scalar = 7
    case UInt8(ascii: "b"): scalar = 8
    case UInt8(ascii: "t"), .tab: scalar = 9
    case UInt8(ascii: "n"): scalar = 10
    case UInt8(ascii: "v"): scalar = 11
    case UInt8(ascii: "f"): scalar = 12
    case UInt8(ascii: "r"): scalar = 13
    case UInt8(ascii: "e"): scalar = 27
    case .space, .doubleQuote, .backslash, .slash: scalar = UInt32(letter)
    case UInt8(ascii: "N"): scalar = 0x85
    case .underscore: scalar = 0xA0
    case UInt8(ascii: "L"): scalar = 0x2028
    case UInt8(ascii: "P"): scalar = 0x2029
    case UInt8(ascii: "x"): scalar = try parseHexDigits(2, of: start)
    case UInt8(ascii: "U"): scalar = try parseHexDigits(8, of: start)
    case UInt8(ascii: "u"):
      let unit = try parseHexDigits(4, of: start)
      // JSON writes what lies beyond U+FFFF as two escapes.
      if (0xD800...0xDBFF).contains(unit), byte(at: position) == .backslash,
        byte(at: position + 1) == UInt8(ascii: "u")
      {
        position += 2
        let low = try parseHexDigits(4, of: start)
        guard (0xDC00...0xDFFF).contains(low) else { throw .badEscape(at: start) }
        scalar = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      } else {
        scalar = unit
      }
    default: throw .badEscape(at: start)
    }
    guard let value = Unicode.Scalar(scalar) else { throw .badEscape(at: start) }
    text += UTF8.encode(value) ?? UTF8.encodedReplacementCharacter
  }

  private mutating func parseHexDigits(_ count: Int, of start: Int) throws(YAMLError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = byte(at: position).hexadecimalValue else { throw .badEscape(at: start) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

extension YAMLError {
  static func reservedCharacter(_ character: UInt8, at offset: Int) -> YAMLError {
    let text = String(decoding: [character], as: UTF8.self)
    return YAMLError(
      code: "reserved-character",
      message: "an unquoted value cannot begin with '\(text)'",
      advice: "put the value in quotes",
      offset: offset
    )
  }

  static func unclosedQuote(at offset: Int, _ quote: String) -> YAMLError {
    YAMLError(
      code: "unclosed-quote",
      message: "this \(quote) is never closed",
      advice: "add the missing \(quote)",
      offset: offset,
      isRepairable: true
    )
  }

  static func badEscape(at offset: Int) -> YAMLError {
    YAMLError(
      code: "bad-escape",
      message: "no escape of YAML begins like this",
      advice: "write '\\\\' for a backslash, or use single quotes",
      offset: offset,
      isRepairable: true
    )
  }
}
