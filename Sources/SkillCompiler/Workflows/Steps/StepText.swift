import SkillFormat

/// A paragraph of a step with its code spans, read from left to right by rules that look ahead.
struct StepText: Sendable {
  let text: WorkflowText
  let spans: [CodeSpan]

  init(_ text: WorkflowText) {
    self.text = text
    spans = CodeSpan.all(in: text)
  }

  var bytes: [UInt8] { text.bytes }

  func skipBlanks(_ position: Int) -> Int {
    var position = position
    while position < bytes.count, bytes[position].isBlankOrLineEnd { position += 1 }
    return position
  }

  /// The offset after a word and the blanks behind it, where the word stands at an offset. Letter case is ignored.
  func word(_ word: StaticString, at position: Int) -> Int? {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return nil }
    let matches = word.withUTF8Buffer { buffer in
      zip(buffer, bytes[position..<position + count]).allSatisfy { $0 == $1 | 0x20 }
    }
    let end = position + count
    guard matches, end == bytes.count || !bytes[end].isNamePart else { return nil }
    return skipBlanks(end)
  }

  func symbol(_ symbol: Unicode.Scalar, at position: Int) -> Int? {
    position < bytes.count && bytes[position] == UInt8(ascii: symbol) ? position + 1 : nil
  }

  /// The code span that begins at an offset.
  func span(at position: Int) -> CodeSpan? {
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].outer.lowerBound < position { low = middle + 1 } else { high = middle }
    }
    return low < spans.count && spans[low].outer.lowerBound == position ? spans[low] : nil
  }

  /// A path in back-ticks or braces, with the offset after it.
  func path(at position: Int) -> (WorkflowPath, Int)? {
    if let span = span(at: position) {
      return WorkflowPath(text.trimmed(span.inner), of: text).map { ($0, span.outer.upperBound) }
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { return nil }
    return ProseReader.reference(at: position, in: text, limit: bytes.count)
  }

  /// A bare name, with the offset after it and the blanks behind it.
  func bareName(at position: Int) -> (WorkflowName, Int)? {
    let end = WorkflowSyntax.nameEnd(in: bytes, from: position, limit: bytes.count)
    guard end > position else { return nil }
    return (WorkflowName(text: text[position..<end], offset: text.sourceOffset(position)), skipBlanks(end))
  }

  /// Where the arrow begins that ends at an offset, blanks between left out; nil where there is none.
  func arrow(before end: Int) -> Int? {
    var position = end
    while position > 0, bytes[position - 1].isBlankOrLineEnd { position -= 1 }
    if position >= 3, bytes[position - 3..<position].elementsEqual([0xE2, 0x86, 0x92]) { return position - 3 }
    if position >= 2, bytes[position - 2..<position].elementsEqual("->".utf8) { return position - 2 }
    return nil
  }

  /// The arrow and code span that end the paragraph; a full stop or colon may follow.
  var binding: (start: Int, span: CodeSpan)? {
    guard let span = spans.last, let start = arrow(before: span.outer.lowerBound) else { return nil }
    let rest = text.trimmed(span.outer.upperBound..<bytes.count)
    guard rest.isEmpty || (rest.count == 1 && ".:;".utf8.contains(bytes[rest.lowerBound])) else { return nil }
    return (start, span)
  }
}
