import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread) struct SkillReaderTests {
  private typealias Fixtures = SkillReaderFixtures

  private static func read(_ bytes: [UInt8], as path: String = "demo.skill") -> (SkillSource?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let skill = SkillReader.read(bytes, path: path, diagnostics: &diagnostics)
    #expect((skill == nil) == diagnostics.hasErrors)
    return (skill, diagnostics.sorted)
  }

  private static func read(path: String, displayPath: String? = nil) -> (SkillSource?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let skill = SkillReader.read(path: path, displayPath: displayPath, diagnostics: &diagnostics)
    #expect((skill == nil) == diagnostics.hasErrors)
    return (skill, diagnostics.sorted)
  }

  private static func lines(_ diagnostics: [Diagnostic]) -> [String] {
    diagnostics.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0): \($0.severity) [\($0.code)]" }
  }

  // MARK: Texts

  private static let front = "---\nname: demo\n---\n"

  @Test(arguments: [
    (front + "body\u{1}\u{2}\n", ["4:5: warning [control-character]"]),
    (front + "body\u{7F}\n", ["4:5: warning [control-character]"]),
    (front + "a\n\u{9B}31m\n", ["5:1: warning [control-character]"]),
    (front + "a\0b\0", ["4:2: warning [nul-character]"]),
    ("---\nname: a\0b\n---\n", ["2:8: error [nul-character]"]),
    ("", ["0:0: error [empty-document]"]),
    (" \r\n\t\n", ["0:0: error [empty-document]"]),
    ("\u{FEFF}\n", ["0:0: error [empty-document]"]),
    (front + "tab\tand \u{2028}\u{E9}\u{1F600}", []),
    ("no front matter", []),
  ])
  func textsAreChecked(text: String, expected: [String]) {
    #expect(Self.lines(Self.read(Array(text.utf8)).1) == expected)
  }

  @Test(
    arguments: [
      ([0xFF], "\u{FFFD}"), ([0xE2, 0x82], "\u{FFFD}"), ([0xE2, 0x82, 0x41], "\u{FFFD}A"),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xC0, 0xAE], "\u{FFFD}\u{FFFD}"),
      ([0xF0, 0x9F, 0x98, 0x41], "\u{FFFD}A"), ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
      ([0x00], "\u{FFFD}"),
    ] as [([UInt8], String)]
  )
  func badBytesInTheBodyAreReplaced(bytes: [UInt8], replaced: String) {
    let (skill, diagnostics) = Self.read(Array((Self.front + "text ").utf8) + bytes + Array(" end".utf8))
    #expect(skill.map { String(decoding: $0.document.bytes, as: UTF8.self) } == Self.front + "text \(replaced) end")
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.first?.location == SourceLocation(line: 4, column: 6))
  }

  @Test func badBytesInTheFrontMatterAreAnError() {
    let (skill, diagnostics) = Self.read(Array("---\r\nname: d".utf8) + [0xFF, 0xFE] + Array("\r\n---\r\n".utf8))
    #expect(skill == nil)
    #expect(Self.lines(diagnostics) == ["2:8: error [invalid-utf8]"])
    #expect(diagnostics.first?.message.contains("in one more place") == true)
  }

  /// The repair agrees with the standard library's on anything.
  @Test func repairAgreesWithTheStandardLibrary() {
    var random = SplitMix(seed: 11)
    let pieces: [[UInt8]] = [
      [0x41], [0x0A], [0x0D, 0x0A], Array("printable text".utf8), [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xED, 0xA0, 0x80],
      [0xF0, 0x9F, 0x98, 0x80], [0xF4, 0x90], [0xC0], [0xFF], [0xE0, 0x80], [0xEF, 0xBF, 0xBD], [0x1B], [0x7F],
    ]
    for _ in 0..<3000 {
      var body = Array((Self.front + String(repeating: "long ", count: 60)).utf8)
      for _ in 0..<Int.random(in: 0..<24, using: &random) {
        var piece = pieces.randomElement(using: &random) ?? []
        if Bool.random(using: &random), piece.count > 1 { piece.removeLast() }
        body += piece
      }
      let expected = Array(String(decoding: body, as: UTF8.self).utf8)
      #expect(Self.read(body).0?.document.bytes == expected)
    }
  }

  @Test func aByteOrderMarkIsTakenOffAndLineEndsStay() {
    let (skill, diagnostics) = Self.read(Array("\u{FEFF}---\r\nname: x\r---\n".utf8))
    #expect(skill?.document.bytes == Array("---\r\nname: x\r---\n".utf8))
    #expect(diagnostics.isEmpty)
  }

  @Test(
    arguments: [
      ("demo.skill", [0x1F, 0x8B, 0x08, 0x00], "not-a-zip", "gzip"),
      ("SKILL.md", [0x1F, 0x8B, 0x08, 0x00], "not-text", "gzip"),
      ("SKILL.md", [0x50, 0x4B, 0x03, 0x04, 0x00], "not-text", "zip"),
      ("SKILL.md", Array(0...255), "not-text", "binary data"),
      ("SKILL.md", [0xFF, 0xFE, 0x2D, 0x00], "not-utf8", "UTF-16"),
      ("SKILL.md", [0xFE, 0xFF, 0x00, 0x2D], "not-utf8", "UTF-16"),
      ("SKILL.md", [0x2D, 0x00, 0x2D, 0x00, 0x2D, 0x00], "not-utf8", "UTF-16"),
      ("SKILL.md", [0xFF, 0xFE, 0x00, 0x00, 0x2D, 0x00, 0x00, 0x00], "not-utf8", "UTF-32"),
      ("demo.skill", [0x50, 0x4B, 0x03, 0x04], "zip-damaged", "cut off"),
    ] as [(String, [UInt8], String, String)]
  )
  func whatIsNoTextIsOneClearError(path: String, bytes: [UInt8], code: String, word: String) {
    let (_, diagnostics) = Self.read(bytes, as: path)
    #expect(diagnostics.map(\.code) == [code])
    #expect(diagnostics.first?.message.contains(word) == true)
  }

  @Test func aDocumentOverTheLimitIsAnError() {
    let limit = SkillReader.Limits().documentBytes
    #expect(Self.read([UInt8](repeating: 0x41, count: limit)).1.isEmpty)
    #expect(Self.read([UInt8](repeating: 0x41, count: limit + 1)).1.map(\.code) == ["document-too-large"])
  }

  @Test func floodsOfFaultsAreOneWarningEach() {
    let (_, diagnostics) = Self.read(Array((Self.front + String(repeating: "text \u{1}\n", count: 9000)).utf8))
    #expect(diagnostics.count == 1)
    #expect(diagnostics.first?.message.contains("9000") == true)
  }

  @Test(arguments: [
    ("a/b/report.md", "report"), ("report.skill", "report"), ("a/demo/SKILL.md", "demo"), ("skill.md", "skill"),
    (".skill", ".skill"), ("a.b.skill", "a.b"),
  ])
  func aTextIsNamedByItsFile(path: String, name: String) {
    let (skill, _) = Self.read(Array(Self.front.utf8), as: path)
    #expect(skill?.folderName == name)
    #expect(skill?.shape == .text)
    #expect(skill?.document.path == path)
  }

  // MARK: Bundles

  private static func bundle(_ entries: [(String, String)]) -> [UInt8] {
    ZipWriter.write(entries.map { ZipWriter.Entry($0.0, $0.1) })
  }

  @Test func aBundleLosesItsTopFolderAndItsJunk() throws {
    let (skill, diagnostics) = Self.read(
      Self.bundle([
        ("demo/", ""), ("demo/z.md", "z"), ("demo/SKILL.md", Fixtures.document), ("demo/a/b.md", "b"),
        ("demo/a.md", "a"), ("__MACOSX/demo/._SKILL.md", "x"), ("demo/.DS_Store", "x"), ("demo/__pycache__/m.pyc", "x"),
        ("demo/_meta.json", "{}"),
      ]),
      as: "path/to/demo.skill"
    )
    #expect(diagnostics.isEmpty)
    #expect(skill?.files.map(\.path) == ["_meta.json", "a.md", "a/b.md", "z.md"])
    #expect(skill?.shape == .bundle)
    #expect(skill?.folderName == "demo")
    #expect(skill?.document.path == "path/to/demo.skill")
    #expect(skill?.document.bytes == Array(Fixtures.document.utf8))
  }

  @Test(
    arguments: [
      ([("demo/SKILL.md", "---"), ("demo/.GIT/config", "")], ["warning: file-left-out"]),
      ([("SKILL.md", "---"), ("notes.md", "")], ["warning: no-root-folder"]),
      ([("demo/skill.md", "---")], ["warning: skill-md-case"]),
      ([("demo/SKILL.md", "---"), ("README.md", "")], ["warning: file-left-out"]),
      ([("demo/SKILL.md", "---"), ("demo/sub/SKILL.md", "---")], ["note: nested-skill"]),
      ([("demo/SKILL.md", "---"), ("other/SKILL.md", "---")], ["error: several-roots"]),
      ([("demo/SKILL.md", "---"), ("~/x", "")], ["error: several-roots"]),
      ([("a/b/SKILL.md", "---")], ["error: no-skill-md"]),
      ([("demo/README.md", "")], ["error: no-skill-md"]),
      ([], ["error: no-skill-md"]),
      ([("demo/SKILL.md", "")], ["error: empty-document"]),
    ] as [([(String, String)], [String])]
  )
  func bundlesAreLaidOutInOneWay(entries: [(String, String)], expected: [String]) {
    #expect(Self.read(Self.bundle(entries)).1.map { "\($0.severity): \($0.code)" } == expected)
  }

  @Test func anArchiveInABundleStaysClosed() {
    let inner = Self.bundle([("x/SKILL.md", "inner")])
    var entry = ZipWriter.Entry("demo/inner.zip")
    entry.contents = inner
    let (skill, _) = Self.read(ZipWriter.write([ZipWriter.Entry("demo/SKILL.md", Fixtures.document), entry]))
    #expect(skill?.files.map(\.bytes) == [inner])
  }

  // MARK: Paths

  @Test func missingAndOddPathsAreErrors() throws {
    try ScratchFolder.with { folder in
      #expect(Self.read(path: folder + "/none.skill").1.map(\.code) == ["cannot-read"])
      #expect(Self.read(path: "/dev/null").1.map(\.code) == ["not-a-file"])
      #expect(Self.read(path: folder).1.map(\.code) == ["no-skill-md"])
      try ScratchFolder.write(["text.skill": Fixtures.document], in: folder)
      let (skill, _) = Self.read(path: folder + "/text.skill", displayPath: "shown/text.skill")
      #expect(skill?.path == folder + "/text.skill")
      #expect(skill?.document.path == "shown/text.skill")
    }
  }
}
