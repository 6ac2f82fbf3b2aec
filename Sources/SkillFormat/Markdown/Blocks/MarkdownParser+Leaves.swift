extension MarkdownParser {
  /// Gives the line to the open leaf, whose containers were all continued; false where it may begin another block.
  mutating func continueLeaf() -> Bool {
    switch nodes[leaf].kind {
    case .fence:
      continueFence()
      return true
    case .indentedCode:
      findContent()
      guard indent >= 4 || isBlank else { return false }
      if indent >= 4 { advance(columns: 4) } else { advanceToContent() }
      addCodeLine()
      return true
    case .html:
      findContent()
      if isBlank, nodes[leaf].size >= 6 {
        nodes[leaf].isClosed = true
        closeLeaf()
        return true
      }
      addHTMLLine()
      return true
    case .paragraph, .table:
      findContent()
      if isBlank {
        closeLeaf()
        return true
      }
      return false
    default: return false
    }
  }

  /// Opens the blocks that begin on the line inside the containers that it continued, and adds what is left as text.
  mutating func openBlocks(inside count: Int) {
    var matched = count
    while true {
      findContent()
      if isBlank { break }
      let continuesParagraph = isInParagraph && matched == open.count
      if indent >= 4 {
        // After a paragraph this is a lazy continuation.
        if isInParagraph { break }
        closeUnmatched(matched)
        openIndentedCode()
        return
      }
      if continuesParagraph, openTable() { return }
      switch bytes[content] {
      case .greater where canNest(in: matched):
        openQuote(inside: matched)
        matched = open.count
        continue
      case .hash:
        if openHeading(inside: matched) { return }
      case .backtick, .tilde:
        if openFence(inside: matched) { return }
      case .less:
        if openHTML(inside: matched) { return }
      case .equals, .hyphen:
        if continuesParagraph, let level = setextLevel() {
          takeDefinitions(leaf)
          if nodes[leaf].kind == .paragraph {
            closeAsHeading(level)
            return
          }
          // Nothing but definitions: the line begins a block of its own.
          leaf = -1
          continue
        }
      default: break
      }
      if openRule(inside: matched) { return }
      if canNest(in: matched), let marker = listMarker(interruptingParagraph: continuesParagraph) {
        openItem(marker, inside: matched)
        matched = open.count
        continue
      }
      break
    }
    addText(inside: matched)
  }

  private func canNest(in matched: Int) -> Bool {
    let container = nodes[open[matched - 1]]
    return container.kind == .list || container.depth < Self.nestingLimit
  }

  private mutating func addText(inside matched: Int) {
    if matched < open.count || leaf < 0 {
      // Text right after a paragraph's line goes on with it, even where the markers of its containers are missing.
      if isInParagraph, !isBlank {
        addParagraphLine(mayBeHeader: false)
        return
      }
      if isBlank {
        if matched < open.count { closeUnmatched(matched, keepingList: true) }
        return
      }
      closeUnmatched(matched)
    } else if nodes[leaf].kind == .table {
      addTableRow()
      return
    } else if nodes[leaf].kind == .paragraph {
      addParagraphLine(mayBeHeader: indent < 4)
      return
    } else {
      closeUnmatched(matched)
    }
    if isBlank { return }
    leaf = append(.paragraph, start: content, end: lineEnd)
    nodes[leaf].contentStart = lineRanges.count
    nodes[leaf].contentEnd = lineRanges.count
    addParagraphLine(mayBeHeader: true)
  }
}

// MARK: - Paragraphs and headings

extension MarkdownParser {
  private mutating func addParagraphLine(mayBeHeader: Bool) {
    lineRanges.append(SourceRange(content, lineEnd))
    nodes[leaf].contentEnd = lineRanges.count
    nodes[leaf].lastLine = line
    nodes[leaf].end = lineEnd
    lastLineMayBeHeader = mayBeHeader
  }

  mutating func closeParagraph(_ index: Int) {
    takeDefinitions(index)
    if nodes[index].kind == .paragraph { trimLastLine(of: index) }
  }

  private mutating func trimLastLine(of index: Int) {
    let last = nodes[index].contentEnd - 1
    guard last >= nodes[index].contentStart else { return }
    while !lineRanges[last].isEmpty, bytes[lineRanges[last].end - 1].isBlank {
      lineRanges[last].end -= 1
    }
    nodes[index].end = lineRanges[last].end
  }

  /// The level of the heading that the line makes of the paragraph before it.
  private func setextLevel() -> Int? {
    let byte = bytes[content]
    var offset = content
    while offset < lineEnd, bytes[offset] == byte { offset += 1 }
    while offset < lineEnd, bytes[offset].isBlank { offset += 1 }
    guard offset == lineEnd else { return nil }
    return byte == .equals ? 1 : 2
  }

  private mutating func closeAsHeading(_ level: Int) {
    // White space of Unicode at the ends of a heading is no part of it, here as in the other form.
    let first = nodes[leaf].contentStart
    let last = nodes[leaf].contentEnd - 1
    lineRanges[last].end = MarkdownText.trimmed(lineRanges[last], in: bytes).end
    lineRanges[first].start = MarkdownText.trimmed(lineRanges[first], in: bytes).start
    nodes[leaf].kind = .heading
    nodes[leaf].size = level
    nodes[leaf].isSetext = true
    nodes[leaf].lastLine = line
    nodes[leaf].end = trimmedLineEnd(from: content)
    leaf = -1
  }

  private mutating func openHeading(inside matched: Int) -> Bool {
    var offset = content
    while offset < lineEnd, bytes[offset] == .hash { offset += 1 }
    let level = offset - content
    guard level <= 6, offset == lineEnd || bytes[offset].isBlank else { return false }

    // A closing run of number signs needs white space before it.
    let trimmedEnd = trimmedLineEnd(from: offset)
    var end = trimmedEnd
    while end > offset, bytes[end - 1] == .hash { end -= 1 }
    if end > offset, end < trimmedEnd, !bytes[end - 1].isBlank { end = trimmedEnd }

    closeUnmatched(matched)
    let node = append(.heading, start: content, end: trimmedEnd)
    nodes[node].size = level
    nodes[node].contentStart = lineRanges.count
    lineRanges.append(MarkdownText.trimmed(SourceRange(offset, end), in: bytes))
    nodes[node].contentEnd = lineRanges.count
    return true
  }

  private mutating func openRule(inside matched: Int) -> Bool {
    let byte = bytes[content]
    guard byte == .asterisk || byte == .hyphen || byte == .underscore else { return false }
    var count = 0
    for offset in content..<lineEnd {
      if bytes[offset] == byte {
        count += 1
      } else if !bytes[offset].isBlank {
        return false
      }
    }
    guard count >= 3 else { return false }
    closeUnmatched(matched)
    _ = append(.rule, start: content, end: trimmedLineEnd(from: content))
    return true
  }
}
