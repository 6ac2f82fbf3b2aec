import SkillFormat

/// A code span of a prose text.
struct CodeSpan: Hashable, Sendable {
  /// With the back-ticks.
  var outer: Range<Int>
  /// Without them, and without the one space that may pad each end.
  var inner: Range<Int>

  /// The code spans of a text, in order, as CommonMark finds them. A blank line ends a paragraph, and with it any
  /// run of back-ticks that is still open.
  static func all(in text: WorkflowText) -> [CodeSpan] {
    let bytes = text.bytes
    guard bytes.contains(tick) else { return [] }
    let runs = backTickRuns(in: bytes)
    // For each run the next one of the same length in the same paragraph, found from the back.
    var partner = [Int?](repeating: nil, count: runs.count)
    var nearest: [Int: Int] = [:]
    for index in runs.indices.reversed() {
      let run = runs[index]
      if let other = nearest[run.length], runs[other].paragraph == run.paragraph { partner[index] = other }
      nearest[run.length] = index
    }
    var spans: [CodeSpan] = []
    var index = 0
    while index < runs.count {
      let run = runs[index]
      guard !run.isEscaped, let other = partner[index] else {
        index += 1
        continue
      }
      let close = runs[other]
      var inner = run.start + run.length..<close.start
      if inner.count > 2, bytes[inner.lowerBound].isBlankOrLineEnd,
        bytes[inner.upperBound - 1].isBlankOrLineEnd,
        !text.trimmed(inner).isEmpty
      {
        inner = inner.lowerBound + 1..<inner.upperBound - 1
      }
      spans.append(CodeSpan(outer: run.start..<close.start + close.length, inner: inner))
      index = other + 1
    }
    return spans
  }

  private static let tick = UInt8(ascii: "`")

  private struct Run {
    var start: Int
    var length: Int
    var paragraph: Int
    var isEscaped: Bool
  }

  private static func backTickRuns(in bytes: [UInt8]) -> [Run] {
    var runs: [Run] = []
    var paragraph = 0
    var lineIsBlank = true
    var backslashes = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == tick {
        let start = index
        while index < bytes.count, bytes[index] == tick { index += 1 }
        // An escaped back-tick opens nothing, but closes: inside a span a backslash is itself.
        runs.append(
          Run(start: start, length: index - start, paragraph: paragraph, isEscaped: backslashes % 2 == 1)
        )
        lineIsBlank = false
        backslashes = 0
        continue
      }
      if byte == 0x0A {
        if lineIsBlank { paragraph += 1 }
        lineIsBlank = true
      } else if !byte.isBlankOrLineEnd {
        lineIsBlank = false
      }
      backslashes = byte == UInt8(ascii: "\\") ? backslashes + 1 : 0
      index += 1
    }
    return runs
  }
}
