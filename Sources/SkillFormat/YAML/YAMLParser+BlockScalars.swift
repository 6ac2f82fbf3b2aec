// Literal (`|`) and folded (`>`) scalars.
extension YAMLParser {
  private enum Chomping { case clip, strip, keep }

  /// Reads the block scalar whose header begins here.
  mutating func parseBlockScalar(above indent: Int) throws(YAMLError) -> YAMLNode {
    let start = position
    let isFolded = bytes[position] == .greater
    let (chomping, increment) = try parseBlockHeader()
    var text: [UInt8] = []
    var textEnd = position
    skipLineEnd()

    let minimum = max(1, indent + 1)
    var emptyLines = 0
    let contentIndent: Int
    if let increment {
      contentIndent = minimum + increment - 1
      emptyLines = skipEmptyLines(upTo: contentIndent)
    } else {
      // The indentation is that of the first line with text, or of a longer blank line before it.
      var deepest = 0
      while true {
        while byte(at: position) == .space { position += 1 }
        deepest = max(deepest, position - lineStart)
        guard position < end, isLineEnd(at: position) else { break }
        skipLineEnd()
        emptyLines += 1
      }
      contentIndent = max(minimum, deepest)
    }

    var hasLineEnd = false
    while position < end, position - lineStart == contentIndent {
      appendLineFeeds(emptyLines, to: &text)
      let startsBlank = isBlank(at: position)
      let lineBegin = position
      while !isLineEnd(at: position) { position += 1 }
      text += bytes[lineBegin..<position]
      textEnd = position
      hasLineEnd = position < end
      skipLineEnd()
      emptyLines = skipEmptyLines(upTo: contentIndent)
      guard position < end, position - lineStart == contentIndent else { break }
      if isFolded, !startsBlank, !isBlank(at: position) {
        if emptyLines == 0 { text.append(.space) }
      } else {
        text.append(.lineFeed)
      }
    }
    if chomping != .strip, hasLineEnd { text.append(.lineFeed) }
    if chomping == .keep { appendLineFeeds(emptyLines, to: &text) }
    let content = YAMLNode.Content.scalar(String(decoding: text, as: UTF8.self), isFolded ? .folded : .literal)
    return YAMLNode(content, range: SourceRange(start, textEnd))
  }

  /// Reads the marks after `|` or `>` up to the line end.
  private mutating func parseBlockHeader() throws(YAMLError) -> (Chomping, increment: Int?) {
    var chomping: Chomping?
    var increment: Int?
    position += 1
    while true {
      switch byte(at: position) {
      case .plus where chomping == nil: chomping = .keep
      case .hyphen where chomping == nil: chomping = .strip
      case let digit where digit.isDigit && digit != UInt8(ascii: "0") && increment == nil:
        increment = digit.decimalValue.map(Int.init)
      default:
        skipBlanks()
        if byte(at: position) == .hash {
          while !isLineEnd(at: position) { position += 1 }
        }
        guard isLineEnd(at: position) else { throw .blockHeader(at: position) }
        return (chomping ?? .clip, increment)
      }
      position += 1
    }
  }

  /// Skips lines of at most so many blanks, and moves on to that column; returns how many lines there were.
  private mutating func skipEmptyLines(upTo indent: Int) -> Int {
    var count = 0
    while true {
      while position - lineStart < indent, byte(at: position) == .space { position += 1 }
      guard position < end, isLineEnd(at: position) else { return count }
      skipLineEnd()
      count += 1
    }
  }

  private func appendLineFeeds(_ count: Int, to text: inout [UInt8]) {
    for _ in 0..<count { text.append(.lineFeed) }
  }
}

extension YAMLError {
  static func blockHeader(at offset: Int) -> YAMLError {
    YAMLError(
      code: "bad-block-scalar",
      message: "text follows '|' or '>' on the same line",
      advice: "begin it on the next line, indented",
      offset: offset,
      isRepairable: true
    )
  }
}
