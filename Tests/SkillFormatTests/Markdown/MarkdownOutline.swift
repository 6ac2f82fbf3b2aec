import SkillFormat

/// A document in a few characters, so that a test can show what it expects beside the source.
struct MarkdownOutline {
  let source: SourceText
  let document: MarkdownDocument
  let diagnostics: Diagnostics

  init(_ text: String) {
    source = SourceText(path: "x.md", text: text)
    var diagnostics = Diagnostics()
    document = MarkdownParser.parse(source, diagnostics: &diagnostics)
    self.diagnostics = diagnostics
  }

  var text: String { outline(document.blocks) }

  private func outline(_ blocks: [MarkdownBlock]) -> String {
    blocks.map(outline).joined(separator: " ")
  }

  private func outline(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let heading): return "h\(heading.level)(\(heading.text))"
    case .paragraph(let paragraph):
      return "p(\(MarkdownInline.plainText(of: paragraph.content, in: source, definitions: document.definitions)))"
    case .code(let code):
      let content = code.content.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "↵")
      return code.marker == nil ? "code(\(content))" : "fence(\(code.info)|\(content))\(code.isClosed ? "" : "…")"
    case .list(let list):
      let items = list.items.map { item in
        (item.number.map { "\($0):" } ?? "") + outline(item.blocks)
      }
      return "\(list.delimiter)\(list.isTight ? "" : "loose")[\(items.joined(separator: ", "))]"
    case .quote(let quote): return "quote[\(outline(quote.blocks))]"
    case .table(let table):
      return "table\(([table.header] + table.rows).map { "(\($0.joined(separator: "|")))" }.joined())"
    case .html(let html): return "html(\(html.content.raw(in: source)))\(html.isClosed ? "" : "…")"
    case .rule: return "rule"
    }
  }
}
