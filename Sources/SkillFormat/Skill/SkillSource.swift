/// A skill as it was read from a text, a bundle or a folder, before anything is made of it.
package struct SkillSource: Sendable {
  /// A file that travels with the SKILL.md.
  package struct File: Hashable, Sendable {
    /// Relative to the skill's folder, with `/` between its parts.
    package var path: String
    package var bytes: [UInt8]
    package var isExecutable: Bool

    package init(path: String, bytes: [UInt8], isExecutable: Bool) {
      self.path = path
      self.bytes = bytes
      self.isExecutable = isExecutable
    }
  }

  package enum Shape: Hashable, Sendable { case text, bundle, folder }

  /// The path as the caller gave it.
  package var path: String
  package var shape: Shape
  /// The name of the folder, of a bundle's top folder, or of a text's file without its extension.
  package var folderName: String
  /// The SKILL.md. Its path is what diagnostics show: the file itself, or `bundle.skill` for a bundle.
  package var document: SourceText
  /// All other files, sorted by path.
  package var files: [File]

  package init(path: String, shape: Shape, folderName: String, document: SourceText, files: [File]) {
    self.path = path
    self.shape = shape
    self.folderName = folderName
    self.document = document
    self.files = files
  }
}
