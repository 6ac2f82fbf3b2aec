import Foundation
import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread) struct ZipArchiveTests {
  typealias Entry = ZipWriter.Entry

  private static let demo = Entry("demo/SKILL.md", SkillReaderFixtures.document)

  /// The code of the failure that a zip of the demo skill and further entries gives, with the name of its entry.
  private static func failure(
    _ entries: [Entry],
    limits: ZipArchive.Limits = .init()
  ) -> (code: String, entry: String?)? {
    failure(of: ZipWriter.write([demo] + entries), limits: limits)
  }

  private static func failure(
    of bytes: [UInt8],
    limits: ZipArchive.Limits = .init()
  ) -> (code: String, entry: String?)? {
    do throws(ZipArchive.Failure) {
      var archive = try ZipArchive(bytes: bytes, limits: limits)
      for entry in archive.entries { _ = try archive.contents(of: entry) }
      return nil
    } catch {
      return (error.code, error.entry)
    }
  }

  @Test func aPlainZipIsRead() throws {
    var archive = try ZipArchive(
      bytes: ZipWriter.write([
        Entry("demo/"), Self.demo, ZipWriter.with(Entry("demo/run.sh", "echo")) { $0.mode = 0o104755 },
      ])
    )
    #expect(archive.entries.map(\.path) == ["demo", "demo/SKILL.md", "demo/run.sh"])
    #expect(archive.entries.map(\.isFolder) == [true, false, false])
    #expect(archive.entries.map(\.isExecutable) == [false, false, true])
    #expect(try archive.contents(of: archive.entries[2]) == Array("echo".utf8))
  }

  @Test(arguments: [
    ("/etc/passwd", "unsafe-path"), ("C:x", "unsafe-path"), ("..", "unsafe-path"), ("../x", "unsafe-path"),
    ("demo/../../x", "unsafe-path"), ("demo//x", "unsafe-path"), ("demo/./x", "unsafe-path"),
    ("./demo/x", "unsafe-path"), ("demo\\x", "unsafe-path"), ("\\\\host\\x", "unsafe-path"), ("", "unsafe-path"),
    ("/", "unsafe-path"), ("demo/x//", "unsafe-path"), ("demo/..", "unsafe-path"), ("demo/../", "unsafe-path"),
    ("demo/a\nb", "control-character-in-path"), ("demo/a\0b", "control-character-in-path"),
    ("demo/\u{1B}[31m", "control-character-in-path"), ("demo/\u{85}", "control-character-in-path"),
    ("demo/\u{2028}", "control-character-in-path"),
    ("demo/SKILL.md", "zip-duplicate-name"), ("demo/skill.md", "zip-duplicate-name"),
    ("DEMO/x.md", "zip-duplicate-name"), ("demo/SKILL.md/x", "zip-duplicate-name"), ("demo", "zip-duplicate-name"),
  ])
  func unsafeNamesAreRefused(name: String, code: String) {
    let failure = Self.failure([Entry(name)])
    #expect(failure?.code == code)
    #expect(failure?.entry == name || name.last == "/")
  }

  struct FalseEntry: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: String
    var change: @Sendable (inout Entry) -> Void

    init(_ what: String, _ code: String, _ change: @escaping @Sendable (inout Entry) -> Void) {
      testDescription = what
      self.code = code
      self.change = change
    }
  }

  @Test(arguments: [
    FalseEntry("link", "zip-special-file") { $0.mode = 0o120777 },
    FalseEntry("device", "zip-special-file") { $0.mode = 0o020666 },
    FalseEntry("pipe", "zip-special-file") { $0.mode = 0o010666 },
    FalseEntry("link of another system", "zip-special-file") { ($0.mode, $0.host) = (0o120777, 0) },
    FalseEntry("folder without slash", "zip-special-file") { $0.mode = 0o040755 },
    FalseEntry("encrypted", "zip-encrypted") { $0.flags |= 1 },
    FalseEntry("strongly encrypted", "zip-encrypted") { $0.flags |= 0x41 },
    FalseEntry("bzip2", "zip-method") { $0.method = 12 },
    FalseEntry("checksum", "zip-damaged") { $0.checksum = 1 },
    FalseEntry("stored size", "zip-damaged") { $0.size = 3 },
    FalseEntry("deflate", "zip-damaged") { $0.method = 8 },
    FalseEntry("claimed size", "zip-too-large") { ($0.method, $0.size) = (8, .max - 1) },
    FalseEntry("other local name", "zip-damaged") { $0.localName = Array("demo/y".utf8) },
    FalseEntry("another's local header", "zip-damaged") { $0.sharedWith = 0 },
    FalseEntry("extra field too long", "zip-damaged") { $0.extra = [1, 0, 0x60, 0xEA] },
    FalseEntry("not UTF-8", "zip-name-encoding") { $0.name = Array("demo/".utf8) + [0xFF] },
    FalseEntry("overlong UTF-8", "zip-name-encoding") { $0.name = Array("demo/".utf8) + [0xC0, 0xAE, 0xC0, 0xAE] },
  ])
  func falseEntriesAreRefused(entry: FalseEntry) {
    #expect(Self.failure([ZipWriter.with(Entry("demo/x", "text"), entry.change)])?.code == entry.code)
  }

  /// Folders may be listed twice, so nothing but the overlap speaks against these.
  @Test func overlappingEntriesAreRefused() {
    let again = ZipWriter.with(Entry("demo/x/")) { $0.sharedWith = 1 }
    #expect(Self.failure([Entry("demo/x/"), Entry("demo/x/")]) == nil)
    #expect(Self.failure([Entry("demo/x/"), again])?.code == "zip-damaged")
  }

  @Test func limitsHoldForOneEntryAllEntriesAndTheirNumber() {
    let entries = [Entry("demo/a", "12345678"), Entry("demo/b", "12345678")]
    var limits = ZipArchive.Limits()
    limits.entryBytes = 60
    limits.totalBytes = SkillReaderFixtures.document.utf8.count + 15
    #expect(Self.failure(entries, limits: limits)?.code == "zip-too-large")
    limits.totalBytes += 1
    #expect(Self.failure(entries, limits: limits) == nil)
    limits.entries = 2
    #expect(Self.failure(entries, limits: limits)?.code == "zip-too-large")
    limits = .init()
    limits.entryBytes = 7
    #expect(Self.failure(entries, limits: limits)?.code == "zip-too-large")
  }

  @Test func namesWithoutAnEncodingAreReadAsUTF8OrCodePage437() throws {
    let unmarked = ZipWriter.with(Entry("demo/caf\u{E9}.md")) { $0.flags = 0 }
    let old = ZipWriter.with(Entry("demo/na")) {
      $0.flags = 0
      $0.name += [0x8B, 0x76, 0x65]
    }
    let archive = try ZipArchive(bytes: ZipWriter.write([unmarked, old]))
    #expect(archive.entries.map(\.path) == ["demo/caf\u{E9}.md", "demo/na\u{EF}ve"])
    #expect(archive.remarks.map(\.problem) == [.codePage])
  }

  @Test(arguments: ["demo/run\u{202E}fdp.sh", "demo/CON", "demo/com1.txt", "demo/a.", "demo/b /x"])
  func oddNamesAreRemarkedOn(name: String) throws {
    let archive = try ZipArchive(bytes: ZipWriter.write([Entry(name)]))
    #expect(archive.remarks.map(\.entry) == [name])
  }

  @Test func theEndRecordMustBeTheOneAtTheEnd() {
    let zip = ZipWriter.write([Self.demo])
    let end = Array(zip.suffix(22))
    // A comment may hold what looks like an end record, unless it fits as well as the real one.
    #expect(Self.failure(of: ZipWriter.write([Self.demo], comment: end + [0x20])) == nil)
    #expect(Self.failure(of: ZipWriter.write([Self.demo], comment: [0x20] + end))?.code == "zip-damaged")
    #expect(Self.failure(of: zip + [0])?.code == "zip-damaged")
    #expect(Self.failure(of: [0] + zip)?.code == "zip-damaged")
    #expect(Self.failure(of: []) != nil)
  }

  @Test func everyCutIsRefused() {
    let zip = ZipWriter.write([Self.demo, Entry("demo/x", "text")])
    for length in zip.indices { #expect(Self.failure(of: Array(zip[..<length])) != nil) }
    for start in zip.indices.dropFirst() { #expect(Self.failure(of: Array(zip[start...])) != nil) }
  }

  @Test func anEmptyZipHasNoEntries() throws {
    #expect(try ZipArchive(bytes: ZipWriter.write([])).entries.isEmpty)
  }

  /// Zips of another writer, in every form it knows, come back as they went in.
  @Test(.enabled(if: ChildProgram.hasPython)) func zipsOfAnotherWriterAreRead() throws {
    let program = """
      import io, json, os, random, sys, zipfile
      folder = sys.argv[1]
      rng = random.Random(7)
      class Stream(io.RawIOBase):
          # Cannot seek, so that the writer needs data descriptors.
          def __init__(self, file): self.file = file
          def writable(self): return True
          def write(self, data): return self.file.write(data)
      files = {
          'demo/SKILL.md': b'---\\nname: demo\\ndescription: d\\n---\\n',
          'demo/empty': b'', 'demo/one': b'1', 'demo/zeros': bytes(300_000),
          'demo/noise': rng.randbytes(70_000), 'demo/deep/er/text.md': b'line\\n' * 5000,
          'demo/\\u8d44\\u6599.md': '\\u8d44\\u6599'.encode(), 'demo/with blank': b'x' * 65536,
      }
      manifest = {}
      for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
          for level in (1, 9):
              for form in ('plain', 'zip64', 'stream', 'stream64', 'comment', 'folders'):
                  path = os.path.join(folder, f'{method}-{level}-{form}.zip')
                  with open(path, 'wb') as file:
                      target = Stream(file) if form.startswith('stream') else file
                      with zipfile.ZipFile(target, 'w', method, compresslevel=level) as zip:
                          if form == 'folders':
                              zip.mkdir('demo') if hasattr(zip, 'mkdir') else zip.writestr('demo/', b'')
                          for name, data in files.items():
                              info = zipfile.ZipInfo(name)
                              info.compress_type = method
                              info.external_attr = (0o100755 if 'one' in name else 0o100600) << 16
                              with zip.open(info, 'w', force_zip64=form.endswith('64')) as entry: entry.write(data)
                          if form == 'comment': zip.comment = b'c' * 65535
      print(json.dumps({name: [len(data), sum(data), data[:64].hex(), data[-64:].hex()] for name, data in files.items()}))
      """
    try ScratchFolder.with { folder in
      let manifest = try #require(
        JSONSerialization.jsonObject(with: Data(ChildProgram.python(program, [folder]).utf8)) as? [String: [Any]]
      )
      let zips = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(zips.count == 24)
      for zip in zips.sorted() {
        var archive = try ZipArchive(bytes: Array(Data(contentsOf: URL(filePath: "\(folder)/\(zip)"))))
        let files = archive.entries.filter { !$0.isFolder }
        #expect(Set(files.map(\.path)) == Set(manifest.keys), "\(zip)")
        for file in files {
          let bytes = try archive.contents(of: file)
          let facts = try #require(manifest[file.path])
          #expect(bytes.count == facts[0] as? Int)
          #expect(bytes.reduce(0) { $0 + Int($1) } == facts[1] as? Int)
          #expect(
            Self.hex(bytes.prefix(64)) == facts[2] as? String && Self.hex(bytes.suffix(64)) == facts[3] as? String
          )
          #expect(file.isExecutable == (file.path == "demo/one"))
        }
      }
    }
  }

  private static func hex(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
