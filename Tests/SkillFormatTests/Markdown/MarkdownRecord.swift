import SkillFormat

/// What a document holds, in the shape of the corpus's Markdown records.
struct MarkdownRecord: Encodable {
  struct Heading: Encodable {
    var level: Int
    var text: String
    var line: Int
    var setext: Bool
    var nested: Bool
  }

  struct Code: Encodable {
    /// As written: the records do not resolve escapes.
    var info: String?
    var marker: String?
    var line: Int
    var end_line: Int
    var lines: Int
    var content: String
    var nested: Bool
  }

  struct List: Encodable {
    var kind: String
    var line: Int
    var end_line: Int
    var items: Int
    var depth: Int
    var in_quote: Bool
    var start: Int?
    var delimiter: String?
  }

  struct Table: Encodable {
    var line: Int
    var end_line: Int
    var columns: Int
    var rows: Int
    var header: [String]
  }

  var headings: [Heading] = []
  var fences: [Code] = []
  var indented_code: [Code] = []
  var lists: [List] = []
  var tables: [Table] = []
  var links: [String] = []
  var counts = [
    "bullet_lists": 0, "ordered_lists": 0, "list_items": 0, "blockquotes": 0, "rules": 0, "html_blocks": 0,
    "paragraphs": 0, "images": 0, "code_spans": 0,
  ]

  init(_ document: MarkdownDocument, in source: SourceText) {
    var walk = Walk(record: self, source: source, definitions: document.definitions)
    walk.visit(document.blocks)
    self = walk.record
  }
}

extension MarkdownRecord {
  private struct Walk {
    var record: MarkdownRecord
    let source: SourceText
    let definitions: LinkDefinitions
    var listDepth = 0
    var quoteDepth = 0
    var isInTightItem = false

    mutating func visit(_ blocks: [MarkdownBlock]) {
      for block in blocks { visit(block) }
    }

    mutating func visit(_ block: MarkdownBlock) {
      let isNested = listDepth + quoteDepth > 0
      let line = source.line(at: block.range.start)
      switch block {
      case .heading(let heading):
        record.headings.append(
          .init(level: heading.level, text: heading.text, line: line, setext: heading.isSetext, nested: isNested)
        )
        visit(MarkdownInline.scan(heading.content, in: source, definitions: definitions))
      case .paragraph(let paragraph):
        // The records follow nesting no deeper than this.
        if !isInTightItem, 2 * listDepth + quoteDepth < 200 { record.count("paragraphs") }
        visit(MarkdownInline.scan(paragraph.content, in: source, definitions: definitions))
      case .code(let code):
        let result = codeRecord(code, line: line, isNested: isNested)
        if code.marker == nil { record.indented_code.append(result) } else { record.fences.append(result) }
      case .list(let list):
        visit(list, line: line)
      case .quote(let quote):
        record.count("blockquotes")
        let wasTight = isInTightItem
        isInTightItem = false
        quoteDepth += 1
        visit(quote.blocks)
        quoteDepth -= 1
        isInTightItem = wasTight
      case .table(let table):
        record.tables.append(
          .init(
            line: line,
            end_line: source.line(at: block.range.end),
            columns: table.header.count,
            rows: table.rows.count,
            header: table.header
          )
        )
        for cell in table.headerRanges + table.rowRanges.flatMap({ $0 }) {
          visit(MarkdownInline.scan(cell: cell, in: source, definitions: definitions))
        }
      case .html: record.count("html_blocks")
      case .rule: record.count("rules")
      }
    }

    private func codeRecord(_ code: MarkdownBlock.CodeBlock, line: Int, isNested: Bool) -> Code {
      let lines = code.content.utf8.count { $0 == UInt8(ascii: "\n") }
      let opening = String(source[code.range].prefix { $0 == code.marker })
      return Code(
        info: code.marker == nil ? nil : source[code.infoRange],
        marker: code.marker == nil ? nil : opening,
        line: line,
        end_line: source.line(at: code.range.end),
        lines: lines,
        content: code.content,
        nested: isNested
      )
    }

    private mutating func visit(_ list: MarkdownBlock.List, line: Int) {
      let isOrdered = list.start != nil
      record.count(isOrdered ? "ordered_lists" : "bullet_lists")
      record.lists.append(
        .init(
          kind: isOrdered ? "ordered" : "bullet",
          line: line,
          end_line: endLine(of: list),
          items: list.items.count,
          depth: listDepth,
          in_quote: quoteDepth > 0,
          start: list.start,
          delimiter: isOrdered ? String(list.delimiter) : nil
        )
      )
      let wasTight = isInTightItem
      isInTightItem = list.isTight
      listDepth += 1
      for item in list.items {
        record.count("list_items")
        visit(item.blocks)
      }
      listDepth -= 1
      isInTightItem = wasTight
    }

    /// The records count the blank lines after a list to it.
    private func endLine(of list: MarkdownBlock.List) -> Int {
      var last = source.line(at: list.range.end)
      while last < source.lineCount {
        var markers = 0
        for byte in source.bytes[source.range(ofLine: last + 1).start..<source.range(ofLine: last + 1).end] {
          switch byte {
          case UInt8(ascii: ">"): markers += 1
          case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
          default: return last
          }
        }
        if markers != quoteDepth { return last }
        last += 1
      }
      return last
    }

    private mutating func visit(_ pieces: [MarkdownInline]) {
      for piece in pieces {
        switch piece {
        case .codeSpan: record.count("code_spans")
        case .image: record.count("images")
        case .link(let link): record.links.append(link.destination)
        case .text, .html, .lineBreak: break
        }
      }
    }
  }

  private mutating func count(_ key: String) { counts[key, default: 0] += 1 }
}
