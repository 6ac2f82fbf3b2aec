package import SkillIR

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A skill as the build compiled it, which generated code names.
public struct CompiledSkill: Sendable {
  /// The name in the skill's front matter.
  public let name: String
  private let source: Source

  private enum Source: Sendable {
    case program(LoadedSkill)
    case image(SkillImageReference)
  }

  /// Creates a skill of an image that is read when the skill is first called.
  ///
  /// - Parameters:
  ///   - name: The skill's name.
  ///   - image: Where the image is, and which skill of it.
  @_spi(Generated) public init(name: String, image: SkillImageReference) {
    self.name = name
    source = .image(image)
  }

  /// Creates a skill of its program.
  ///
  /// - Parameters:
  ///   - program: What to run.
  ///   - files: The bytes of the files that travel with the skill, by path.
  package init(program: SkillProgram, files: [String: [UInt8]]) {
    name = program.name
    source = .program(LoadedSkill(program: program, files: files))
  }

  /// The program and its files.
  ///
  /// - Throws: Where the image is not there, damaged or another one.
  func load() throws -> LoadedSkill {
    switch source {
    case .program(let skill): skill
    case .image(let reference): try ImageCache.shared.skill(name, of: reference)
    }
  }
}

/// The place of a compiled skill in an image.
public struct SkillImageReference: Sendable {
  let digest: String
  let locate: @Sendable () -> URL?

  /// Creates a reference.
  ///
  /// - Parameters:
  ///   - digest: The skill's digest, by which generated code and image recognise each other.
  ///   - locate: Finds the image's file.
  @_spi(Generated) public init(digest: String, locate: @Sendable @escaping () -> URL?) {
    self.digest = digest
    self.locate = locate
  }
}

/// A skill in memory.
struct LoadedSkill: Sendable {
  var program: SkillProgram
  /// The bytes of the files that travel with the skill, by path.
  var files: [String: [UInt8]]

  func place(_ entry: EntryPoint) -> SkillError.Place {
    SkillError.Place(
      skill: program.name,
      entryPoint: entry.name,
      path: entry.source.path,
      line: entry.source.line
    )
  }
}
