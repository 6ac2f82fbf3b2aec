import SkillFormat
import SkillIR

/// Reads the items of a workflow's list.
struct StepParser {
  let source: SourceText
  var diagnostics = Diagnostics()

  init(source: SourceText) { self.source = source }

  mutating func report(_ message: WorkflowMessage, at offset: Int) {
    diagnostics.report(message, in: source, at: offset)
  }

  mutating func report(_ error: WorkflowSyntaxError) { report(error.message, at: error.offset) }

  /// Reads one item; nil where nothing can be made of it.
  mutating func step(_ item: WorkflowSection.Item) -> StepSyntax? {
    var paragraph = WorkflowText()
    var offset = item.range.start
    if case .paragraph(let first)? = item.blocks.first {
      paragraph = WorkflowText(first.content, in: source)
      offset = paragraph.sourceOffset(0)
    }
    let text = StepText(paragraph)
    var cursor = text.skipBlanks(0)
    var step = StepSyntax(label: item.label, offset: offset, title: "", form: .model, prose: [], doubts: [])
    guard parsePrefixes(of: text, from: &cursor, into: &step) else { return nil }
    let (binding, end, cut) = parseBindings(of: item, text, from: cursor)
    step.binding = binding
    guard let (form, bodyStart) = form(of: item, text, from: cursor, to: max(cursor, end), into: &step) else {
      return nil
    }
    step.form = form
    let body = min(bodyStart, max(cursor, end))..<max(cursor, end)
    step.title = StepTitle.plain(text.text, in: text.text.trimmed(cursor..<body.upperBound))
    switch form {
    case .model, .agent:
      step.prose = prose(of: item, text, in: body, until: cut)
      if step.prose.isEmpty {
        report(.emptyStep(item.label), at: offset)
        return nil
      }
    case .code(let code, let language):
      if step.title.isEmpty { step.title = "\(language.rawValue) code" }
      if !code.content.utf8.contains(where: { !$0.isBlankOrLineEnd }) {
        report(.emptyCode(item.label), at: code.range.start)
        return nil
      }
    case .command, .call: break
    }
    return step
  }

  // MARK: Form

  /// What kind of step it is, and where its text for a reader begins.
  private mutating func form(
    of item: WorkflowSection.Item,
    _ text: StepText,
    from cursor: Int,
    to end: Int,
    into step: inout StepSyntax
  ) -> (StepSyntax.Form, Int)? {
    let isAgent = text.word("agent", at: cursor).flatMap { text.symbol(":", at: $0) }
    let opening = isAgent != nil ? Opening.agent : opening(of: text, at: cursor)
    // A fence at the margin after a step that says what it does by itself is no part of the step.
    if let (code, language) = parseCode(of: item, takingMargin: opening == .prose) {
      if opening == .agent || opening == .call {
        report(.ambiguousStep(opening == .agent ? "Agent:" : "Call"), at: code.range.start)
        return nil
      }
      return (.code(code, language), cursor)
    }
    if let start = isAgent, start <= end { return (.agent, text.skipBlanks(start)) }
    if let start = text.word("run", at: cursor), let span = text.span(at: start), span.outer.lowerBound < end {
      return parseCommand(span, of: text, label: item.label).map { ($0, cursor) }
    }
    if let start = text.word("call", at: cursor), let span = text.span(at: start), span.outer.lowerBound < end {
      let inner = text.text.trimmed(span.inner)
      let nameEnd = WorkflowSyntax.nameEnd(in: text.bytes, from: inner.lowerBound, limit: inner.upperBound)
      if nameEnd > inner.lowerBound, nameEnd == inner.upperBound {
        let name = WorkflowName(text: text.text[inner], offset: text.text.sourceOffset(inner.lowerBound))
        step.doubts.append(.unmarkedCall(name))
      } else if nameEnd > inner.lowerBound, text.bytes[nameEnd] == UInt8(ascii: "(") {
        do throws(WorkflowSyntaxError) {
          return (.call(try CallSyntax(inner, of: text.text)), cursor)
        } catch {
          report(error)
          return nil
        }
      }
    }
    return (.model, cursor)
  }

  /// How a step's text begins.
  private enum Opening { case prose, command, call, agent }

  private func opening(of text: StepText, at cursor: Int) -> Opening {
    if let start = text.word("run", at: cursor), text.span(at: start) != nil { return .command }
    if let start = text.word("call", at: cursor), let span = text.span(at: start),
      text.bytes[span.inner].last == UInt8(ascii: ")")
    {
      return .call
    }
    return .prose
  }

