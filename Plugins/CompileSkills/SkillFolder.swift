import Foundation

/// Finds skills and their files. SwiftPM's own list of a target's files leaves out folders that are excluded or whose
/// names begin with a dot, and skills lie in both.
enum SkillFolder {
  private static let skipped: Set<String> = [".git", ".build", ".svn", ".swiftpm", "node_modules", "__pycache__"]
  private static let hiddenHomes: Set<String> = [".claude", ".agents"]

  /// Every `.skill` file and every folder with a SKILL.md below a folder, sorted by path.
  static func skills(below directory: URL) -> [URL] {
    var found: [URL] = []
    for entry in entries(of: directory) {
      if entry.pathExtension == "skill" {
        found.append(entry)
      } else if isDirectory(entry), isVisited(entry) {
        found += isSkill(entry) ? [entry] : skills(below: entry)
      }
    }
    return found.sorted { $0.path(percentEncoded: false) < $1.path(percentEncoded: false) }
  }

  /// Every file of a skill, sorted by path.
  static func files(of skill: URL) -> [URL] {
    guard isDirectory(skill) else { return [skill] }
    return entries(of: skill).flatMap { entry in
      isDirectory(entry) ? (skipped.contains(entry.lastPathComponent) ? [] : files(of: entry)) : [entry]
    }
  }

  /// Whether a SKILL.md lies in a folder itself.
  static func isSkill(_ directory: URL) -> Bool {
    entries(of: directory).contains { $0.lastPathComponent.lowercased() == "skill.md" }
  }

  private static func isVisited(_ directory: URL) -> Bool {
    let name = directory.lastPathComponent
    return !skipped.contains(name) && (!name.hasPrefix(".") || hiddenHomes.contains(name))
  }

  private static func entries(of directory: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path(percentEncoded: false))) ?? []
    return names.sorted().map { directory.appending(path: $0) }
  }

  /// A linked folder does not count: links could lead round in circles.
  private static func isDirectory(_ url: URL) -> Bool {
    let values = try? url.resourceValues(forKeys: [.isDirectoryKey, .isSymbolicLinkKey])
    return values?.isDirectory == true && values?.isSymbolicLink != true
  }
}
