import Foundation
import SkillFormat
import TestSupport
import Testing

/// Mutations of front matter, the same ones on every run.
@Suite(.onOwnThread) struct FrontMatterFuzzTests {
  private static let snippets = [
    ": ", ":", " #", "- ", "? ", "\n", "\r\n", "\r", "\n  ", "\n\t", "\t", "'", "\"", "\\", "\\u12", "\\ud83d", "[",
    "]", "{", "}", ",", "|", ">", "|2-\n", ">+\n", "&a ", "*a", "!!str ", "!x", "%", "@", "`", "---", "\n---\n",
    "\n...\n", "<<: ", "é", "😀", "\u{85}", "\u{2028}", "\u{FEFF}", "\0", "~", "name: ", "\ndescription: ", "{\"a\": [",
  ]

  private static let samples: [String] = [
    "name: demo\ndescription: Use when: the user asks\nmetadata: {\"a\": {\"b\": [1, null]}}\n",
    "name: 'it''s'\ndescription: >-\n  one\n  two\n\n   three\nmetadata:\n  - a: b\n    c: d\n  - [e, f: g]\n",
    "? name\n: demo\ndescription: \"a \\\n  b\\x41\"\nx: &a {k: v}\ny: [*a, *a]\nz:\n  <<: *a\n  b: |2+\n     c\n\n",
  ]

  private func seeds() throws -> [[UInt8]] {
    let skills = Corpus.isThere ? try Corpus.skills(in: "clawhub-dev") : []
    let real = skills.compactMap { try? Array(Data(contentsOf: URL(filePath: $0 + "/SKILL.md")).prefix(700)) }
    return real + Self.samples.map { Array("---\n\($0)---\n# Body\n".utf8) }
  }

  @Test func mutatedFrontMatterIsReadOrRefusedAndNeverCrashes() throws {
    var generator = SplitMix(seed: 42)
    let seeds = try seeds()
    var accepted = 0
    for _ in 0..<20_000 {
      let seed = seeds.randomElement(using: &generator) ?? []
      let bytes = generator.mutated(seed, pieces: Self.snippets, changes: 1...4)
      let source = SourceText(path: "SKILL.md", bytes: bytes)
      var diagnostics = Diagnostics()
      let result = FrontMatter.read(from: source, folderName: "demo", diagnostics: &diagnostics)
      guard (result == nil) == diagnostics.hasErrors else {
        Issue.record("result and errors disagree: \(String(decoding: bytes, as: UTF8.self))")
        return
      }
      guard let result else { continue }
      accepted += 1
      guard result.bodyStart <= bytes.count, isInside(result.frontMatter.root, bytes.count) else {
        Issue.record("a range lies outside the text: \(String(decoding: bytes, as: UTF8.self))")
        return
      }
    }
    #expect(accepted > 1_000)
  }

  @Test func anyRangeOfAnyBytesIsReadOrRefused() {
    var generator = SplitMix(seed: 7)
    for _ in 0..<5_000 {
      let sample = Array((Self.samples.randomElement(using: &generator) ?? "").utf8)
      let bytes = generator.mutated(sample, pieces: Self.snippets, changes: 1...8)
      let source = SourceText(path: "x", bytes: bytes)
      let start = Int.random(in: 0...bytes.count, using: &generator)
      let range = SourceRange(start, Int.random(in: start...bytes.count, using: &generator))
      var diagnostics = Diagnostics()
      let node = YAMLParser.parse(source, in: range, diagnostics: &diagnostics)
      #expect((node == nil) == diagnostics.hasErrors)
    }
  }

  private func isInside(_ node: YAMLNode, _ count: Int) -> Bool {
    guard 0 <= node.range.start, node.range.start <= node.range.end, node.range.end <= count else { return false }
    switch node.content {
    case .scalar: return true
    case .sequence(let items): return items.allSatisfy { isInside($0, count) }
    case .mapping(let entries):
      return entries.allSatisfy { $0.keyRange.end <= count && isInside($0.value, count) }
    }
  }
}
