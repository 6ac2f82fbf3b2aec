import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite struct SkillReaderFolderTests {
  private typealias Fixtures = SkillReaderFixtures

  private static func read(_ path: String, limits: SkillReader.Limits = .init()) -> (SkillSource?, [Diagnostic]) {
    var diagnostics = Diagnostics()
    let skill = SkillReader.read(path: path, displayPath: "demo", limits: limits, diagnostics: &diagnostics)
    #expect((skill == nil) == diagnostics.hasErrors)
    return (skill, diagnostics.sorted)
  }

  @Test func allFilesAreReadInOrderOfTheirBytes() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(
        [
          "SKILL.md": Fixtures.document, "a.md": "a", "a/b.md": "b", "a-.md": "-", "Z": "Z", ".env": "e", "\u{E9}": "é",
          "with blank": "w", "_meta.json": "{}", ".git/config": "x", ".DS_Store": "x", "__pycache__/m.pyc": "x",
          "m.pyc": "x", ".svn/x": "x", "deep/__MACOSX/x": "x", "._a.md": "x",
        ],
        in: folder
      )
      let path = folder + "/a.md"
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      let (skill, diagnostics) = Self.read(folder + "/")
      #expect(diagnostics.isEmpty)
      #expect(
        skill?.files.map(\.path) == [".env", "Z", "_meta.json", "a-.md", "a.md", "a/b.md", "with blank", "\u{E9}"]
      )
      #expect(skill?.files.filter(\.isExecutable).map(\.path) == ["a.md"])
      #expect(skill?.shape == .folder)
      #expect(skill?.folderName == (folder as NSString).lastPathComponent)
      #expect(skill?.document.path == "demo/SKILL.md")
    }
  }

  @Test func linksAreFollowedInsideTheFolderOnly() throws {
    try ScratchFolder.with { outside in
      try ScratchFolder.write(
        ["secret": "s", "skill/SKILL.md": Fixtures.document, "skill/real/a.md": "a"],
        in: outside
      )
      try ScratchFolder.write(["skill-beside/b": "b", "skill/.git/config": "g"], in: outside)
      let folder = outside + "/skill"
      for (name, target) in [
        ("out", "../secret"), ("absolute", "/etc/passwd"), ("beside", "../skill-beside"), ("up", ".."), ("loop", "."),
        ("real/back", "../real"), ("gone", "nowhere"), ("alias.md", "real/a.md"), ("folder", "real"),
        ("hook", ".git/config"), ("self", "self"),
      ] {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(name)", withDestinationPath: target)
      }
      let (skill, diagnostics) = Self.read(folder)
      #expect(skill?.files.map(\.path) == ["alias.md", "folder/a.md", "real/a.md"])
      #expect(skill?.files.allSatisfy { $0.bytes == Array("a".utf8) } == true)
      #expect(diagnostics.allSatisfy { $0.severity == .warning && $0.code == "file-left-out" })
      let text = diagnostics.map(\.message).joined(separator: "\n")
      for part in ["'absolute'", "'gone'", "'folder/back'", "'hook'"] { #expect(text.contains(part), "\(part)") }
    }
  }

  @Test func aSkillMayBeNamedByALink() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["real/SKILL.md": Fixtures.document, "real/a": "a"], in: folder)
      try FileManager.default.createSymbolicLink(atPath: folder + "/alias", withDestinationPath: "real")
      #expect(Self.read(folder + "/alias").0?.files.map(\.path) == ["a"])
    }
  }

  @Test func theDocumentMustBeARegularFile() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["other.md": Fixtures.document], in: folder)
      try FileManager.default.createSymbolicLink(atPath: folder + "/SKILL.md", withDestinationPath: "other.md")
      #expect(Self.read(folder).1.map(\.code) == ["skill-md-not-a-file"])
    }
  }

  @Test func anotherLetterCaseIsTakenWithAWarning() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["Skill.md": Fixtures.document], in: folder)
      let (skill, diagnostics) = Self.read(folder)
      #expect(skill?.files.isEmpty == true)
      #expect(diagnostics.map(\.code) == ["skill-md-case"])
      #expect(skill?.document.path == "demo/Skill.md")
    }
  }

  @Test func aSkillInsideBelongsToTheOuterOne() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(
        ["SKILL.md": Fixtures.document, "skills/inner/SKILL.md": Fixtures.document],
        in: folder
      )
      let (skill, diagnostics) = Self.read(folder)
      #expect(skill?.files.map(\.path) == ["skills/inner/SKILL.md"])
      #expect(diagnostics.map(\.description).first?.contains("note: 'skills/inner/SKILL.md' belongs") == true)
    }
  }

  @Test func oddNamesAreLeftOutOrRemarkedOn() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["SKILL.md": Fixtures.document, "a\nb": "x", "\u{1B}[0m": "x"], in: folder)
      try ScratchFolder.write(["run\u{202E}fdp.sh": "x", "fine": "x"], in: folder)
      let (skill, diagnostics) = Self.read(folder)
      #expect(skill?.files.map(\.path) == ["fine", "run\u{202E}fdp.sh"])
      #expect(diagnostics.map(\.code) == ["file-left-out", "misleading-path"])
      let text = diagnostics.map(\.description).joined()
      #expect(text.contains("\\u{1B}") && text.contains("\\u{202E}") && text.contains("and so for 1 more"))
    }
  }

  @Test func pipesAreNotOpened() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["SKILL.md": Fixtures.document], in: folder)
      #expect(mkfifo(folder + "/pipe", 0o600) == 0)
      let (skill, diagnostics) = Self.read(folder)
      #expect(skill?.files.isEmpty == true)
      #expect(diagnostics.map(\.code) == ["file-left-out"])
    }
  }

  @Test func limitsHold() throws {
    try ScratchFolder.with { folder in
      try ScratchFolder.write(["SKILL.md": Fixtures.document, "a": "12345678", "b/c": "12345678"], in: folder)
      func codes(_ change: (inout SkillReader.Limits) -> Void) -> [String] {
        var limits = SkillReader.Limits()
        change(&limits)
        return Self.read(folder, limits: limits).1.map(\.code)
      }
      #expect(codes { $0.fileBytes = 7 } == ["file-too-large"])
      #expect(codes { $0.totalBytes = 15 } == ["skill-too-large"])
      #expect(codes { $0.totalBytes = 16 } == [])
      #expect(codes { $0.files = 2 } == ["too-many-files"])
      #expect(codes { $0.files = 3 } == [])
      #expect(codes { $0.documentBytes = 7 } == ["document-too-large"])
    }
  }

  @Test func skillsAreDiscovered() throws {
    try ScratchFolder.with { folder in
      let document = Fixtures.document
      try ScratchFolder.write(
        [
          "b.skill": document, "a/SKILL.md": document, "a/inner/SKILL.md": document, "a/x.skill": document,
          ".claude/skills/c/skill.md": document, ".agents/d.skill": document, ".build/e.skill": document,
          ".git/f.skill": document, "node_modules/g.skill": document, "Sources/App/h.skill": document,
          "Sources/App/main.swift": "", "i.skill/SKILL.md": document, ".skill": document, "j.skill.bak": document,
          ".cache/k.skill": document,
        ],
        in: folder
      )
      try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: ".")
      let found = SkillReader.discover(in: folder + "/").map { String($0.dropFirst(folder.count + 1)) }
      #expect(found == [".agents/d.skill", ".claude/skills/c", "Sources/App/h.skill", "a", "b.skill", "i.skill"])
      #expect(SkillReader.discover(in: folder + "/a") == [folder + "/a"])
      #expect(SkillReader.discover(in: folder + "/none").isEmpty)
    }
  }
}
