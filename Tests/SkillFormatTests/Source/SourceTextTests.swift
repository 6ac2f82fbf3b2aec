import SkillFormat
import Testing

@Suite struct SourceTextTests {
  @Test func everyLineEndCounts() {
    let source = SourceText(path: "a", text: "one\r\ntwo\rthree\nfour")
    #expect(source.lineCount == 4)
    #expect((1...4).map { source[source.range(ofLine: $0)] } == ["one", "two", "three", "four"])
    #expect(source.location(at: 9) == SourceLocation(line: 3, column: 1))
  }
}
