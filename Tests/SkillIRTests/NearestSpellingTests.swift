import SkillIR
import Testing

@Suite struct NearestSpellingTests {
  @Test(arguments: [
    ("licence", "license"), ("Descripton", "description"), ("allowed_tools", "allowed-tools"), ("NAME", "name"),
    ("nmae", "name"), ("names", "name"), ("nme", "name"), ("metadata ", "metadata"),
    ("metdaata", "metadata"),
  ])
  func aSlipOfThePenIsFound(name: String, expected: String) {
    let candidates = ["name", "description", "license", "metadata", "allowed-tools"]
    #expect(NearestSpelling.of(name, among: candidates) == expected)
    #expect(NearestSpelling.hint(for: name, among: candidates) == "; did you mean '\(expected)'?")
  }

  @Test(arguments: ["", "-", "case", "date", "title", "x", "name", String(repeating: "name", count: 100)])
  func anotherNameIsNot(name: String) {
    #expect(NearestSpelling.of(name, among: ["name", ""]) == nil)
    #expect(NearestSpelling.hint(for: name, among: ["name"]) == "")
  }

  @Test(arguments: [("f", "ff"), ("ff", "f"), ("mm", "m")])
  func aShortNameKeepsALetter(name: String, expected: String) {
    #expect(NearestSpelling.of(name, among: ["", "x", expected]) == expected)
  }

  @Test func ofEquallyNearOnesTheFirstBySpellingIsTaken() {
    #expect(NearestSpelling.of("bat", among: ["hat", "cat", "rat"]) == "cat")
  }
}
