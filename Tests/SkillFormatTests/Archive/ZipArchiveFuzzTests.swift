import SkillFormat
import TestSupport
import Testing

@Suite(.onOwnThread) struct ZipArchiveFuzzTests {
  /// Whatever is done to a zip, reading it ends in a skill or in an error, inside its limits.
  @Test func mutatedZipsAreReadOrRefused() throws {
    var seeds = [
      ZipWriter.write([
        ZipWriter.Entry("demo/SKILL.md", SkillReaderFixtures.document), ZipWriter.Entry("demo/a/b", "text"),
        ZipWriter.Entry("demo/a/c.sh", "echo"), ZipWriter.Entry("demo/\u{E9}", "more"),
      ])
    ]
    if Corpus.isThere {
      for name in ["valid-zip64", "valid-data-descriptor", "layout-with-dirs", "fake-end-in-comment", "bomb-ratio"] {
        seeds.append(try Corpus.bytes("hostile/bundles/\(name).skill"))
      }
      seeds.append(try Corpus.bytes("bundles/csv-report.skill"))
    }
    var limits = SkillReader.Limits()
    limits.fileBytes = 1 << 20
    limits.totalBytes = 2 << 20
    var random = SplitMix(seed: 2024)
    var readable = 0
    for round in 0..<5000 {
      let bytes = Self.mutated(seeds[round % seeds.count], &random)
      var diagnostics = Diagnostics()
      let skill = SkillReader.read(bytes, path: "fuzz.skill", limits: limits, diagnostics: &diagnostics)
      #expect((skill == nil) == diagnostics.hasErrors, "round \(round)")
      guard let skill else { continue }
      readable += 1
      #expect(skill.files.reduce(0) { $0 + $1.bytes.count } <= limits.totalBytes)
    }
    // Both ends are reached, so the loop tests more than the first check.
    #expect((1..<5000).contains(readable))
  }

  private static func mutated(_ seed: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = seed
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[index] = 0xFF
      case 1: bytes[index] = 0
      case 2: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 3: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
      case 4: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...16, using: &random)))
      case 5: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 30)], at: index)
      case 6: for offset in index..<min(bytes.count, index + 4) { bytes[offset] = 0xFF }
      default:
        // The directory and end record lie at the end, where a change tells most.
        let near = max(0, bytes.count - 1 - Int.random(in: 0..<120, using: &random))
        bytes[near] = UInt8.random(in: .min ... .max, using: &random)
      }
    }
    return bytes
  }
}
