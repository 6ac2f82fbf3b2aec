import SkillFormat
import Testing

/// What is not YAML, and what is made of it.
@Suite struct FrontMatterRepairTests {
  private func read(_ block: String) -> (root: YAMLNode?, messages: [String]) {
    var diagnostics = Diagnostics()
    let source = SourceText(path: "SKILL.md", text: "---\n\(block)\n---\nbody")
    let result = FrontMatter.read(from: source, folderName: "demo", diagnostics: &diagnostics)
    return (
      result?.frontMatter.root,
      diagnostics.sorted.filter { $0.severity != .note }.map { String($0.description.dropFirst("SKILL.md:".count)) }
    )
  }

  @Test(arguments: [
    ("Use when: the user asks", "Use when: the user asks", "3:22", "unquoted-colon"),
    ("Use for: C # a comment", "Use for: C", "3:21", "unquoted-colon"),
    ("Use when: a\n  or b: c\n\n  d", "Use when: a or b: c\nd", "3:22", "unquoted-colon"),
    ("a\n  b: c", "a b: c", "4:4", "unquoted-colon"),
    ("one\ntwo", "one two", "4:1", "missing-colon"),
    (#""A" and "B""#, #"A" and "B"#, "3:18", "text-after-value"),
    (#""A" and b"#, #""A" and b"#, "3:18", "text-after-value"),
    (#"'it's broken'"#, "it's broken", "3:18", "text-after-value"),
    (#""never closed"#, "never closed", "3:14", "unclosed-quote"),
    (#""a \d+ \"b\" c""#, #"a \d+ "b" c"#, "3:17", "bad-escape"),
    ("[Beta] Does: things", "[Beta] Does: things", "3:21", "text-after-value"),
    ("- does things", "- does things", "3:14", "misplaced-indicator"),
    ("> does things\n  well", "does things well", "3:16", "bad-block-scalar"),
  ])
  func descriptionsAreReadAsText(value: String, expected: String, place: String, code: String) throws {
    let (root, messages) = read("name: demo\ndescription: \(value)\nlicense: MIT")
    #expect(root?["description"]?.text == expected)
    #expect(root?["license"]?.text == "MIT")
    let message = try #require(messages.first)
    #expect(messages.count == 1)
    #expect(message.hasPrefix("\(place): warning: "), "\(message)")
    #expect(message.hasSuffix("[\(code)]"), "\(message)")
  }

  @Test func aKeyWithoutABlankAfterItsColonIsRead() {
    let (root, messages) = read("name:demo\ndescription: x")
    #expect(root?["name"]?.text == "demo")
    #expect(messages.count == 1)
  }

  @Test func jsonWithoutItsLastBracketsIsClosed() {
    let (root, messages) = read(#"name: demo\#ndescription: x\#nmetadata: {"a":{"b":["c}", 1, true"#)
    #expect(root?["metadata"].map { Tree($0).description } == #"{"a":{"b":["c}","1","true"]}}"#)
    #expect(messages.count == 1 && messages[0].hasSuffix("[unclosed-flow]"))
  }

  @Test func jsonBelowItsKeyNeedsNoIndentation() {
    let (root, messages) = read("name: demo\ndescription: x\nmetadata:\n{\n  \"a\": \"b\"\n}")
    #expect(root?["metadata"]?["a"]?.text == "b")
    #expect(messages.count == 1)
  }

  @Test(arguments: [
    #"{"a":["b"],["c"]}"#, #"{"a" "b"}"#, "\n    a: b\n  c: d", "\n  note: a: b",
  ])
  func otherValuesThatAreNoYAMLAreKeptAsText(value: String) throws {
    let (root, messages) = read("name: demo\ndescription: x\nmetadata: \(value)\nlicense: MIT")
    #expect(root?["metadata"]?.text?.filter { $0 != " " } == value.filter { $0 != " " }.drop { $0 == "\n" }.description)
    #expect(root?["license"]?.text == "MIT")
    #expect(messages.count == 1)
    #expect(messages.first?.contains("the value of 'metadata' was kept as text") == true)
  }

  @Test func severalMistakesAreRepairedEachWithItsWarning() {
    let (root, messages) = read("name: demo\ndescription: a: b\nlicense: \"c\" d\ncompatibility: e: f")
    #expect(root?["compatibility"]?.text == "e: f")
    #expect(messages.map { $0.prefix(2) } == ["3:", "4:", "5:"])
  }

  @Test(arguments: [
    ("name: demo\ndescription: a: b\ndescription: c", "duplicate-key"),
    ("name: demo\ndescription: @mention", "reserved-character"),
    ("name: demo\ndescription: *bold* text", "reserved-character"),
    ("name: demo\ndescription: a: b\nmetadata:\n\tc: d", "tab-indentation"),
    ("name: demo\ndescription: a: b\nmetadata: *c", "unknown-alias"),
    ("name: demo\ndescription: a: b\nmetadata: !!python/name:x y", "unknown-tag"),
    ("name: demo\ndescription: a: b\n? [c]\n: d", "unquoted-colon"),
    ("name: demo\ndescription: x\nmetadata: {a: {b: c}", "unclosed-flow"),
    ("name: demo\ndescription: x\n...\nname: other", "second-document"),
    ("%YAML 1.2\nname: demo\ndescription: a: b", "yaml-directive"),
    ("just: text: here\n: x", "missing-name"),
    ("text\nname: demo\ndescription: a: b", "unquoted-colon"),
  ])
  func whatCouldMeanSomethingElseIsAnError(block: String, code: String) {
    let (root, messages) = read(block)
    #expect(root == nil)
    #expect(messages.contains { $0.contains(": error: ") && $0.hasSuffix("[\(code)]") }, "\(messages)")
  }

  @Test func manyRepairsAreSummedUp() {
    let (root, messages) = read("name: demo\ndescription: x\n" + (0..<5000).map { "k\($0): a: b\n" }.joined())
    #expect(root?["k4999"]?.text == "a: b")
    let repairs = messages.filter { $0.hasSuffix("[unquoted-colon]") }
    #expect(repairs.count == 10)
    #expect(repairs.last?.hasSuffix("put the value in quotes (and so for 4990 more) [unquoted-colon]") == true)
  }
}
