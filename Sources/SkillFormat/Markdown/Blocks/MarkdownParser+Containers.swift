extension MarkdownParser {
  /// Goes past what continues the open containers on this line, and tells how many were continued.
  mutating func matchContainers() -> Int {
    var matched = 1
    while matched < open.count {
      let node = open[matched]
      switch nodes[node].kind {
      case .quote:
        findContent()
        guard indent < 4, content < lineEnd, bytes[content] == .greater else { return matched }
        nodes[node].lastLine = line
        nodes[node].end = content + 1
        takeQuoteMarker()
      case .item:
        findContent()
        if indent >= nodes[node].indent {
          advance(columns: nodes[node].indent)
        } else if isBlank, nodes[node].firstChild >= 0 {
          advanceToContent()
        } else {
          return matched
        }
      default: break
      }
      matched += 1
    }
    return matched
  }

  /// Goes past `>` and one column of white space after it.
  private mutating func takeQuoteMarker() {
    advancePastContent(1)
    if position < lineEnd, bytes[position].isBlank { advance(columns: 1) }
  }

  mutating func openQuote(inside matched: Int) {
    closeUnmatched(matched)
    open.append(append(.quote, start: content, end: content + 1))
    takeQuoteMarker()
  }

  struct ListMarker {
    /// `-`, `+`, `*`, `.` or `)`.
    var delimiter: UInt8
    /// -1 for bullets.
    var number: Int
    var width: Int
  }

  /// The list marker at the content of the line.
  func listMarker(interruptingParagraph: Bool) -> ListMarker? {
    let marker: ListMarker
    switch bytes[content] {
    case .hyphen, .plus, .asterisk:
      marker = ListMarker(delimiter: bytes[content], number: -1, width: 1)
    case let byte where byte.isDigit:
      var number = 0
      var offset = content
      while offset < lineEnd, let digit = bytes[offset].decimalValue {
        // More than nine digits are no marker, so the number cannot overflow.
        guard offset - content < 9 else { return nil }
        number = number * 10 + Int(digit)
        offset += 1
      }
      guard offset < lineEnd, bytes[offset] == .dot || bytes[offset] == .rightParenthesis else {
        return nil
      }
      if interruptingParagraph, number != 1 { return nil }
      marker = ListMarker(delimiter: bytes[offset], number: number, width: offset + 1 - content)
    default: return nil
    }

    var after = content + marker.width
    guard after == lineEnd || bytes[after].isBlank else { return nil }
    if interruptingParagraph {
      while after < lineEnd, bytes[after].isBlank { after += 1 }
      if after == lineEnd { return nil }
    }
    return marker
  }

  mutating func openItem(_ marker: ListMarker, inside matched: Int) {
    let start = content
    let markerIndent = indent
    closeUnmatched(matched, keepingList: true)
    if nodes[container].kind == .list, nodes[container].delimiter != marker.delimiter { open.removeLast() }
    if nodes[container].kind != .list {
      let list = append(.list, start: start, end: start + marker.width)
      nodes[list].delimiter = marker.delimiter
      nodes[list].number = marker.number
      open.append(list)
    }
    let item = append(.item, start: start, end: start + marker.width)
    nodes[item].number = marker.number
    open.append(item)

    advancePastContent(marker.width)
    findContent()
    // Five columns or more are one column and indented code.
    let padding = isBlank || indent > 4 ? min(indent, 1) : indent
    nodes[item].indent = markerIndent + marker.width + max(padding, 1)
    advance(columns: padding)
  }
}
