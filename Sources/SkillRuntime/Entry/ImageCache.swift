import SkillIR
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The skills of images that this process has read.
final class ImageCache: Sendable {
  static let shared = ImageCache()
  /// By digest, which says it all.
  private let skills = Mutex<[String: LoadedSkill]>([:])

  func skill(_ name: String, of reference: SkillImageReference) throws -> LoadedSkill {
    if let skill = skills.withLock({ $0[reference.digest] }) { return skill }
    func invalid(_ message: String) -> SkillError {
      SkillError(.invalidImage, message, suggestion: "Build again, and ship the target's resources with the program.")
    }
    guard let url = reference.locate() else {
      throw invalid("the image of '\(name)' is not among the resources of its target")
    }
    let image: SkillImage
    do {
      image = try SkillImage(serialized: FileSystem.read(url.path))
    } catch {
      throw invalid("the image '\(url.path)' cannot be read: \(error)")
    }
    guard let entry = image.entries.first(where: { $0.digest == reference.digest }) else {
      let found = image[name] == nil ? "has no skill '\(name)'" : "has another version of '\(name)' than the program"
      throw invalid("the image '\(url.path)' \(found)")
    }
    let files = zip(entry.program.files, entry.contents).map { ($0.path, $1) }
    let skill = LoadedSkill(program: entry.program, files: Dictionary(files) { first, _ in first })
    skills.withLock { $0[reference.digest] = skill }
    return skill
  }
}
