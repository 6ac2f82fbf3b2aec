import SkillFormat
import Testing

@Suite struct FrontMatterTests {
  private func read(
    _ text: String,
    folder: String = "demo"
  ) -> (result: (frontMatter: FrontMatter, bodyStart: Int)?, messages: [String]) {
    var diagnostics = Diagnostics()
    let source = SourceText(path: "SKILL.md", text: text)
    let result = FrontMatter.read(from: source, folderName: folder, diagnostics: &diagnostics)
    return (result, diagnostics.sorted.map { String($0.description.dropFirst("SKILL.md:".count)) })
  }

  private func codes(_ messages: [String]) -> [String] {
    messages.map { String($0.split(separator: "[").last?.dropLast() ?? "") }
  }

  @Test func everyFieldIsRead() throws {
    let text = """
      ---
      name: demo
      description: >-
        Use when
        testing.
      license: MIT
      compatibility: Needs Python
      metadata: {author: me}
      allowed-tools: Bash(git:*, x) Read,Write
      ---
      # Demo
      """
    let (result, messages) = read(text)
    let matter = try #require(result?.frontMatter)
    #expect(messages == [])
    #expect(matter.name == "demo")
    #expect(matter.description == "Use when testing.")
    #expect(matter.license == "MIT")
    #expect(matter.compatibility == "Needs Python")
    #expect(matter.allowedTools == ["Bash(git:*, x)", "Read", "Write"])
    #expect(matter.root["metadata"]?["author"]?.text == "me")
    #expect(result.map { Array(text.utf8)[$0.bodyStart...] == Array("# Demo".utf8)[...] } == true)
  }

  @Test(arguments: [
    ("[Read, 'Bash(a b)']", ["Read", "Bash(a b)"]), ("", []), ("Read", ["Read"]),
    ("\n- Read\n- Write", ["Read", "Write"]),
  ])
  func toolsAreAListOrAText(value: String, expected: [String]) {
    let (result, messages) = read("---\nname: demo\ndescription: x\nallowed-tools: \(value)\n---\nbody")
    #expect(result?.frontMatter.allowedTools == expected)
    #expect(messages == [])
  }

  @Test(arguments: [
    (
      "",
      "1:1: error: expected '---' as the first line, before the front matter; the file is empty [missing-front-matter]"
    ),
    (
      "\n---\nname: a\n---\n",
      "1:1: error: expected '---' as the first line, before the front matter; found a blank line [missing-front-matter]"
    ),
    (
      " ---\nname: a\n---\n",
      "1:1: error: expected '---' as the first line, before the front matter; found blanks before it [missing-front-matter]"
    ),
    (
      "# Demo\n",
      "1:1: error: expected '---' as the first line, before the front matter; found '# Demo' [missing-front-matter]"
    ),
    (
      "---\nname: a\n ---\n",
      "1:1: error: front matter is not closed; add a line '---' before the instructions [unclosed-front-matter]"
    ),
    ("---", "1:1: error: front matter is not closed; add a line '---' before the instructions [unclosed-front-matter]"),
    (
      "---\n---\n",
      "2:1: error: front matter is empty; expected at least 'name:' and 'description:' [empty-front-matter]"
    ),
    ("---\n- a\n---\n", "2:1: error: front matter must be 'key: value' lines, not a list [front-matter-not-mapping]"),
    ("---\ntext\n---\n", "2:1: error: front matter must be 'key: value' lines, not text [front-matter-not-mapping]"),
  ])
  func aBlockThatIsNoneIsAnError(text: String, expected: String) {
    let (result, messages) = read(text)
    #expect(result == nil)
    #expect(messages == [expected])
  }

  @Test(arguments: [
    "---  \nname: demo\ndescription: x\n--- \t\nbody", "---\r\nname: demo\r\ndescription: x\r\n---\r\nbody",
    "---\rname: demo\rdescription: x\r---\rbody",
  ])
  func fencesMayHaveBlanksAndAnyLineEnd(text: String) {
    let (result, messages) = read(text)
    #expect(result.map { text.utf8.count - $0.bodyStart } == 4)
    #expect(messages == [])
  }

  @Test(arguments: [
    ("description: x", "missing-name"),
    ("Name: a\ndescription: x", "missing-name"),
    ("name: ~\ndescription: x", "empty-name"),
    ("name: ''\ndescription: x", "empty-name"),
    ("name: [a]\ndescription: x", "name-not-text"),
    ("name: demo", "missing-description"),
    ("name: demo\ndescription: '  '", "empty-description"),
    ("name: demo\ndescription: {a: b}", "description-not-text"),
    ("name: demo\ndescription:", "empty-description"),
  ])
  func nameAndDescriptionMustBeThere(block: String, code: String) {
    let (result, messages) = read("---\n\(block)\n---\nbody")
    #expect(result == nil)
    #expect(codes(messages.filter { $0.contains("error") }) == [code])
  }

