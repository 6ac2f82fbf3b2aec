import SkillFormat
import TestSupport
import Testing

/// Mutations of front matter, the same ones on every run.
@Suite struct FrontMatterFuzzTests {
  private static let snippets: [[UInt8]] = [
    ": ", ":", " #", "- ", "? ", "\n", "\r\n", "\r", "\n  ", "\n\t", "\t", "'", "\"", "\\", "\\u12", "\\ud83d", "[",
    "]", "{", "}", ",", "|", ">", "|2-\n", ">+\n", "&a ", "*a", "!!str ", "!x", "%", "@", "`", "---", "\n---\n",
    "\n...\n", "<<: ", "é", "😀", "\u{85}", "\u{2028}", "\u{FEFF}", "\0", "~", "name: ", "\ndescription: ", "{\"a\": [",
  ].map { Array($0.utf8) }

  private static let samples: [String] = [
    "name: demo\ndescription: Use when: the user asks\nmetadata: {\"a\": {\"b\": [1, null]}}\n",
    "name: 'it''s'\ndescription: >-\n  one\n  two\n\n   three\nmetadata:\n  - a: b\n    c: d\n  - [e, f: g]\n",
    "? name\n: demo\ndescription: \"a \\\n  b\\x41\"\nx: &a {k: v}\ny: [*a, *a]\nz:\n  <<: *a\n  b: |2+\n     c\n\n",
  ]

  private func seeds() -> [[UInt8]] {
    let real = FrontMatterCorpus.registryDocuments.sorted { $0.key < $1.key }.map { document in
      Array(document.value.prefix(700))
    }
    return real + Self.samples.map { Array("---\n\($0)---\n# Body\n".utf8) }
  }

  @Test func mutatedFrontMatterIsReadOrRefusedAndNeverCrashes() {
    var generator = SplitMix(seed: 42)
    let seeds = seeds()
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = seeds.randomElement(using: &generator) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, with: &generator) }
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
      var bytes = (Self.samples.randomElement(using: &generator) ?? "").utf8.map { $0 }
      for _ in 0..<Int.random(in: 1...8, using: &generator) { mutate(&bytes, with: &generator) }
      let source = SourceText(path: "x", bytes: bytes)
      let start = Int.random(in: 0...bytes.count, using: &generator)
      let range = SourceRange(start, Int.random(in: start...bytes.count, using: &generator))
      var diagnostics = Diagnostics()
      let node = YAMLParser.parse(source, in: range, diagnostics: &diagnostics)
      #expect((node == nil) == diagnostics.hasErrors)
    }
  }

  private func mutate(_ bytes: inout [UInt8], with generator: inout SplitMix) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<5: bytes.insert(contentsOf: Self.snippets.randomElement(using: &generator) ?? [], at: place)
    case 5..<7:
      bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...6, using: &generator)))
    case 7:
      if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
    case 8: bytes.removeSubrange(place...)
    default:
      let copy = bytes[place..<min(bytes.count, place + Int.random(in: 1...60, using: &generator))]
      bytes.insert(contentsOf: copy, at: Int.random(in: 0...bytes.count, using: &generator))
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