  private mutating func parseCommand(_ span: CodeSpan, of text: StepText, label: String) -> StepSyntax.Form? {
    do throws(WorkflowSyntaxError) {
      let words = try CommandWord.words(of: text.text, in: span.inner)
      let start = text.text.sourceOffset(span.outer.lowerBound)
      guard let program = words.first else {
        report(.emptyCommand(label), at: start)
        return nil
      }
      if program.segments.contains(where: { if case .text = $0 { false } else { true } }) {
        report(.dynamicProgram, at: program.offset)
        return nil
      }
      if program.segments == [.text("")] {
        report(.emptyCommand(label), at: program.offset)
        return nil
      }
      return .command(words)
    } catch {
      report(error)
      return nil
    }
  }

  /// The code block that the step runs. Others are reported: a second one, and those of languages that are not run.
  private mutating func parseCode(
    of item: WorkflowSection.Item,
    takingMargin: Bool
  ) -> (MarkdownBlock.CodeBlock, Step.Code.Language)? {
    var found: (MarkdownBlock.CodeBlock, Step.Code.Language)?
    for case .code(let code) in item.blocks where takingMargin || code.range.start < item.range.end {
      if WorkflowSection.isDeclaration(code) {
        report(.misplacedDeclaration, at: code.range.start)
      } else if let language = StepLanguage.of(code) {
        if found == nil { found = (code, language) } else { report(.secondCodeBlock(item.label), at: code.range.start) }
      } else if let language = StepLanguage.unsupported(code) {
        report(.unsupportedLanguage(language), at: code.range.start)
      }
    }
    return found
  }

  // MARK: Text

  /// The text for a model or an agent: the first paragraph's, then all else in the item as it is written.
  private func prose(
    of item: WorkflowSection.Item,
    _ text: StepText,
    in range: Range<Int>,
    until cut: Int?
  ) -> [ProseSegment] {
    var segments = ProseSegment.segments(of: text.text, in: text.text.trimmed(range), spans: text.spans)
    for (text, isLiteral) in ItemSlices.slices(of: item, in: source, until: cut) {
      segments.append(.text("\n"))
      let all = 0..<text.bytes.count
      if isLiteral {
        segments.append(.text(text[all]))
      } else {
        segments += ProseSegment.segments(of: text, in: all, spans: CodeSpan.all(in: text))
      }
    }
    return segments.trimmed()
  }
}

extension [ProseSegment] {
  /// Joins texts that follow one another, and takes the blanks off both ends; empty where nothing else is there.
  fileprivate func trimmed() -> [ProseSegment] {
    var result: [ProseSegment] = []
    var marks: [ProseSegment] = []
    var pending: [UInt8] = []
    for segment in self {
      switch segment {
      case .text(let text): pending.append(contentsOf: text.utf8)
      case .reference:
        if result.isEmpty { pending = Array<UInt8>(pending.drop(while: \.isBlankOrLineEnd)) }
        if !pending.isEmpty { result.append(.text(String(decoding: pending, as: UTF8.self))) }
        pending = []
        result.append(segment)
      case .mention, .doubtful: marks.append(segment)
      }
    }
    if result.isEmpty { pending = Array<UInt8>(pending.drop(while: \.isBlankOrLineEnd)) }
    while let last = pending.last, last.isBlankOrLineEnd { pending.removeLast() }
    if !pending.isEmpty { result.append(.text(String(decoding: pending, as: UTF8.self))) }
    return result.isEmpty ? [] : result + marks
  }
}

extension WorkflowMessage {
  fileprivate static func emptyStep(_ label: String) -> Self {
    .error("empty-step", "step \(label) says nothing; write what it does")
  }

  fileprivate static func emptyCode(_ label: String) -> Self {
    .error("empty-step", "the code of step \(label) is empty")
  }

  fileprivate static func emptyCommand(_ label: String) -> Self {
    .error("empty-step", "step \(label) runs no program; write the command in the code span")
  }

  fileprivate static let dynamicProgram = Self.error(
    "dynamic-program",
    "which program runs may not depend on a value; write its name"
  )

  fileprivate static func ambiguousStep(_ opening: String) -> Self {
    .error(
      "ambiguous-step",
      "this step has code to run, but begins with '\(opening)'; make two steps, or mark code that is only shown as 'example'"
    )
  }

  fileprivate static func secondCodeBlock(_ label: String) -> Self {
    .error(
      "second-code-block",
      "step \(label) has two code blocks to run; make two steps, or mark code that is only shown as 'example'"
    )
  }

  fileprivate static let misplacedDeclaration = Self.error(
    "misplaced-declaration",
    "a workflow cannot be declared inside a step; move the fence to the margin"
  )

  fileprivate static func unsupportedLanguage(_ language: String) -> Self {
    .warning(
      "unsupported-language",
      "'\(language)' is not run but read as text; steps run python, bash, sh and javascript (mark it 'example' if it is only shown)"
    )
  }
}
