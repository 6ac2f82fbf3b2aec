/// The block structure of a Markdown document as CommonMark 0.31 (with GFM tables) defines it.
package struct MarkdownDocument: Sendable {
  package var blocks: [MarkdownBlock]
  /// What the document's link reference definitions define; they are no blocks of their own.
  package var definitions: LinkDefinitions

  package init(blocks: [MarkdownBlock], definitions: LinkDefinitions = LinkDefinitions()) {
    self.blocks = blocks
    self.definitions = definitions
  }
}

/// A block; containers hold blocks of their own.
package indirect enum MarkdownBlock: Sendable {
  case heading(Heading)
  case paragraph(Paragraph)
  case code(CodeBlock)
  case list(List)
  case quote(Quote)
  case table(Table)
  case html(HTMLBlock)
  case rule(SourceRange)

  /// The source text of a leaf block, line by line, with what its containers put before each line taken off.
  ///
  /// Joining the lines with a line feed gives ``raw``; every offset of that text maps back to the source.
  package struct Lines: Sendable {
    /// The part of each source line that belongs to the block.
    package var ranges: [SourceRange]

    package init(ranges: [SourceRange]) { self.ranges = ranges }

    package func raw(in source: SourceText) -> String {
      ranges.map { source[$0] }.joined(separator: "\n")
    }

    /// The source offset of a UTF-8 offset in ``raw(in:)``.
    package func sourceOffset(ofRaw offset: Int) -> Int {
      var left = offset
      for range in ranges {
        let length = range.end - range.start
        if left <= length { return range.start + left }
        left -= length + 1
      }
      return ranges.last?.end ?? 0
    }
  }

  package struct Heading: Sendable {
    package var level: Int
    package var content: Lines
    /// What a reader sees: marks removed, code and link texts kept, character references resolved.
    package var text: String
    package var isSetext: Bool
    package var range: SourceRange

    package init(level: Int, content: Lines, text: String, isSetext: Bool, range: SourceRange) {
      self.level = level
      self.content = content
      self.text = text
      self.isSetext = isSetext
      self.range = range
    }
  }

  package struct Paragraph: Sendable {
    package var content: Lines
    package var range: SourceRange

    package init(content: Lines, range: SourceRange) {
      self.content = content
      self.range = range
    }
  }

  package struct CodeBlock: Sendable {
    /// `` ` `` or `~`; nil for indented code.
    package var marker: Character?
    /// The whole info string, escapes and character references resolved; empty for indented code.
    package var info: String
    /// Where the info string lies in the source, as it is written.
    package var infoRange: SourceRange
    /// The content with LF line ends, a final one included unless the file ends without one inside the block.
    package var content: String
    /// The line of the content's first line, counted from 1. Content lines follow one another in the source.
    package var contentLine: Int
    package var isClosed: Bool
    /// From the opening fence (or first line) to the end of the closing one (or last line).
    package var range: SourceRange

    package init(
      marker: Character?,
      info: String,
      infoRange: SourceRange = SourceRange(0, 0),
      content: String,
      contentLine: Int,
      isClosed: Bool,
      range: SourceRange
    ) {
      self.marker = marker
      self.info = info
      self.infoRange = infoRange
      self.content = content
      self.contentLine = contentLine
      self.isClosed = isClosed
      self.range = range
    }

    /// The first word of the info string, in lower case.
    package var language: String {
      String(info.prefix { $0 != " " && $0 != "\t" && $0 != "{" && $0 != "," }).lowercased()
    }
  }

  package struct List: Sendable {
    /// The first number of an ordered list; nil for a bullet list.
    package var start: Int?
    /// `-`, `+`, `*`, `.` or `)`.
    package var delimiter: Character
    package var items: [ListItem]
    /// Whether no blank line parts the items or the blocks directly in one.
    package var isTight: Bool
    package var range: SourceRange

    package init(
      start: Int?,
      delimiter: Character,
      items: [ListItem],
      isTight: Bool = true,
      range: SourceRange
    ) {
      self.start = start
      self.delimiter = delimiter
      self.items = items
      self.isTight = isTight
      self.range = range
    }
  }

  package struct ListItem: Sendable {
    /// The number as written, in an ordered list.
    package var number: Int?
    package var blocks: [MarkdownBlock]
    package var range: SourceRange

    package init(number: Int?, blocks: [MarkdownBlock], range: SourceRange) {
      self.number = number
      self.blocks = blocks
      self.range = range
    }
  }

  package struct Quote: Sendable {
    package var blocks: [MarkdownBlock]
    package var range: SourceRange

    package init(blocks: [MarkdownBlock], range: SourceRange) {
      self.blocks = blocks
      self.range = range
    }
  }

  package struct Table: Sendable {
    /// The plain text of each column's heading.
    package var header: [String]
    /// The plain text of the body's cells; every row has as many as the header.
    package var rows: [[String]]
    /// Where the text of each heading lies in the source.
    package var headerRanges: [SourceRange]
    /// Where the text of each cell lies in the source; empty ranges for cells that a row leaves out.
    package var rowRanges: [[SourceRange]]
    package var range: SourceRange

    package init(
      header: [String],
      rows: [[String]],
      headerRanges: [SourceRange] = [],
      rowRanges: [[SourceRange]] = [],
      range: SourceRange
    ) {
      self.header = header
      self.rows = rows
      self.headerRanges = headerRanges
      self.rowRanges = rowRanges
      self.range = range
    }
  }

  package struct HTMLBlock: Sendable {
    package var content: Lines
    /// Whether the block's own end was found rather than the end of the document or container.
    package var isClosed: Bool
    package var range: SourceRange

    package init(content: Lines, isClosed: Bool, range: SourceRange) {
      self.content = content
      self.isClosed = isClosed
      self.range = range
    }
  }

  package var range: SourceRange {
    switch self {
    case .heading(let block): block.range
    case .paragraph(let block): block.range
    case .code(let block): block.range
    case .list(let block): block.range
    case .quote(let block): block.range
    case .table(let block): block.range
    case .html(let block): block.range
    case .rule(let range): range
    }
  }
}
