extension UInt8 {
  /// A comma or a bracket, which ends a plain scalar inside a flow collection.
  var isFlowIndicator: Bool {
    switch self {
    case .comma, .leftBracket, .rightBracket, .leftBrace, .rightBrace: true
    default: false
    }
  }
}

// Moving through the text.
extension YAMLParser {
  /// A byte, or zero past the end; the text itself holds no zero.
  func byte(at offset: Int) -> UInt8 { offset < end ? bytes[offset] : 0 }

  func isBlank(at offset: Int) -> Bool { byte(at: offset).isBlank }

  /// Whether a line ends here, be it with a line end or with the text.
  func isLineEnd(at offset: Int) -> Bool { offset >= end || bytes[offset].isLineEnd }

  func isBlankOrEnd(at offset: Int) -> Bool { isBlank(at: offset) || isLineEnd(at: offset) }

  /// Whether an indicator at an offset stands alone, as `-`, `?` and `:` must in block collections.
  func isIndicator(_ indicator: UInt8, at offset: Int) -> Bool {
    byte(at: offset) == indicator && isBlankOrEnd(at: offset + 1)
  }

  /// The column of the current place, from 0; -1 at the end, where nothing can continue.
  ///
  /// Only ASCII can stand before a place where columns count, so that bytes are columns.
  var column: Int { position < end ? position - lineStart : -1 }

  mutating func skipBlanks() {
    while isBlank(at: position) { position += 1 }
  }

  /// Steps over LF, CRLF or CR.
  mutating func skipLineEnd() {
    guard position < end else { return }
    let isReturn = bytes[position] == .carriageReturn
    position += 1
    if isReturn, byte(at: position) == .lineFeed { position += 1 }
    lineStart = position
  }

  /// Moves to the next thing that is neither blank, comment nor line end, and tells whether it is on a later line.
  mutating func skipToContent(inFlow: Bool = false) throws(YAMLError) -> Bool {
    var isLater = false
    var firstTab: Int?
    var isIndentation = position == lineStart
    while position < end {
      switch bytes[position] {
      case .space: position += 1
      case .tab:
        if isIndentation, firstTab == nil { firstTab = position }
        position += 1
      case .hash:
        while !isLineEnd(at: position) { position += 1 }
      case .lineFeed, .carriageReturn:
        skipLineEnd()
        isLater = true
        isIndentation = true
        firstTab = nil
      case .percent where position == lineStart && !inFlow:
        throw .directive(at: position)
      default:
        if let firstTab, !inFlow { throw .tabIndentation(at: firstTab) }
        return isLater
      }
    }
    return isLater
  }

  /// Checks that only blanks or a comment follow on this line.
  mutating func expectLineEnd(after what: String) throws(YAMLError) {
    skipBlanks()
    guard isLineEnd(at: position) || bytes[position] == .hash else {
      if isIndicator(.colon, at: position) { throw .unexpectedColon(at: position) }
      throw .textAfter(what, at: position)
    }
  }

  func emptyScalar(at offset: Int) -> YAMLNode {
    YAMLNode(.scalar("", .plain), range: SourceRange(offset, offset))
  }

  func text(from start: Int, to end: Int) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: $0[start..<end], as: UTF8.self) }
  }

  /// The character at an offset, for a message.
  func character(at offset: Int) -> String {
    guard offset < end else { return "the end" }
    let part = text(from: offset, to: min(end, offset + 4))
    return part.unicodeScalars.first.map { "'\($0)'" } ?? ""
  }
}

extension YAMLError {
  static func tabIndentation(at offset: Int) -> YAMLError {
    YAMLError(
      code: "tab-indentation",
      message: "a tab is used as indentation, which YAML forbids",
      advice: "use spaces",
      offset: offset
    )
  }

  static func unexpectedColon(at offset: Int) -> YAMLError {
    YAMLError(
      code: "unquoted-colon",
      message: "an unquoted value holds a ':' with a blank after it",
      advice: "put the value in quotes",
      offset: offset,
      isRepairable: true
    )
  }

  static func textAfter(_ what: String, at offset: Int) -> YAMLError {
    YAMLError(
      code: "text-after-value",
      message: "text follows the end of \(what)",
      advice: "put the whole value in quotes",
      offset: offset,
      isRepairable: true
    )
  }
}
