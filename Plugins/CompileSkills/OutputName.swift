import Foundation

/// The names of the Swift files, which follow from the skills' paths.
enum OutputName {
  /// A name for each skill, in order, distinct even where letter case does not count.
  static func distinct(for skills: [URL]) -> [String] {
    var taken: Set<String> = []
    return skills.map { skill in
      let base = base(of: skill)
      var name = base
      var number = 2
      while !taken.insert(name.lowercased()).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return "\(name)+Skill.swift"
    }
  }

  /// The folder's or file's name, with whatever a build system might stumble over replaced.
  private static func base(of skill: URL) -> String {
    let name =
      skill.pathExtension == "skill" ? skill.deletingPathExtension().lastPathComponent : skill.lastPathComponent
    return String(
      name.unicodeScalars.map { scalar -> Character in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "-")
          ? Character(scalar) : "_"
      }
    )
  }
}
