import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread, .enabled(if: Corpus.isThere)) struct SkillReaderCorpusTests {
  private typealias Fixtures = SkillReaderFixtures

  private static func read(_ path: String) -> (SkillSource?, Diagnostics) {
    var diagnostics = Diagnostics()
    let skill = SkillReader.read(path: path, diagnostics: &diagnostics)
    #expect((skill == nil) == diagnostics.hasErrors, "\(path)")
    return (skill, diagnostics)
  }

  private static func check(_ path: String, _ end: String) {
    let (skill, diagnostics) = read(path)
    switch end {
    case "reject":
      #expect(skill == nil, "\(path)")
      #expect(diagnostics.all.count { $0.severity == .error } == 1, "\(path)")
    case "accept": #expect(skill != nil, "\(path): \(diagnostics.all)")
    case "diagnose": #expect(skill == nil || diagnostics.all.contains { $0.severity == .warning }, "\(path)")
    default: break
    }
    for diagnostic in diagnostics.all {
      #expect(diagnostic.description == diagnostic.description.escapingControls(), "\(path)")
    }
    let (again, same) = read(path)
    #expect(again?.files == skill?.files && again?.document.bytes == skill?.document.bytes)
    #expect(same.all == diagnostics.all)
  }

  /// Every path under a folder with its size and time of change.
  private static func listing(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().map { path in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
      return "\(path) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
    }
  }

  @Test func hostileBundlesEndAsExpectedAndWriteNothing() throws {
    let corpus = try #require(Corpus.root).path
    let cases = try Corpus.hostileExpectations("bundles")
    #expect(cases.count >= 70)
    try ScratchFolder.with { folder in
      // Two folders down, so that a bundle that climbs out is seen too.
      try FileManager.default.createDirectory(atPath: folder + "/a/b", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: corpus + "/hostile/bundles", toPath: folder + "/a/b/bundles")
      let before = try Self.listing(folder)
      for (name, end) in cases {
        // A `.skill` may be text like a SKILL.md, which this one is; the table was written for readers of zips only.
        // That a folder's name differs from the skill's is seen once the front matter is read.
        let isOthersPart = name == "layout-name-differs"
        Self.check(
          "\(folder)/a/b/bundles/\(name).skill",
          name == "not-a-zip-text" || isOthersPart ? "accept" : end
        )
      }
      #expect(try Self.listing(folder) == before)
    }
    for marker in ["/tmp/PWNED_MARKER", FileManager.default.currentDirectoryPath + "/PWNED_MARKER"] {
      #expect(!FileManager.default.fileExists(atPath: marker))
    }
  }

  /// The error is about what is wrong, not about something met on the way.
  @Test(arguments: [
    ("slip-dotdot", "unsafe-path", "PWNED_MARKER"), ("slip-double-slash", "unsafe-path", "demo//"),
    ("abs-drive", "unsafe-path", "C:"), ("symlink-skill-md", "zip-special-file", "link"),
    ("symlink-dir-then-file", "zip-special-file", "'demo/up'"), ("device-node", "zip-special-file", "demo/null"),
    ("bomb-ratio", "zip-too-large", "demo/big.txt"), ("bomb-understated", "zip-damaged", "10 bytes"),
    ("bomb-overstated", "zip-too-large", "demo/big.txt"), ("bomb-overlap", "zip-damaged", "demo/k"),
    ("truncated-tail", "zip-damaged", "cut off"), ("empty-file", "empty-document", "empty"),
    ("empty-archive", "no-skill-md", "SKILL.md"), ("dir-size-lies", "zip-damaged", "directory"),
    ("name-mismatch", "zip-damaged", "evil.txt"), ("local-offset-loop", "zip-damaged", "demo/x.txt"),
    ("duplicate-skill-md", "zip-duplicate-name", "twice"), ("case-duplicate", "zip-duplicate-name", "demo/skill.md"),
    ("nfc-nfd-duplicate", "zip-duplicate-name", "normal form"), ("file-and-folder", "zip-duplicate-name", "'demo/a'"),
    ("name-bad-utf8", "zip-name-encoding", "UTF-8"), ("name-nul", "control-character-in-path", "U+0000"),
    ("name-escape-seq", "control-character-in-path", "U+001B"), ("name-long", "path-too-long", "1024"),
    ("name-deep", "path-too-long", "1024 bytes"), ("encrypted", "zip-encrypted", "demo/x.md"),
    ("method-bzip2", "zip-method", "bzip2"), ("method-unknown", "zip-method", "99"),
    ("crc-wrong", "zip-damaged", "checksum"), ("deflate-broken", "zip-damaged", "inflated"),
    ("layout-two-roots", "several-roots", "'demo2'"), ("layout-deep", "no-skill-md", "a/b/demo/SKILL.md"),
    ("layout-no-skill-md", "no-skill-md", "'demo'"), ("not-a-zip-gzip", "not-a-zip", "gzip"),
  ])
  func hostileBundlesAreRefusedForTheRightReason(name: String, code: String, word: String) throws {
    let corpus = try #require(Corpus.root).path
    let error = try #require(Self.read("\(corpus)/hostile/bundles/\(name).skill").1.all.first)
    #expect(error.code == code)
    #expect(error.message.contains(word), "\(error.message)")
  }

  @Test func hostileFoldersEndAsExpected() throws {
    let corpus = try #require(Corpus.root).path
    let cases = try Corpus.hostileExpectations("folders")
    #expect(cases.count >= 200)
    for (name, end) in cases {
      let isReaders = name.hasPrefix("bytes-") || name.hasPrefix("folder-")
      // What the others hold wrong is in the front matter or the Markdown, so they are texts to the reader.
      Self.check("\(corpus)/hostile/folders/\(name)", isReaders ? end : "either")
      if !isReaders, !name.hasPrefix("name-nul") {
        #expect(Self.read("\(corpus)/hostile/folders/\(name)").0 != nil, "\(name)")
      }
    }
  }

  @Test func realSkillsAreReadWhole() throws {
    let corpus = try #require(Corpus.root).path
    let found = SkillReader.discover(in: corpus + "/fixtures")
    #expect(found.count == 8)
    for path in found { #expect(Self.read(path).1.all.isEmpty, "\(path)") }
  }

  /// The bundles hold what another reader of zips finds in them.
  @Test(.enabled(if: ChildProgram.hasPython)) func bundlesEqualWhatAnotherReaderExtracts() throws {
    let corpus = try #require(Corpus.root).path
    let program = """
      import base64, json, sys, zipfile
      zip = zipfile.ZipFile(sys.argv[1])
      print(json.dumps({i.filename: [base64.b64encode(zip.read(i)).decode(), bool(i.external_attr >> 16 & 0o111)]
                        for i in zip.infolist() if not i.is_dir()}))
      """
    let bundles = try FileManager.default.contentsOfDirectory(atPath: corpus + "/bundles").filter {
      $0.hasSuffix(".skill")
    }
    #expect(bundles.count == 7)
    for bundle in bundles {
      let path = "\(corpus)/bundles/\(bundle)"
      let (skill, diagnostics) = Self.read(path)
      let source = try #require(skill)
      #expect(diagnostics.all.isEmpty)
      var expected = try #require(
        JSONSerialization.jsonObject(with: Data(ChildProgram.python(program, [path]).utf8)) as? [String: [Any]]
      )
      let document = expected.removeValue(forKey: source.folderName + "/SKILL.md")
      #expect(document?.first as? String == Data(source.document.bytes).base64EncodedString())
      #expect(source.files.count == expected.count)
      for file in source.files {
        let facts = expected["\(source.folderName)/\(file.path)"]
        #expect(facts?[0] as? String == Data(file.bytes).base64EncodedString(), "\(file.path)")
        #expect(facts?[1] as? Bool == file.isExecutable, "\(file.path)")
      }
    }
  }
}
