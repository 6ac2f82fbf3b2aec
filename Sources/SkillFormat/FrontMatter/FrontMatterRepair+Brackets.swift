// Whether a value in brackets is closed.
extension FrontMatterRepair {
  enum BracketBalance {
    case closedAtEnd
    /// Text follows the closing bracket.
    case closedBefore
    /// With JSON, where every text is in quotes, nothing but brackets can be missing.
    case unclosed(onlyJSON: Bool)
  }

  /// Counts the brackets outside double quotes of a value that begins with one.
  func bracketBalance(in range: SourceRange) -> BracketBalance {
    var depth = 0
    var onlyJSON = true
    var index = range.start
    while index < range.end {
      switch source.bytes[index] {
      case .leftBrace, .leftBracket: depth += 1
      case .rightBrace, .rightBracket:
        depth -= 1
        if depth == 0 { return index + 1 == range.end ? .closedAtEnd : .closedBefore }
      case .doubleQuote:
        guard let end = stringEnd(from: index, to: range.end) else { return .unclosed(onlyJSON: false) }
        index = end
        continue
      case .comma, .colon, 0...(.space): break
      default:
        let end = wordEnd(from: index, to: range.end)
        if !isJSONWord(SourceRange(index, end)) { onlyJSON = false }
        index = max(end, index + 1)
        continue
      }
      index += 1
    }
    return .unclosed(onlyJSON: onlyJSON)
  }

  private func stringEnd(from start: Int, to end: Int) -> Int? {
    var index = start + 1
    while index < end {
      if source.bytes[index] == .doubleQuote { return index + 1 }
      index += source.bytes[index] == .backslash ? 2 : 1
    }
    return nil
  }

  private func wordEnd(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
      let byte = source.bytes[index]
      if byte <= .space || byte.isFlowIndicator || byte == .colon || byte == .doubleQuote { break }
      index += 1
    }
    return index
  }

  /// Whether a word without quotes is a number or one of the three words of JSON.
  private func isJSONWord(_ range: SourceRange) -> Bool {
    if ["true", "false", "null"].contains(source[range]) { return true }
    return source.bytes[range.start..<range.end].allSatisfy { byte in
      byte.isDigit || byte == .hyphen || byte == .dot || byte == .plus || byte.lowercased == UInt8(ascii: "e")
    }
  }
}
