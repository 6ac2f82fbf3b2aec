/// A piece of the text in a paragraph, heading or table cell.
///
/// Pieces come in the order in which they begin. A link or image comes before the pieces inside it. Emphasis marks
/// are no pieces; marks that turn out to be plain characters are text.
package enum MarkdownInline: Hashable, Sendable {
  /// Characters as a reader sees them: escapes and character references resolved.
  case text(String, SourceRange)
  /// The content of a code span; the range includes its backticks.
  case codeSpan(String, SourceRange)
  case link(Link)
  /// An image; the pieces inside it are its description.
  case image(Link)
  /// A tag, comment or other markup.
  case html(SourceRange)
  /// The end of a line inside the text.
  case lineBreak(isHard: Bool, SourceRange)

  package struct Link: Hashable, Sendable {
    /// Where it leads, escapes and character references resolved, not percent-encoded.
    package var destination: String
    package var title: String
    /// The whole link, from its opening to its closing mark.
    package var range: SourceRange
    /// What is between the brackets, or the address of an autolink.
    package var textRange: SourceRange

    package init(destination: String, title: String, range: SourceRange, textRange: SourceRange) {
      self.destination = destination
      self.title = title
      self.range = range
      self.textRange = textRange
    }
  }
}

extension MarkdownInline {
  /// The pieces of a paragraph or heading, with their places in the source.
  ///
  /// - Complexity: O(*n*) in the length of the text.
  package static func scan(
    _ lines: MarkdownBlock.Lines,
    in source: SourceText,
    definitions: LinkDefinitions = LinkDefinitions()
  ) -> [MarkdownInline] {
    source.bytes.withUnsafeBufferPointer { scan(InlineText(lines.ranges, in: $0), definitions) }
  }

  /// The pieces of a table's cell, with their places in the source.
  package static func scan(
    cell: SourceRange,
    in source: SourceText,
    definitions: LinkDefinitions = LinkDefinitions()
  ) -> [MarkdownInline] {
    source.bytes.withUnsafeBufferPointer { scan(InlineText(cell: cell, in: $0), definitions) }
  }

  /// The pieces of a text; ranges are UTF-8 offsets in it.
  package static func scan(
    _ raw: String,
    definitions: LinkDefinitions = LinkDefinitions()
  ) -> [MarkdownInline] {
    scan(InlineText(raw), definitions)
  }

  /// What a reader sees of a paragraph or heading: marks and tags removed, code and link texts kept.
  package static func plainText(
    of lines: MarkdownBlock.Lines,
    in source: SourceText,
    definitions: LinkDefinitions = LinkDefinitions()
  ) -> String {
    source.bytes.withUnsafeBufferPointer { bytes in
      if lines.ranges.count == 1, isPlain(bytes, lines.ranges[0]) {
        return String(decoding: bytes[lines.ranges[0].start..<lines.ranges[0].end], as: UTF8.self)
      }
      return plainText(of: InlineText(lines.ranges, in: bytes), definitions)
    }
  }

  /// What a reader sees of a text.
  package static func plainText(
    of raw: String,
    definitions: LinkDefinitions = LinkDefinitions()
  ) -> String {
    plainText(of: InlineText(raw), definitions)
  }

  /// What a reader sees of a table's cell.
  static func plainText(
    ofCell range: SourceRange,
    in bytes: UnsafeBufferPointer<UInt8>,
    _ definitions: LinkDefinitions
  ) -> String {
    isPlain(bytes, range)
      ? String(decoding: bytes[range.start..<range.end], as: UTF8.self)
      : plainText(of: InlineText(cell: range, in: bytes), definitions)
  }

  private static func plainText(of text: InlineText, _ definitions: LinkDefinitions) -> String {
    text.bytes.withUnsafeBufferPointer { bytes in
      var parser = InlineParser(bytes, definitions: definitions)
      parser.parse()
      return parser.plainText()
    }
  }

  private static func scan(_ text: InlineText, _ definitions: LinkDefinitions) -> [MarkdownInline] {
    text.bytes.withUnsafeBufferPointer { bytes in
      var parser = InlineParser(bytes, definitions: definitions)
      parser.parse()
      return parser.pieces(of: text)
    }
  }

  /// Whether a text has no byte that could mean something.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ range: SourceRange) -> Bool {
    for offset in range.start..<range.end where InlineParser.isSpecial(bytes[offset]) { return false }
    return true
  }
}
