import SkillFormat

/// A part of the document with what its containers put before each line taken off.
///
/// Unlike ``MarkdownBlock/Lines`` it also serves fenced code and slices of a list item, and maps any offset back to
/// the source in logarithmic time.
struct WorkflowText: Sendable {
  private(set) var bytes: [UInt8] = []
  /// The offset of each line's first byte in ``bytes``.
  private var lineStarts: [Int] = []
  /// The source offset of each line's first byte.
  private var origins: [Int] = []

  init() {}

  init(_ lines: MarkdownBlock.Lines, in source: SourceText) {
    for range in lines.ranges { append(line: range, of: source) }
  }

  /// The content of a code block. Its lines follow one another in the source, where each is the end of a line.
  init(_ code: MarkdownBlock.CodeBlock, in source: SourceText) {
    bytes = Array(code.content.utf8)
    var start = 0
    var line = code.contentLine
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      lineStarts.append(start)
      let place =
        line >= 1 && line <= source.lineStarts.count
        ? source.range(ofLine: line) : SourceRange(source.bytes.count, source.bytes.count)
      origins.append(max(place.start, place.end - (end - start)))
      start = end + 1
      line += 1
    }
    if lineStarts.isEmpty {
      lineStarts = [0]
      origins = [code.range.start]
    }
  }

  /// Adds a line: the bytes of a range of the source, after a line feed where there are lines already.
  mutating func append(line range: SourceRange, of source: SourceText) {
    if !lineStarts.isEmpty { bytes.append(0x0A) }
    lineStarts.append(bytes.count)
    origins.append(range.start)
    let start = min(max(range.start, 0), source.bytes.count)
    bytes += source.bytes[start..<min(max(range.end, start), source.bytes.count)]
  }

  /// The source offset of an offset in ``bytes``.
  func sourceOffset(_ offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    guard high > 0 else { return 0 }
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return origins[low] + max(0, offset - lineStarts[low])
  }

  subscript(range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The range without the blanks and line ends around it.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, bytes[start].isBlankOrLineEnd { start += 1 }
    while end > start, bytes[end - 1].isBlankOrLineEnd { end -= 1 }
    return start..<end
  }
}
