import SkillFormat

/// A part of a step's text.
enum ProseSegment: Hashable, Sendable {
  case text(String)
  /// `{name.field}`
  case reference(WorkflowPath)
  /// A code span that is a name, such as `` `top` ``. It takes no room: its text is part of the text around it.
  case mention(WorkflowPath)
  /// Braces around something that begins with a name but is no path, such as `{totals[0]}`; also without room.
  case doubtful(WorkflowName, spelling: String)

  /// The segments of a range of a text; in code spans nothing is replaced.
  static func segments(
    of text: WorkflowText,
    in range: Range<Int>,
    spans: [CodeSpan]
  ) -> [ProseSegment] {
    var reader = ProseReader(text: text, range: range)
    var position = range.lowerBound
    for span in spans where span.outer.lowerBound >= position && span.outer.upperBound <= range.upperBound {
      reader.read(position..<span.outer.lowerBound)
      reader.literal(span.outer)
      reader.mention(span.inner)
      position = span.outer.upperBound
    }
    reader.read(position..<range.upperBound)
    return reader.finish()
  }
}

/// Reads references, escapes and mentions.
struct ProseReader {
  private let text: WorkflowText
  private let limit: Int
  private var segments: [ProseSegment] = []
  private var pending: [UInt8] = []

  init(text: WorkflowText, range: Range<Int>) {
    self.text = text
    limit = range.upperBound
  }

  mutating func literal(_ range: Range<Int>) { pending += text.bytes[range] }

  mutating func finish() -> [ProseSegment] {
    flush()
    return segments
  }

  private mutating func flush() {
    guard !pending.isEmpty else { return }
    segments.append(.text(String(decoding: pending, as: UTF8.self)))
    pending = []
  }

  mutating func mention(_ inner: Range<Int>) {
    var range = inner
    // A reference in a code span stays text, but its author means the value.
    if range.count > 2, text.bytes[range.lowerBound] == UInt8(ascii: "{"),
      text.bytes[range.upperBound - 1] == UInt8(ascii: "}")
    {
      range = range.lowerBound + 1..<range.upperBound - 1
    }
    guard let path = WorkflowPath(range, of: text) else { return }
    flush()
    segments.append(.mention(path))
  }

  /// Reads text outside code spans.
  mutating func read(_ range: Range<Int>) {
    let bytes = text.bytes
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      let isBrace = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
      if isBrace, index + 1 < range.upperBound, bytes[index + 1] == byte {
        pending.append(byte)
        index += 2
      } else if byte == UInt8(ascii: "{"),
        let (path, end) = Self.reference(at: index, in: text, limit: range.upperBound)
      {
        flush()
        segments.append(.reference(path))
        index = end
      } else {
        if byte == UInt8(ascii: "{") { doubt(at: index, limit: range.upperBound) }
        pending.append(byte)
        index += 1
      }
    }
  }

  /// The reference whose opening brace stands at an offset, and where it ends.
  static func reference(at start: Int, in text: WorkflowText, limit: Int) -> (WorkflowPath, Int)? {
    var end = start + 1
    while end < limit, text.bytes[end].isNamePart || text.bytes[end] == UInt8(ascii: ".") { end += 1 }
    guard end < limit, text.bytes[end] == UInt8(ascii: "}"), let path = WorkflowPath(start + 1..<end, of: text) else {
      return nil
    }
    return (path, end + 1)
  }

  private mutating func doubt(at start: Int, limit: Int) {
    let bytes = text.bytes
    var first = start + 1
    while first < limit, bytes[first] == 0x20 { first += 1 }
    let nameEnd = WorkflowSyntax.nameEnd(in: bytes, from: first, limit: limit)
    guard nameEnd > first else { return }
    var end = nameEnd
    while end < limit, end - start < 80, bytes[end] != UInt8(ascii: "}"), bytes[end] != 0x0A,
      bytes[end] != UInt8(ascii: "{")
    {
      end += 1
    }
    guard end < limit, bytes[end] == UInt8(ascii: "}") else { return }
    let rest = text.trimmed(nameEnd..<end)
    let next = rest.isEmpty ? 0 : bytes[rest.lowerBound]
    let isFormat = next == UInt8(ascii: ":") && rest.count > 1 && bytes[rest.lowerBound + 1] != 0x20
    guard rest.isEmpty || isFormat || "[(!|?.".utf8.contains(next) else { return }
    flush()
    segments.append(
      .doubtful(
        WorkflowName(text: text[first..<nameEnd], offset: text.sourceOffset(first)),
        spelling: text[start..<end + 1]
      )
    )
  }
}
