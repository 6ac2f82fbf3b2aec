/// Tables of GitHub Flavored Markdown.
extension MarkdownParser {
  /// How many empty cells short rows may get, in all tables together, so that no document can be made to grow without
  /// bound. A row beyond that ends its table.
  private static let paddingLimit = 0x10000

  /// Makes the last line of the open paragraph the header of a table, if this line is a delimiter row that fits it.
  mutating func openTable() -> Bool {
    let byte = bytes[content]
    guard byte == .pipe || byte == .hyphen || byte == .colon, lastLineMayBeHeader
    else { return false }
    guard let columns = delimiterColumns(), let header = lineRanges.last else { return false }
    guard bytes[header.start..<header.end].contains(.pipe) else { return false }

    let firstCell = cells.count
    guard splitRow(MarkdownText.trimmed(header, in: bytes)) == columns else {
      cells.removeSubrange(firstCell...)
      return false
    }

    let headerLine = nodes[leaf].lastLine
    lineRanges.removeLast()
    nodes[leaf].contentEnd -= 1
    if nodes[leaf].contentEnd == nodes[leaf].contentStart {
      nodes[leaf].kind = .table
    } else {
      nodes[leaf].lastLine = headerLine - 1
      closeLeaf()
      leaf = append(.table, start: header.start, end: header.end)
    }
    nodes[leaf].start = header.start
    nodes[leaf].firstLine = headerLine
    nodes[leaf].lastLine = line
    nodes[leaf].end = trimmedLineEnd(from: content)
    nodes[leaf].size = columns
    nodes[leaf].contentStart = firstCell
    nodes[leaf].contentEnd = cells.count
    return true
  }

  mutating func addTableRow() {
    let columns = nodes[leaf].size
    let row = MarkdownText.trimmed(SourceRange(content, lineEnd), in: bytes)
    let firstCell = cells.count
    let count = splitRow(row)
    if count < columns {
      guard paddedCells + columns - count <= Self.paddingLimit else {
        cells.removeSubrange(firstCell...)
        closeLeaf()
        openBlocks(inside: open.count)
        return
      }
      paddedCells += columns - count
      cells.append(contentsOf: repeatElement(SourceRange(row.end, row.end), count: columns - count))
    } else {
      cells.removeLast(count - columns)
    }
    nodes[leaf].contentEnd = cells.count
    nodes[leaf].lastLine = line
    nodes[leaf].end = row.end
  }

  /// The number of columns that the line lays down, if it is a delimiter row.
  private func delimiterColumns() -> Int? {
    // A hyphen and a blank are a list marker.
    if bytes[content] == .hyphen, content + 1 < lineEnd, bytes[content + 1].isBlank {
      return nil
    }
    guard content + 1 < lineEnd else { return nil }
    for offset in content..<lineEnd {
      switch bytes[offset] {
      case .pipe, .hyphen, .colon, .space, .tab: break
      default: return nil
      }
    }
    var columns = 0
    var offset = content
    while true {
      let cellStart = offset
      while offset < lineEnd, bytes[offset] != .pipe { offset += 1 }
      let cell = MarkdownText.trimmed(SourceRange(cellStart, offset), in: bytes)
      if cell.isEmpty {
        // Only before the first pipe and after the last one may there be nothing.
        guard cellStart == content || offset == lineEnd else { return nil }
      } else {
        guard isDelimiterCell(cell) else { return nil }
        columns += 1
      }
      guard offset < lineEnd else { return columns > 0 ? columns : nil }
      offset += 1
    }
  }

  /// Whether the text is hyphens with a colon at either end or none.
  private func isDelimiterCell(_ cell: SourceRange) -> Bool {
    var start = cell.start
    var end = cell.end
    if bytes[start] == .colon { start += 1 }
    if end > start, bytes[end - 1] == .colon { end -= 1 }
    guard end > start else { return false }
    return (start..<end).allSatisfy { bytes[$0] == .hyphen }
  }

  /// Adds the cells of a row, which is trimmed, and tells how many it has.
  private mutating func splitRow(_ row: SourceRange) -> Int {
    let before = cells.count
    var start = row.start
    if start < row.end, bytes[start] == .pipe { start += 1 }
    var offset = start
    while offset < row.end {
      if bytes[offset] == .pipe, offset == row.start || bytes[offset - 1] != .backslash {
        cells.append(MarkdownText.trimmed(SourceRange(start, offset), in: bytes))
        start = offset + 1
      }
      offset += 1
    }
    if start < row.end { cells.append(MarkdownText.trimmed(SourceRange(start, row.end), in: bytes)) }
    return cells.count - before
  }
}
