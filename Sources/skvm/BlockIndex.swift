import SkillFormat
import SkillIR

/// The headings and fences of a document at any depth, in order.
struct BlockIndex {
  struct Heading {
    var level: Int
    var text: String
    var line: Int
  }

  struct Fence {
    var info: String
    var line: Int
    var endLine: Int
    var digest: String
  }

  private(set) var headings: [Heading] = []
  private(set) var fences: [Fence] = []

  init(_ document: MarkdownDocument, in source: SourceText) {
    // An explicit stack, for blocks can be nested deeply.
    var pending = Array(document.blocks.reversed())
    while let block = pending.popLast() {
      switch block {
      case .heading(let heading):
        headings.append(
          Heading(level: heading.level, text: heading.text, line: source.line(at: heading.range.start))
        )
      case .code(let code) where code.marker != nil:
        fences.append(
          Fence(
            info: source[code.infoRange],
            line: source.line(at: code.range.start),
            endLine: source.line(at: code.range.end),
            digest: SHA256.hex(of: Array(code.content.utf8))
          )
        )
      case .list(let list): pending += list.items.reversed().flatMap { $0.blocks.reversed() }
      case .quote(let quote): pending += quote.blocks.reversed()
      default: break
      }
    }
  }
}
