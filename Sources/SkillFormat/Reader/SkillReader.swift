/// Reads a skill in any of its three shapes: a text, a zip bundle or a folder.
///
/// Nothing is written, and nothing outside the text, bundle or folder is read.
package enum SkillReader {
  /// How much of a skill is read; what goes beyond is an error.
  package struct Limits: Hashable, Sendable {
    /// The most bytes of a SKILL.md.
    package var documentBytes = 4 << 20
    /// The most bytes of a bundle as it is stored.
    package var bundleBytes = 64 << 20
    /// The most bytes of one bundled file.
    package var fileBytes = 32 << 20
    /// The most bytes of all bundled files together.
    package var totalBytes = 128 << 20
    /// The most files and folders.
    package var files = 10_000
    package var paths = PathRules()

    package init() {}
  }

  /// Reads the skill at a path.
  ///
  /// - Parameters:
  ///   - path: A text (`.md`, or a `.skill` that is text), a bundle (a zip), or a folder that holds a SKILL.md.
  ///   - displayPath: The path for diagnostics, where it is not the one that is read.
  ///   - limits: How much is read.
  ///   - diagnostics: Where errors, warnings and notes are added.
  /// - Returns: The skill; nil if, and only if, an error was reported.
  package static func read(
    path: String,
    displayPath: String? = nil,
    limits: Limits = Limits(),
    diagnostics: inout Diagnostics
  ) -> SkillSource? {
    let shown = Self.trimmed(displayPath ?? path)
    do throws(FileSystem.Failure) {
      let status = try FileSystem.status(of: path, followingLinks: true)
      switch status.kind {
      case .folder:
        return readFolder(path: path, shown: shown, limits: limits, diagnostics: &diagnostics)
      case .file:
        switch try FileSystem.contents(of: path, limit: limits.bundleBytes, followingLinks: true) {
        case .bytes(let bytes, _):
          return read(bytes, path: path, displayPath: shown, limits: limits, diagnostics: &diagnostics)
        case .tooLarge:
          diagnostics.report(Message.tooLarge(limits.bundleBytes), file: shown)
        }
      case .link, .other:
        diagnostics.report(Message.notAFile, file: shown)
      }
    } catch {
      diagnostics.report(Message.unreadable(error.description), file: shown)
    }
    return nil
  }

  /// Reads a text or a bundle that is in memory already.
  package static func read(
    _ bytes: [UInt8],
    path: String,
    displayPath: String? = nil,
    limits: Limits = Limits(),
    diagnostics: inout Diagnostics
  ) -> SkillSource? {
    let shown = displayPath ?? path
    let isMarkdown = path.utf8.suffix(3).elementsEqual(".md".utf8)
    if !isMarkdown, ZipArchive.isZip(bytes) {
      return readBundle(bytes, path: path, shown: shown, limits: limits, diagnostics: &diagnostics)
    }
    guard
      let document = decode(
        bytes,
        path: shown,
        mayBeBundle: !isMarkdown,
        limits: limits,
        diagnostics: &diagnostics
      )
    else { return nil }
    return SkillSource(
      path: path,
      shape: .text,
      folderName: textName(of: path),
      document: document,
      files: []
    )
  }

  /// Whether a file name is SKILL.md in some letter case.
  static func isDocumentName(_ name: some Sequence<UInt8>) -> Bool {
    name.elementsEqual("SKILL.md".utf8) { $0.lowercased == $1.lowercased }
  }

  /// A path without slashes at its end.
  static func trimmed(_ path: String) -> String {
    guard path.utf8.count > 1, path.utf8.last == .slash else { return path }
    let end = path.utf8.lastIndex { $0 != .slash }
    return end.map { String(path[...$0]) } ?? "/"
  }

  /// The name of a path's last part.
  static func lastPart(of path: String) -> String {
    let path = trimmed(path)
    return path.utf8.split(separator: .slash).last.map { String(Substring($0)) } ?? path
  }

  /// The name of a file without what follows its last dot.
  static func stem(of path: String) -> String {
    let name = lastPart(of: path)
    guard let dot = name.utf8.lastIndex(of: .dot), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// A text's file name without its extension; for a SKILL.md given by its own path, the folder around it.
  private static func textName(of path: String) -> String {
    guard isDocumentName(lastPart(of: path).utf8) else { return stem(of: path) }
    let parts = path.utf8.split(separator: .slash)
    guard parts.count > 1, let folder = parts.dropLast().last else { return stem(of: path) }
    return String(Substring(folder))
  }
}
