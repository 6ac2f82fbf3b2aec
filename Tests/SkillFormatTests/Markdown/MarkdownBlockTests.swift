import SkillFormat
import Testing

@Suite struct MarkdownBlockTests {
  static let headings: [(String, String)] = [
    ("# A\n## B ##\n####### C\n#D", "h1(A) h2(B) p(####### C #D)"),
    ("#\n## ##\n# a #b#\n# c \\#", "h1() h2() h1(a #b#) h1(c #)"),
    ("   # A\n    # B", "h1(A) code(# B↵)"),
    ("a\nb\n===\nc\n---", "h1(a b) h2(c)"),
    ("> a\n---", "quote[p(a)] rule"),
    ("a\n=== =", "p(a === =)"),
    ("# *a* `b*c` [d](e) ![f](g) <b>h</b> &amp; \\*", "h1(a b*c d f h & *)"),
  ]

  static let code: [(String, String)] = [
    ("```sh x\na\n\n  b\n```", "fence(sh x|a↵↵  b↵)"),
    ("  ~~~ `x`\n   a\n b\n  ~~~~  ", "fence(`x`| a↵b↵)"),
    ("```\na", "fence(|a)…"), ("```\na\n", "fence(|a↵)…"),
    ("``` a`b\nc", "p(``` a`b c)"),
    ("````\n```\n````", "fence(|```↵)"),
    ("```\na\n    ```\n```", "fence(|a↵    ```↵)"),
    ("``` a\\*b&amp;c\n```", "fence(a*b&c|)"),
    ("    a\n\n\n      b\n\nc", "code(a↵↵↵  b↵) p(c)"),
    ("\tfoo\tbar", "code(foo\tbar↵)"),
    ("a\n    b", "p(a b)"),
    ("- ```\n  a\n b", "-[fence(|a↵)…] p(b)"),
    ("> ```\n> a\nb", "quote[fence(|a↵)…] p(b)"),
  ]

  static let lists: [(String, String)] = [
    ("- a\n- b\n* c\n+ d", "-[p(a), p(b)] *[p(c)] +[p(d)]"),
    ("3. a\n7. b\n1) c", ".[3:p(a), 7:p(b)] )[1:p(c)]"),
    ("- a\n\n- b", "-loose[p(a), p(b)]"),
    ("- a\n\n  b\n- c", "-loose[p(a) p(b), p(c)]"),
    ("- a\n  - b\n\n    c\n- d", "-[p(a) -loose[p(b) p(c)], p(d)]"),
    ("- a\n  > b\n  ```\n  c\n  ```\n- d", "-[p(a) quote[p(b)] fence(|c↵), p(d)]"),
    ("* a\n*\n\n* c", "*loose[p(a), , p(c)]"),
    ("- a\n\n  [r]: /u\n- b", "-loose[p(a), p(b)]"),
    ("1. a\n   - b\n     1. c\n2. d", ".[1:p(a) -[p(b) .[1:p(c)]], 2:p(d)]"),
    ("-\n\n  a", "-[] p(a)"),
    ("-\n  a", "-[p(a)]"),
    ("a\n- b", "p(a) -[p(b)]"),
    ("a\n2. b\n1. c", "p(a 2. b) .[1:p(c)]"),
    ("a\n-\nb", "h2(a) p(b)"),
    ("a\n*\nb", "p(a * b)"),
    ("1234567890. a", "p(1234567890. a)"),
    ("-a\n1.b", "p(-a 1.b)"),
    ("- a\nb\n  c", "-[p(a b c)]"),
    ("-     a", "-[code(a↵)]"),
    ("-\t\ta", "-[code(  a↵)]"),
    (" -    a\n\n     b", "-[p(a)] code( b↵)"),
    ("  -  a\n\n     b", "-loose[p(a) p(b)]"),
    ("- a\n - b\n  - c\n   - d\n    - e", "-[p(a), p(b), p(c), p(d - e)]"),
    ("* * *\n- - a", "rule -[-[p(a)]]"),
    ("1. a\n```\nb\n```\n2. c", ".[1:p(a)] fence(|b↵) .[2:p(c)]"),
  ]

  static let containers: [(String, String)] = [
    ("> a\nb\n> c", "quote[p(a b c)]"),
    (">a\n\n> b", "quote[p(a)] quote[p(b)]"),
    ("> - a\n> - b\nc", "quote[-[p(a), p(b c)]]"),
    ("> a\n>\n> b", "quote[p(a) p(b)]"),
    (">\t\ta", "quote[code(  a↵)]"),
    (">     a", "quote[code(a↵)]"),
    ("    > a", "code(> a↵)"),
    ("> > > a\nb", "quote[quote[quote[p(a b)]]]"),
  ]

  static let rest: [(String, String)] = [
    ("***\n- - -\n__\n_ _ _ a", "rule rule p(__ _ _ _ a)"),
    ("<div>\n*a*\n\n*b*", "html(<div>\n*a*) p(b)"),
    ("<!-- a\n\nb -->c\nd", "html(<!-- a\n\nb -->c) p(d)"),
    ("<pre>\n\n</PRE>\na", "html(<pre>\n\n</PRE>) p(a)"),
    ("<?a\n?>\n<!A\n>\n<![CDATA[\n]]>\nb", "html(<?a\n?>) html(<!A\n>) html(<![CDATA[\n]]>) p(b)"),
    ("<x-y a=\"b\">\nc\n\nd <i>\n<i>", "html(<x-y a=\"b\">\nc) p(d  )"),
    ("<!-- a", "html(<!-- a)…"),
    ("[a]: /b \"c\"\n[d]:\n/e\nf [a] [D]", "p(f a D)"),
    ("[a]: /b\n===\n", "p(===)"),
    ("[a]: /b\n---", "rule"),
    ("[a]: /b c", "p([a]: /b c)"),
    ("[a]: /b\n\"c", "p(\"c)"),
  ]

