/// Reads the block structure of a Markdown document: CommonMark 0.31 with the tables of GitHub Flavored Markdown.
///
/// Lines are taken one by one, as the appendix of the specification describes: each line first continues the
/// containers that are open, then may open new blocks, and what is left of it is text. The tree is held in one flat
/// array, so that neither parsing nor building it recurses.
package struct MarkdownParser {
  /// How many containers may enclose a block (a list and its item count as one each). Deeper markers are text.
  static let nestingLimit = 200

  let source: SourceText
  let bytes: UnsafeBufferPointer<UInt8>

  /// Every block so far; a parent comes before its children. The first is the document.
  var nodes: [Node] = []
  /// The open containers from the document inwards.
  var open: [Int] = [0]
  /// The open leaf in the innermost open container, or -1.
  var leaf = -1

  /// The lines of paragraphs, headings and HTML blocks; those of one block follow one another.
  var lineRanges: [SourceRange] = []
  /// The contents of all code blocks.
  var codeBytes: [UInt8] = []
  /// The cells of all tables, row by row.
  var cells: [SourceRange] = []
  /// The empty cells that short rows were given.
  var paddedCells = 0
  var definitions = LinkDefinitions()

  // The line at hand.
  var line = 0
  var lineEnd = 0
  /// The next byte to look at, and its column counted from 0 with tab stops of four.
  var position = 0
  var column = 0
  /// Whether the byte at `position` is a tab of which a container has taken some columns.
  var isInsideTab = false
  /// The first byte after `position` that is neither space nor tab; valid after `findContent()`.
  var content = -1
  var contentColumn = 0
  var indent = 0
  var isBlank = false
  /// Whether the last line of the open paragraph may be the header of a table.
  var lastLineMayBeHeader = false

  init(_ source: SourceText, bytes: UnsafeBufferPointer<UInt8>) {
    self.source = source
    self.bytes = bytes
    nodes.append(Node(.document, parent: -1, depth: 0, start: 0, end: 0, line: 1))
  }

  /// Parses the part of a document that begins at an offset, which must be the start of a line.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  package static func parse(
    _ source: SourceText,
    from bodyStart: Int = 0,
    diagnostics: inout Diagnostics
  ) -> MarkdownDocument {
    source.bytes.withUnsafeBufferPointer { bytes in
      var parser = MarkdownParser(source, bytes: bytes)
      parser.readLines(from: max(0, bodyStart))
      parser.report(to: &diagnostics)
      return parser.makeDocument()
    }
  }

  private mutating func readLines(from bodyStart: Int) {
    guard bodyStart < bytes.count else { return }
    let starts = source.lineStarts
    nodes.reserveCapacity((bytes.count - bodyStart) / 48 + 8)
    for index in (source.line(at: bodyStart) - 1)..<starts.count {
      let start = max(starts[index], bodyStart)
      guard start < bytes.count else { break }
      var end = index + 1 < starts.count ? starts[index + 1] : bytes.count
      while end > start, bytes[end - 1].isLineEnd { end -= 1 }
      line = index + 1
      lineEnd = end
      position = start
      column = 0
      isInsideTab = false
      content = -1
      readLine()
    }
    closeLeaf()
  }

  private mutating func readLine() {
    let matched = matchContainers()
    if matched == open.count, leaf >= 0, continueLeaf() { return }
    openBlocks(inside: matched)
  }
}

// MARK: - Moving along the line

extension MarkdownParser {
  /// Finds the first byte that is neither space nor tab, and how far it is indented from here.
  @inline(__always)
  mutating func findContent() {
    if content < position {
      var offset = position
      var reached = column
      while offset < lineEnd {
        if bytes[offset] == .space {
          reached += 1
        } else if bytes[offset] == .tab {
          reached += 4 - reached & 3
        } else {
          break
        }
        offset += 1
      }
      content = offset
      contentColumn = reached
      isBlank = offset == lineEnd
    }
    indent = contentColumn - column
  }

  /// Goes to the content found last.
  mutating func advanceToContent() {
    position = content
    column = contentColumn
    isInsideTab = false
  }

  /// Goes past that many bytes, none of them a tab, from the content found last.
  mutating func advancePastContent(_ count: Int) {
    position = content + count
    column = contentColumn + count
    isInsideTab = false
  }

  /// Goes on by columns of white space, into a tab where they end inside one.
  mutating func advance(columns count: Int) {
    var left = count
    while left > 0, position < lineEnd {
      if bytes[position] == .tab {
        let width = 4 - column & 3
        isInsideTab = width > left
        column += min(width, left)
        left -= min(width, left)
        if !isInsideTab { position += 1 }
      } else {
        isInsideTab = false
        position += 1
        column += 1
        left -= 1
      }
    }
  }

  /// The end of the line without the white space there.
  func trimmedLineEnd(from start: Int) -> Int {
    var end = lineEnd
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return end
  }
}