  @Test func aMisspeltKeyIsNamed() {
    let (_, messages) = read("---\nname: demo\nDescripton: x\n---\nbody")
    #expect(
      messages.first == "3:1: error: front matter has no 'description:'; found 'Descripton' [missing-description]"
    )
  }

  @Test(arguments: [
    "demo", "a", "3d-print", "123-456", "技能", "café", "cafe\u{301}", "dem\u{43E}", String(repeating: "a", count: 64),
  ])
  func namesByTheSpecificationPass(name: String) {
    let (result, messages) = read("---\nname: '\(name)'\ndescription: x\n---\nbody", folder: name)
    #expect(result?.frontMatter.name == name)
    #expect(messages == [])
  }

  @Test(arguments: [
    ("My-Skill", "'name' should be in lower case; 'my-skill' would do"),
    ("my skill", "'name' should hold only lower-case letters, digits and hyphens, not a blank; 'my-skill' would do"),
    ("my_skill", "'name' should hold only lower-case letters, digits and hyphens, not '_'; 'my-skill' would do"),
    ("my.skill", "'name' should hold only lower-case letters, digits and hyphens, not '.'; 'my-skill' would do"),
    ("a--b", "'name' should not hold two hyphens in a row; 'a-b' would do"),
    ("-a-", "'name' should not begin or end with a hyphen; 'a' would do"),
    ("🚀-launch", "'name' should hold only lower-case letters, digits and hyphens, not '🚀'; 'launch' would do"),
    (
      "de\u{200B}mo",
      "'name' should hold only lower-case letters, digits and hyphens, not the character U+200B; 'de-mo' would do"
    ),
  ])
  func unusualNamesAreWarnedOf(name: String, message: String) {
    let (result, messages) = read("---\nname: \"\(name)\"\ndescription: x\n---\nbody", folder: name)
    #expect(result?.frontMatter.name == name)
    #expect(messages == ["2:7: warning: \(message) [unusual-name]"])
  }

  @Test(arguments: [
    "my/skill", "../../x", "a`b", "a\\\"b", "a\\nb", "a\\0b", "$(touch x)", "a;b", "a*/b", "\\\\(exit(1))", "a\\u202eb",
    "---",
    "_", String(repeating: "a", count: 65),
  ])
  func namesThatCouldDoHarmAreErrors(name: String) {
    let (result, messages) = read("---\nname: \"\(name)\"\ndescription: x\n---\nbody")
    #expect(result == nil)
    #expect(messages.allSatisfy { $0.contains("error: 'name'") } && messages.count == 1)
  }

  @Test func aNameShouldBeTheFolders() {
    let (_, messages) = read("---\nname: demo\ndescription: x\n---\nbody", folder: "other")
    #expect(
      messages == ["2:7: warning: 'name' is 'demo', but the skill's folder or file is called 'other' [name-differs]"]
    )
  }

  @Test func longTextsAreWarnedOf() {
    let (result, messages) = read(
      "---\nname: demo\ndescription: \(String(repeating: "é", count: 1025))\ncompatibility: \(String(repeating: "x", count: 501))\n---\nbody"
    )
    #expect(result != nil)
    #expect(codes(messages) == ["long-description", "long-compatibility"])
    #expect(read("---\nname: demo\ndescription: \(String(repeating: "é", count: 1024))\n---\nbody").messages == [])
  }

  @Test func unknownKeysAreKeptAndWarnedOf() {
    let (result, messages) = read(
      "---\nname: demo\ndescription: x\nlicence: MIT\nversion: 1\nauthor: me\nallowed_tools: Read\nfrobnicate: y\n---\nbody"
    )
    #expect(result?.frontMatter.root["frobnicate"]?.text == "y")
    #expect(
      messages == [
        "4:1: warning: unknown key 'licence'; did you mean 'license'? [unknown-key]",
        "5:1: warning: the specification has no keys 'version', 'author'; kept, but other agents look for such values under "
          + "'metadata' [extension-key]",
        "7:1: warning: unknown key 'allowed_tools'; did you mean 'allowed-tools'? [unknown-key]",
        "8:1: warning: unknown key 'frobnicate'; it is kept, but nothing reads it [unknown-key]",
      ]
    )
  }

  @Test func manyUnknownKeysAreSummedUp() {
    let keys = (0..<5000).map { "k\($0): \($0)\n" }.joined()
    let (result, messages) = read("---\nname: demo\ndescription: x\n\(keys)---\nbody")
    #expect(result?.frontMatter.root["k4999"]?.text == "4999")
    #expect(messages.count == 10)
    let last = "13:1: warning: unknown key 'k9'; it is kept, but nothing reads it (and so for 4990 more) [unknown-key]"
    #expect(messages.last == last)
  }

  @Test func aSkillWithoutInstructionsIsWarnedOf() {
    #expect(codes(read("---\nname: demo\ndescription: x\n---").messages) == ["empty-body"])
  }

  @Test(arguments: [
    ("metadata: {a: {b: c}}", ["nested-metadata"]), ("metadata: [a]", ["metadata-not-mapping"]), ("metadata:", []),
    ("metadata: {a: b}", []), ("license: [a]", ["license-not-text"]), ("allowed-tools: {a: b}", ["tools-not-text"]),
  ])
  func otherFieldsOfTheWrongShapeAreNoErrors(line: String, expected: [String]) {
    let (result, messages) = read("---\nname: demo\ndescription: x\n\(line)\n---\nbody")
    #expect(result != nil)
    #expect(codes(messages) == expected)
  }
}
