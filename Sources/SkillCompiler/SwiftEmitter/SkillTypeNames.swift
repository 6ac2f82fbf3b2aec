package import SkillFormat

/// The Swift types of all skills of one module.
package enum SkillTypeNames {
  /// A skill to be named.
  package struct Skill: Sendable {
    package var name: String
    /// The document, as diagnostics show it.
    package var path: String
    package var location: SourceLocation

    package init(name: String, path: String, location: SourceLocation) {
      self.name = name
      self.path = path
      self.location = location
    }
  }

  /// A distinct type name for each skill, in order; nil, with an error that names both, where two skills cannot be
  /// told apart.
  ///
  /// A name depends on the skills it would clash with and on nothing else, not on order. Skills that would share a
  /// name are told apart by the separators in theirs: `x-y` becomes `X_Y` beside `xY`.
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
    var owners: [String: [Int]] = [:]
    for (index, name) in plain.enumerated() { owners[name, default: []].append(index) }
    var names: [String?] = plain
    for (name, indices) in owners where indices.count > 1 {
      for index in indices {
        let exact = SwiftName.exactType(skills[index].name, fallback: name, suffix: "Skill")
        names[index] = reserved.contains(exact) ? exact + "Skill" : exact
      }
    }
    var seen: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      guard let name else { continue }
      if let other = seen[name] {
        diagnostics.report(
          Diagnostic(
            .error,
            "skill-name-collision",
            """
            the skill '\(skills[index].name)' and the skill '\(skills[other].name)' of '\(skills[other].path)' would \
            both be the Swift type '\(name)'; rename one of them
            """,
            file: skills[index].path,
            at: skills[index].location
          )
        )
        names[index] = nil
      } else {
        seen[name] = index
      }
    }
    return names
  }
}
