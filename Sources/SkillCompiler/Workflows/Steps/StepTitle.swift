import SkillFormat

/// The first words of a step, for people.
enum StepTitle {
  /// The longest title, in characters.
  static let limit = 60

  /// A range of Markdown without its marks, on one line, cut between words.
  static func plain(_ text: WorkflowText, in range: Range<Int>) -> String {
    var plain: [UInt8] = []
    for byte in text.bytes[range] {
      if byte.isBlankOrLineEnd {
        if plain.last != 0x20 { plain.append(0x20) }
      } else if !"`*{}".utf8.contains(byte) {
        plain.append(byte)
      }
      // Enough for any title, however long the step.
      if plain.count > limit * 8 { break }
    }
    let title = String(decoding: plain, as: UTF8.self)
    guard title.count > limit else { return trimmed(title[...]) }
    let head = title.prefix(limit - 1)
    let end = head.lastIndex(of: " ") ?? head.endIndex
    return trimmed(head[..<end]) + "…"
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, " .:;,".contains(last) { text.removeLast() }
    return String(text)
  }
}
