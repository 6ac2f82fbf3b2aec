import SkillFormat
import SkillIR

extension StepParser {
  /// Finds what the step binds, at the end of its first paragraph or of its last block.
  ///
  /// Returns the binding, where the first paragraph's own text ends, and, where the last block has the arrow, the
  /// source offset of that.
  mutating func parseBindings(
    of item: WorkflowSection.Item,
    _ first: StepText,
    from start: Int
  ) -> (StepSyntax.Binding?, end: Int, cut: Int?) {
    var binding: StepSyntax.Binding?
    var end = first.bytes.count
    var cut: Int?
    var isBound = false
    if let found = first.binding, found.start >= start {
      isBound = true
      end = found.start
      binding = parseBinding(found.span, of: first.text)
    }
    reportStrayBindings(in: first, before: end)
    if item.blocks.count > 1, case .paragraph(let paragraph)? = item.blocks.last {
      let text = StepText(WorkflowText(paragraph.content, in: source))
      if let found = text.binding {
        if isBound {
          report(.secondBinding(item.label), at: text.text.sourceOffset(found.start))
        } else {
          binding = parseBinding(found.span, of: text.text)
        }
        cut = text.text.sourceOffset(found.start)
      } else {
        reportStrayBindings(in: text, before: text.bytes.count)
      }
    }
    return (binding, end, cut)
  }

  private mutating func parseBinding(_ span: CodeSpan, of text: WorkflowText) -> StepSyntax.Binding? {
    do throws(WorkflowSyntaxError) {
      var parser = try DeclarationParser(text, in: span.inner)
      let name = try parser.name(of: "the binding")
      guard parser.current.kind != .end else { return StepSyntax.Binding(name: name, type: nil) }
      try parser.expect(":", "and a type after '\(name.text)'")
      let type = try parser.type()
      guard parser.current.kind == .end else {
        throw parser.failure(.expected("nothing after the type", found: parser.current))
      }
      return StepSyntax.Binding(name: name, type: type)
    } catch {
      report(error)
      return nil
    }
  }

  /// Reports what looks like a binding, but is not in its place or not in back-ticks.
  private mutating func reportStrayBindings(in text: StepText, before end: Int) {
    for span in text.spans where span.outer.upperBound <= end {
      guard let start = text.arrow(before: span.outer.lowerBound), text.bytes[span.inner].contains(UInt8(ascii: ":")),
        isTypedName(text.text[span.inner])
      else { continue }
      report(.misplacedBinding, at: text.text.sourceOffset(start))
    }
    guard end == text.bytes.count else { return }
    // `→ name: Type` at the very end, without back-ticks.
    var tail = text.text.trimmed(max(0, end - 200)..<end)
    if let last = tail.last, text.bytes[last] == UInt8(ascii: ".") { tail = tail.dropLast() }
    guard
      let arrow = tail.last(where: { index in
        text.bytes[index] == UInt8(ascii: ">") && index > 0 && text.bytes[index - 1] == UInt8(ascii: "-")
          || text.bytes[index] == 0x92 && index > 1 && text.bytes[index - 1] == 0x86 && text.bytes[index - 2] == 0xE2
      })
    else { return }
    let spelling = text.text[text.text.trimmed(arrow + 1..<tail.upperBound)]
    if isTypedName(spelling) { report(.unmarkedBinding(spelling), at: text.text.sourceOffset(arrow + 1)) }
  }

  /// Whether a text is `name: Type`.
  private func isTypedName(_ text: String) -> Bool {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    var name = text[..<colon]
    while name.last == " " { name.removeLast() }
    return WorkflowSyntax.isName(name) && SkillType(spelling: text[text.index(after: colon)...]) != nil
  }
}

extension WorkflowMessage {
  fileprivate static let misplacedBinding = Self.error(
    "misplaced-binding",
    "a binding ends the step's first or last paragraph; move it to the end"
  )

  fileprivate static func secondBinding(_ label: String) -> Self {
    .error("misplaced-binding", "step \(label) already has a binding; a step binds one value")
  }

  fileprivate static func unmarkedBinding(_ spelling: String) -> Self {
    .error("misplaced-binding", "a binding stands in back-ticks: → `\(spelling)`")
  }
}
