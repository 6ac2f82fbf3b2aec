import SkillCompiler
import SkillFormat
import Testing

@Suite struct SwiftNameTests {
  @Test(arguments: [
    ("sales-brief", "SalesBrief"), ("class", "Class"), ("self", "SelfSkill"), ("Type", "TypeSkill"),
    ("3d-print", "Skill3dPrint"), ("123-456", "Skill123456"), ("_", "UnnamedSkill"), ("🚀-launch", "Launch"),
    ("技能", "技能"), ("café", "Café"), ("my.skill", "MySkill"), ("String", "StringSkill"), ("swift", "SwiftSkill"),
    ("de\u{200B}mo", "DeMo"), ("a`b\"c\\(d)", "ABCD"), ("٣d", "Skill٣d"),
  ])
  func skillNamesBecomeTypes(name: String, expected: String) {
    #expect(
      SwiftName.type(name, fallback: "UnnamedSkill", reserved: SwiftName.reservedTypes, suffix: "Skill") == expected
    )
  }

  @Test(arguments: [
    ("reply_to", "replyTo"), ("URL", "url"), ("outFile", "outFile"), ("2d", "value2d"), ("class", "class"),
    ("", "value"), ("--", "value"), ("a-b", "aB"), ("naïve", "naïve"), ("self", "selfValue"),
  ])
  func optionNamesBecomeLabels(name: String, expected: String) {
    #expect(SwiftName.member(name, fallback: "value", reserved: ["self"], suffix: "Value") == expected)
  }

  @Test func keywordsAreQuoted() {
    #expect(["class", "in", "name", "await"].map(SwiftName.quoted) == ["`class`", "`in`", "name", "`await`"])
  }

  private func assign(
    _ names: [String],
    folders: [String]? = nil,
    module: String? = nil
  ) -> (names: [String?], messages: [String]) {
    var diagnostics = Diagnostics()
    let result = SkillTypeNames.assign(
      zip(names, folders ?? names).map {
        .init(name: $0, folderName: $1, path: "\($1)/SKILL.md", location: SourceLocation(line: 2, column: 7))
      },
      module: module,
      diagnostics: &diagnostics
    )
    return (result, diagnostics.all.map(\.description))
  }

  @Test(arguments: [
    (["x-y", "xY"], ["X_y", "XY"]), (["data-1", "data1"], ["Data_1", "Data1"]), (["p--q", "p-q"], ["P__q", "P_q"]),
    (["a-b-c", "ab-c"], ["ABC", "AbC"]), (["self-", "self"], ["Self_", "SelfSkill"]),
  ])
  func skillsThatWouldCollideAreToldApartInAnyOrder(names: [String], expected: [String]) {
    #expect(assign(names).names == expected)
    #expect(assign(names.reversed()).names == expected.reversed())
  }

  @Test func skillsOfOneNameAreCalledAfterTheirFolders() {
    let (names, messages) = assign(["brief", "brief"], folders: ["ann__brief", "bob__brief"])
    #expect(names == ["Ann__brief", "Bob__brief"])
    #expect(messages.count == 2)
    #expect(messages[0].hasPrefix("ann__brief/SKILL.md:2:7: warning: the skill 'brief' has the same name as the skill"))
  }

  @Test func skillsThatCannotBeToldApartAreAnErrorThatNamesBoth() {
    let (names, messages) = assign(["brief", "brief"])
    #expect(names == ["Brief", nil])
    #expect(messages.contains { $0.hasPrefix("brief/SKILL.md:2:7: error: the skill 'brief' and the skill 'brief' of") })
  }

  @Test func aSkillNeverTakesItsModulesName() {
    #expect(assign(["brief"], module: "Brief").names == ["BriefSkill"])
  }
}
