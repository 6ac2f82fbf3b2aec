import SkillIR
import Testing

@Suite struct SkillTypeTests {
  @Test(arguments: ["String", "[Int]", "[String: [Region?]]", "File?", "JSON"])
  func spellingsRoundTrip(_ text: String) {
    #expect(SkillType(spelling: text)?.description == text)
  }

  @Test(arguments: ["", "[", "[Int", "[Int: String]", "3D", "Int Int"])
  func nonsenseIsRefused(_ text: String) {
    #expect(SkillType(spelling: text) == nil)
  }
}
