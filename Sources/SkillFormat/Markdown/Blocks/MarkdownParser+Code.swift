extension MarkdownParser {
  mutating func openFence(inside matched: Int) -> Bool {
    let byte = bytes[content]
    var offset = content
    while offset < lineEnd, bytes[offset] == byte { offset += 1 }
    let length = offset - content
    guard length >= 3 else { return false }
    if byte == .backtick {
      for after in offset..<lineEnd where bytes[after] == byte { return false }
    }
    let fenceIndent = indent
    closeUnmatched(matched)
    let end = trimmedLineEnd(from: offset)
    leaf = append(.fence, start: content, end: end)
    nodes[leaf].delimiter = byte
    nodes[leaf].size = length
    nodes[leaf].indent = fenceIndent
    nodes[leaf].info = MarkdownText.trimmed(SourceRange(offset, end), in: bytes)
    nodes[leaf].contentStart = codeBytes.count
    nodes[leaf].contentEnd = codeBytes.count
    return true
  }

  mutating func continueFence() {
    findContent()
    if indent < 4, content < lineEnd, bytes[content] == nodes[leaf].delimiter {
      var offset = content
      while offset < lineEnd, bytes[offset] == nodes[leaf].delimiter { offset += 1 }
      let length = offset - content
      let end = offset
      while offset < lineEnd, bytes[offset].isBlank { offset += 1 }
      if offset == lineEnd, length >= nodes[leaf].size {
        nodes[leaf].isClosed = true
        nodes[leaf].lastLine = line
        nodes[leaf].end = end
        leaf = -1
        return
      }
    }
    advance(columns: min(indent, nodes[leaf].indent))
    addCodeLine()
  }

  mutating func openIndentedCode() {
    leaf = append(.indentedCode, start: content, end: lineEnd)
    nodes[leaf].contentStart = codeBytes.count
    nodes[leaf].isClosed = true
    advance(columns: 4)
    addCodeLine()
  }

  mutating func addCodeLine() {
    if isInsideTab {
      for _ in 0..<(4 - column & 3) { codeBytes.append(.space) }
      position += 1
    }
    codeBytes.append(contentsOf: bytes[position..<lineEnd])
    codeBytes.append(.lineFeed)
    nodes[leaf].contentEnd = codeBytes.count
    nodes[leaf].lastLine = line
    nodes[leaf].end = max(nodes[leaf].end, lineEnd)
  }

  /// Takes the blank lines at the end off.
  mutating func closeIndentedCode(_ index: Int) {
    var end = nodes[index].contentEnd - 1
    var lastLine = nodes[index].lastLine
    while end > nodes[index].contentStart {
      var start = end
      var isBlank = true
      while start > nodes[index].contentStart, codeBytes[start - 1] != .lineFeed {
        start -= 1
        if !codeBytes[start].isBlank { isBlank = false }
      }
      if !isBlank { break }
      lastLine -= 1
      end = start - 1
    }
    nodes[index].contentEnd = end + 1
    nodes[index].lastLine = lastLine
    nodes[index].end = source.range(ofLine: lastLine).end
  }
}
