import SkillFormat

/// A declaration, and the list of steps that belongs to it.
struct WorkflowSection: Sendable {
  /// An item of the list, with a fence at the margin that splits the list after it.
  struct Item: Sendable {
    var label: String
    var blocks: [MarkdownBlock]
    var range: SourceRange
  }

  var heading: MarkdownBlock.Heading?
  /// The paragraphs between the heading and the fence.
  var documentation: String
  var fence: MarkdownBlock.CodeBlock
  var items: [Item]

  /// Whether a fence declares a workflow: its info string is `swift` and, among other words, `workflow`.
  static func isDeclaration(_ code: MarkdownBlock.CodeBlock) -> Bool {
    guard code.marker != nil else { return false }
    let words = code.info.utf8.split { $0.isBlankOrLineEnd || $0 == UInt8(ascii: ",") }
    guard let first = words.first, first.elementsEqual("swift".utf8) else { return false }
    return words.dropFirst().contains { $0.elementsEqual("workflow".utf8) }
  }

  /// Whether a heading announces a workflow: `Workflow: name`.
  static func announcedName(_ heading: MarkdownBlock.Heading) -> String? {
    let prefix = "workflow:"
    guard heading.text.utf8.count > prefix.utf8.count,
      heading.text.prefix(prefix.count).lowercased() == prefix
    else { return nil }
    let name = heading.text.dropFirst(prefix.count).drop { $0 == " " }
    return String(name.prefix { $0 != " " && $0 != "(" })
  }
}

extension WorkflowSection {
  /// The sections of a document, in order; empty for a document without any declaration.
  static func sections(of document: MarkdownDocument, in source: SourceText) -> [WorkflowSection] {
    var sections: [WorkflowSection] = []
    for (index, block) in document.blocks.enumerated() {
      guard case .code(let code) = block, isDeclaration(code) else { continue }
      sections.append(WorkflowSection(fence: code, at: index, of: document.blocks, in: source))
    }
    return sections
  }

  private init(fence: MarkdownBlock.CodeBlock, at index: Int, of blocks: [MarkdownBlock], in source: SourceText) {
    self.fence = fence
    // Backwards to the heading; a list or a declaration in between belongs to something else.
    var paragraphs: [String] = []
    before: for block in blocks[..<index].reversed() {
      switch block {
      case .heading(let heading):
        self.heading = heading
        break before
      case .paragraph(let paragraph): paragraphs.append(paragraph.content.raw(in: source))
      case .list(let list) where list.start != nil: break before
      case .code(let code) where Self.isDeclaration(code): break before
      default: break
      }
    }
    documentation = paragraphs.reversed().joined(separator: "\n\n")
    items = []
    collectItems(blocks[(index + 1)...])
  }

  private mutating func collectItems(_ blocks: ArraySlice<MarkdownBlock>) {
    var last = 0
    /// Whether the block before was a list of steps, or a fence that belongs to its last one.
    var isAdjacent = false
    var hasSteps = false
    for block in blocks {
      var staysAdjacent = false
      switch block {
      case .heading(let next):
        if next.level <= heading?.level ?? 6 || Self.announcedName(next) != nil { return }
      case .code(let code):
        if Self.isDeclaration(code) { return }
        if isAdjacent, StepLanguage.of(code) != nil, attach(block) { staysAdjacent = true }
      case .paragraph(let paragraph):
        // The binding of a step whose fence stands at the margin.
        if isAdjacent, isAfterFence { staysAdjacent = attach(.paragraph(paragraph)) }
      case .list(let list):
        guard let start = list.start, !hasSteps || start == last + 1 || (isAdjacent && isAfterFence) else { break }
        for item in list.items {
          // Lists numbered `1. 1. 1.` count on, as they are shown.
          let number = max(item.number ?? start, last == 0 ? 0 : last + 1)
          last = number
          items.append(Item(label: String(number), blocks: item.blocks, range: item.range))
        }
        hasSteps = true
        staysAdjacent = true
      default: break
      }
      isAdjacent = staysAdjacent
    }
  }

  private var isAfterFence: Bool {
    guard let item = items.last, case .code(let code)? = item.blocks.last else { return false }
    return code.range.start >= item.range.end
  }

  /// Gives a block at the margin to the last step, unless that has code already.
  private mutating func attach(_ block: MarkdownBlock) -> Bool {
    guard let item = items.last else { return false }
    if case .code = block {
      let hasCode = item.blocks.contains {
        if case .code(let code) = $0 { StepLanguage.of(code) != nil } else { false }
      }
      if hasCode { return false }
    }
    items[items.count - 1].blocks.append(block)
    return true
  }
}