  static let tables: [(String, String)] = [
    ("|a|b|\n|-|:-:|\n|c|d|e|\n|f|\ng\n\nh", "table(a|b)(c|d)(f|)(g|) p(h)"),
    ("p\na | b\n--|--\n", "p(p) table(a|b)"),
    ("|a|b|\n|-|\n", "p(|a|b| |-|)"),
    ("|`a\\|b`|\n|-|\n|c\\|d|\n", "table(a|b)(c|d)"),
    ("|a|\n|-|\n> b", "table(a) quote[p(b)]"),
    ("|a|\n|-|\n- b", "table(a) -[p(b)]"),
    ("> |a|\n> |-|\n|b|", "quote[table(a)] p(|b|)"),
    ("- |a|\n  |-|\n  |b|\n- c", "-[table(a)(b), p(c)]"),
    ("|a|\n|-b|", "p(|a| |-b|)"),
    ("a\n    |b|\n|-|", "p(a |b| |-|)"),
  ]

  static let all: [(String, String)] = [headings, code, lists, containers, rest, tables].flatMap { $0 }

  @Test(arguments: all)
  func blocksFollowTheSpecification(source: String, outline: String) {
    #expect(MarkdownOutline(source).text == outline)
  }

  @Test func lineEndsOfAllKindsCount() {
    #expect(MarkdownOutline("# a\r\n\r\n```\r\nb\rc\n```\r\n- d\r- e").text == "h1(a) fence(|b↵c↵) -[p(d), p(e)]")
  }

  @Test func nulBecomesTheReplacementCharacter() {
    #expect(
      MarkdownOutline("# a\0b\n\n`c\0`\n\n\td\0").text == "h1(a\u{FFFD}b) p(c\u{FFFD}) code(d\u{FFFD}↵)"
    )
  }

  @Test func emptyDocumentsHaveNoBlocks() {
    for text in ["", "\n", "  \n\t\n", "\r"] { #expect(MarkdownOutline(text).document.blocks.isEmpty) }
  }

  @Test func bodiesBeginWhereTheFrontMatterEnds() throws {
    let source = SourceText(path: "x.md", text: "---\na: b\n---\n# c")
    var diagnostics = Diagnostics()
    let document = MarkdownParser.parse(source, from: 13, diagnostics: &diagnostics)
    #expect(document.blocks.map(\.range) == [SourceRange(13, 16)])
    #expect(MarkdownParser.parse(source, from: 16, diagnostics: &diagnostics).blocks.isEmpty)
    #expect(MarkdownParser.parse(source, from: 99, diagnostics: &diagnostics).blocks.isEmpty)
  }

  @Test func nestingBeyondTheLimitIsText() {
    var blocks = MarkdownOutline(String(repeating: "> ", count: 10_000) + "a").document.blocks
    var depth = 0
    while case .quote(let quote)? = blocks.first {
      depth += 1
      blocks = quote.blocks
    }
    #expect(depth == 200)
    guard case .paragraph? = blocks.first else {
      Issue.record("no paragraph in the innermost quote")
      return
    }
  }

  @Test func paddingOfShortRowsIsBounded() {
    let header = String(repeating: "|a", count: 1000) + "\n" + String(repeating: "|-", count: 1000) + "\n"
    let blocks = MarkdownOutline(header + String(repeating: "b\n", count: 200)).document.blocks
    guard case .table(let table)? = blocks.first else {
      Issue.record("no table")
      return
    }
    #expect(table.rows.count == 65)
    #expect(blocks.count == 2)
  }
}

@Suite struct MarkdownRangeTests {
  private let outline = MarkdownOutline(
    "> 1. a *b*\n>    c  \n>\n>    ```sh\n>    x\n>    ```\n\n| d | `e\\|f` |\n|-|-|\n| g |\n"
  )

  @Test func rangesCoverTheBlocks() throws {
    let source = outline.source
    guard case .quote(let quote)? = outline.document.blocks.first, case .list(let list)? = quote.blocks.first,
      case .paragraph(let paragraph)? = list.items.first?.blocks.first,
      case .code(let code)? = list.items.first?.blocks.last
    else {
      Issue.record("not as outlined: \(outline.text)")
      return
    }
    #expect(source[paragraph.range] == "a *b*\n>    c")
    #expect(paragraph.content.raw(in: source) == "a *b*\nc")
    #expect(paragraph.content.sourceOffset(ofRaw: 6) == 16)
    #expect(source[code.range] == "```sh\n>    x\n>    ```")
    #expect(source[code.infoRange] == "sh")
    #expect(code.contentLine == 5)
    #expect(source[list.range].hasPrefix("1. a"))
    #expect(list.range.end == code.range.end && quote.range.end == code.range.end)
    #expect(quote.range.start == 0)
  }

  @Test func cellsKeepTheirPlaces() throws {
    guard case .table(let table)? = outline.document.blocks.last else {
      Issue.record("no table")
      return
    }
    #expect(table.headerRanges.map { outline.source[$0] } == ["d", "`e\\|f`"])
    #expect(table.rowRanges.map { $0.map { outline.source[$0] } } == [["g", ""]])
    let pieces = MarkdownInline.scan(cell: table.headerRanges[1], in: outline.source)
    #expect(pieces == [.codeSpan("e|f", table.headerRanges[1])])
  }
}
