import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread) struct MarkdownFuzzTests {
  /// What documents are made of: marks of every construct, white space, and bytes that are no UTF-8.
  private static let texts: [String] =
    [
      "a", "word ", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\r\n", "\r", "> ", ">", "- ", "* ", "1. ", "2) ", "*",
      "**", "_", "`", "```", "~~~", "# ", "## ", "===", "---", "|", "| a | b |\n", "|-|-|\n", "[a]", "[a]: /u\n",
      "[a]: /u 't'", "](x)", "](<", "![", "[", "]", "<", "<div>", "<!--", "-->", "<b c='", "</b>", "<x:y>", "<a@b.c>",
      "&amp;", "&", "&#0;", "\\", "\\|", "\"", "'", "(", ")", "é", "“", "　", "\0", "- a\n  - b\n", "    c\n", "<?",
    ]

  private static let pieces: [[UInt8]] =
    texts.map { Array($0.utf8) } + ([[0xFF], [0xC3], [0xE2, 0x80], [0xF0, 0x9F]] as [[UInt8]])

  @Test(arguments: 0..<8 as Range<UInt64>)
  func anyDocumentIsReadWithinItsBounds(seed: UInt64) {
    var random = SplitMix(seed: seed)
    for _ in 0..<1500 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) { bytes += Self.pieces.randomElement(using: &random) ?? [] }
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: .min ... .max, using: &random)
      }
      check(SourceText(path: "x.md", bytes: bytes))
    }
  }

  /// Deep, wide and unfinished inputs, each of which would take hours in quadratic time.
  static let repeated: [String] = [
    "[", "![", "*a ", "*a_ ", "`a``", "<!--", "<a b='", "<?", "[a](", "[a](b '", "[a]: b\n'", "> ", "- ", "1. ", "|a",
    "&a",
    "\\`", "<a:", "[a][", "a\n", "```\n", "<div>\n", "  \n", "]", "\t", "- a\n\n", "![a](", "a|b\n|-\n", "- ```\n",
    "<!-- a b c -->\n\n",
  ]

  @Test(arguments: repeated)
  func repetitionIsReadInLinearTime(piece: String) {
    check(SourceText(path: "x.md", text: String(repeating: piece, count: 100_000 / piece.utf8.count)))
  }

  @Test func linksAmongOpenImagesAreReadInLinearTime() {
    let images = String(repeating: "![", count: 100_000)
    check(SourceText(path: "x.md", text: images + String(repeating: "[a](b)", count: 100_000)))
  }

  /// Short rows get empty cells; a document of many small tables must not grow beyond bounds by that.
  @Test func shortRowsOfManyTablesStayBounded() {
    func row(_ cell: String) -> String { String(repeating: cell, count: 180) + "\n" }
    let table = row("|a") + row("|-") + String(repeating: "a\n", count: 300) + "\n"
    let source = SourceText(path: "x.md", text: String(repeating: table, count: 50))
    var diagnostics = Diagnostics()
    var cells = 0
    for case .table(let table) in MarkdownParser.parse(source, diagnostics: &diagnostics).blocks {
      cells += (table.rows.count + 1) * table.header.count
    }
    #expect((1...100_000).contains(cells))
  }

  private func check(_ source: SourceText) {
    var diagnostics = Diagnostics()
    let document = MarkdownParser.parse(source, diagnostics: &diagnostics)
    #expect(diagnostics.all.count <= 100)
    var problems: [String] = []
    let whole = SourceRange(0, source.bytes.count)
    let codeBytes = Set(source.bytes)

    func isWithin(_ inner: SourceRange, _ outer: SourceRange) -> Bool {
      outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
    }
    func check(_ pieces: [MarkdownInline], in range: SourceRange) {
      var last = range.start
      for piece in pieces {
        let place: SourceRange
        switch piece {
        case .text(_, let range), .codeSpan(_, let range), .html(let range), .lineBreak(_, let range): place = range
        case .link(let link), .image(let link):
          place = link.range
          if !isWithin(link.textRange, link.range) { problems.append("link text \(link)") }
        }
        if !isWithin(place, range) || place.start < last { problems.append("piece \(piece)") }
        last = place.start
      }
    }
    func check(_ lines: MarkdownBlock.Lines, in range: SourceRange) {
      var last = range.start
      for line in lines.ranges {
        if !isWithin(line, range) || line.start < last { problems.append("line \(line)") }
        last = line.end
      }
      check(MarkdownInline.scan(lines, in: source, definitions: document.definitions), in: range)
    }

    var waiting = document.blocks.map { ($0, whole) }
    while let (block, outer) = waiting.popLast() {
      if !isWithin(block.range, outer) { problems.append("block \(block.range)") }
      switch block {
      case .heading(let heading): check(heading.content, in: block.range)
      case .paragraph(let paragraph): check(paragraph.content, in: block.range)
      case .code(let code):
        // Tabs may have become spaces; bytes that are no UTF-8 and NUL, the replacement character.
        let known = code.content.utf8.allSatisfy {
          codeBytes.contains($0) || [0x20, 0x0A, 0xEF, 0xBF, 0xBD].contains($0)
        }
        if !known || code.contentLine > source.lineStarts.count + 1 { problems.append("code \(code)") }
        if !isWithin(code.infoRange, block.range), !code.infoRange.isEmpty { problems.append("info \(code)") }
      case .list(let list):
        for item in list.items {
          if !isWithin(item.range, block.range) { problems.append("item \(item.range)") }
          waiting += item.blocks.map { ($0, item.range) }
        }
      case .quote(let quote): waiting += quote.blocks.map { ($0, block.range) }
      case .table(let table):
        if table.rows.contains(where: { $0.count != table.header.count }) { problems.append("ragged table") }
        for cell in [table.headerRanges] + table.rowRanges {
          for range in cell { check(MarkdownInline.scan(cell: range, in: source), in: range) }
        }
      case .html(let html):
        for line in html.content.ranges where !isWithin(line, whole) { problems.append("HTML \(line)") }
      case .rule: break
      }
    }
    #expect(problems.isEmpty, "\(source[whole].debugDescription): \(problems)")
  }
}
