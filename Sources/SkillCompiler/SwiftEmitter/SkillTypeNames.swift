package import SkillFormat

/// The Swift types of all skills of one module.
package enum SkillTypeNames {
  /// A skill to be named.
  package struct Skill: Sendable {
    package var name: String
    /// The name of its folder or file, which tells skills of one name apart.
    package var folderName: String
    /// The document, as diagnostics show it.
    package var path: String
    package var location: SourceLocation

    package init(name: String, folderName: String, path: String, location: SourceLocation) {
      self.name = name
      self.folderName = folderName
      self.path = path
      self.location = location
    }
  }

  /// A distinct type name for each skill, in order; nil, with an error that names both, where two skills cannot be
  /// told apart.
  ///
  /// A name depends on the skills it would clash with and on nothing else, not on order. Skills that would share a
  /// name are told apart by the separators in theirs: `x-y` becomes `X_Y` beside `xY`. Skills of one and the same name
  /// are called after their folders, with a warning.
  package static func assign(
    _ skills: [Skill],
    module: String?,
    diagnostics: inout Diagnostics
  ) -> [String?] {
    var reserved = SwiftName.reservedTypes
    if let module { reserved.insert(module) }
    let plain = skills.map {
      SwiftName.type($0.name, fallback: "UnnamedSkill", reserved: reserved, suffix: "Skill")
    }
    var names = plain
    for indices in clashes(in: names) {
      for index in indices {
        names[index] = SwiftName.exactType(
          skills[index].name,
          fallback: plain[index],
          reserved: reserved,
          suffix: "Skill"
        )
      }
    }
    for indices in clashes(in: names) {
      for (position, index) in indices.enumerated() {
        let skill = skills[index]
        let other = skills[indices[position == 0 ? 1 : 0]]
        let shared = names[index]
        names[index] = SwiftName.exactType(skill.folderName, fallback: shared, reserved: reserved, suffix: "Skill")
        diagnostics.report(
          Diagnostic(
            .warning,
            "skill-name-shared",
            """
            the skill '\(skill.name)' has the same name as the skill of '\(other.path)', so that its Swift type is \
            '\(names[index])' after its folder; rename one of them
            """,
            file: skill.path,
            at: skill.location
          )
        )
      }
    }
    var result: [String?] = names
    for indices in clashes(in: names) {
      for index in indices.dropFirst() {
        result[index] = nil
        let (skill, other) = (skills[index], skills[indices[0]])
        diagnostics.report(
          Diagnostic(
            .error,
            "skill-name-collision",
            """
            the skill '\(skill.name)' and the skill '\(other.name)' of '\(other.path)' would both be the Swift type \
            '\(names[index])'; rename one of them
            """,
            file: skill.path,
            at: skill.location
          )
        )
      }
    }
    return result
  }

  /// The groups of equal names, each in order.
  private static func clashes(in names: [String]) -> [[Int]] {
    Dictionary(grouping: names.indices) { names[$0] }.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
