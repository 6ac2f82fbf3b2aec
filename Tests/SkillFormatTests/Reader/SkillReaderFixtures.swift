/// What the tests of zips and skills share.
enum SkillReaderFixtures {
  static let document = "---\nname: demo\ndescription: Use when testing.\n---\n\n# demo\n"
}
