/// The text of a leaf block as the inline rules see it, with the place of each byte in the source.
struct InlineText {
  /// From this offset in the text on, bytes follow one another in the source as well.
  private struct Segment {
    var raw: Int
    var source: Int
  }

  private(set) var bytes: [UInt8] = []
  private var segments: [Segment] = []

  /// A text that is its own source.
  init(_ text: String) {
    bytes = Array(text.utf8)
    segments = [Segment(raw: 0, source: 0)]
  }

  /// Lines, with a line feed between two.
  init(_ lines: some Collection<SourceRange>, in source: UnsafeBufferPointer<UInt8>) {
    bytes.reserveCapacity(lines.reduce(0) { $0 + $1.end - $1.start + 1 })
    segments.reserveCapacity(lines.count)
    for line in lines {
      if !segments.isEmpty { bytes.append(.lineFeed) }
      segments.append(Segment(raw: bytes.count, source: line.start))
      bytes.append(contentsOf: source[line.start..<line.end])
    }
  }

  /// A cell of a table, in which a pipe is written with a backslash even in code.
  init(cell: SourceRange, in source: UnsafeBufferPointer<UInt8>) {
    segments.append(Segment(raw: 0, source: cell.start))
    var offset = cell.start
    while offset < cell.end {
      if source[offset] == .backslash, offset + 1 < cell.end, source[offset + 1] == .pipe {
        offset += 1
        segments.append(Segment(raw: bytes.count, source: offset))
      }
      bytes.append(source[offset])
      offset += 1
    }
  }

  /// The place of a non-empty part of the text in the source.
  func sourceRange(of range: SourceRange) -> SourceRange {
    guard !range.isEmpty else {
      let start = sourceOffset(of: range.start)
      return SourceRange(start, start)
    }
    return SourceRange(sourceOffset(of: range.start), sourceOffset(of: range.end - 1) + 1)
  }

  private func sourceOffset(of raw: Int) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].raw <= raw { low = middle } else { high = middle }
    }
    return low < segments.count ? segments[low].source + raw - segments[low].raw : raw
  }

  /// A part of a text with its backslash escapes and character references resolved.
  static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>, _ range: SourceRange) -> String {
    let part = bytes[range.start..<range.end]
    guard part.contains(where: { $0 == .backslash || $0 == .ampersand }) else {
      return MarkdownText.decode(part)
    }
    var result: [UInt8] = []
    var offset = range.start
    while offset < range.end {
      let byte = bytes[offset]
      if byte == .backslash, offset + 1 < range.end, bytes[offset + 1].isPunctuation {
        result.append(bytes[offset + 1])
        offset += 2
      } else if byte == .ampersand,
        let reference = CharacterReference.read(in: bytes, at: offset, before: range.end)
      {
        result.append(contentsOf: reference.text.utf8)
        offset = reference.end
      } else {
        result.append(byte)
        offset += 1
      }
    }
    return MarkdownText.decode(result)
  }
}
