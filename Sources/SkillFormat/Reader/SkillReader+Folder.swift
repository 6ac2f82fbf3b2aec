extension SkillReader {
  /// Reads a folder that holds a SKILL.md, with everything in it that is part of the skill.
  static func readFolder(
    path: String,
    shown: String,
    limits: Limits,
    diagnostics: inout Diagnostics
  ) -> SkillSource? {
    let root = trimmed(path)
    var place = shown
    do throws(FileSystem.Failure) {
      guard let name = documentName(among: try FileSystem.names(in: root)) else {
        diagnostics.report(Message.noDocument, file: shown)
        return nil
      }
      let documentName = String(decoding: name, as: UTF8.self)
      let documentPath = "\(root)/\(documentName)"
      let documentShown = "\(shown)/\(documentName)"
      place = documentShown
      guard try FileSystem.status(of: documentPath, followingLinks: false).kind == .file else {
        diagnostics.report(Message.documentNotAFile, file: documentShown)
        return nil
      }
      if documentName != "SKILL.md" { diagnostics.report(Message.letterCase(documentName), file: documentShown) }
      guard
        case .bytes(let bytes, _) = try FileSystem.contents(
          of: documentPath,
          limit: limits.documentBytes,
          followingLinks: false
        )
      else {
        diagnostics.report(Message.documentTooLarge(limits.documentBytes), file: documentShown)
        return nil
      }

      var walk = FolderWalk(root: root, shown: shown, document: name, limits: limits)
      do throws(FolderWalk.Refusal) {
        try walk.run()
      } catch {
        diagnostics.report(error.message, file: error.file)
        return nil
      }
      walk.warnings.report(to: &diagnostics)
      noteNestedSkills(in: walk.files, shown: documentShown, diagnostics: &diagnostics)
      guard let document = decode(bytes, path: documentShown, limits: limits, diagnostics: &diagnostics) else {
        return nil
      }
      return SkillSource(
        path: path,
        shape: .folder,
        folderName: folderName(of: root),
        document: document,
        files: walk.files
      )
    } catch {
      diagnostics.report(Message.unreadable(error.description), file: place)
      return nil
    }
  }

  /// The name of a folder's SKILL.md: that very name or, where it is missing, the first in another letter case.
  static func documentName(among names: [[UInt8]]) -> [UInt8]? {
    let exact = Array("SKILL.md".utf8)
    return names.contains(exact) ? exact : names.first(where: isDocumentName)
  }

  /// The folder's own name, also where the path ends in `.` or `..`.
  private static func folderName(of path: String) -> String {
    let name = lastPart(of: path)
    return name == "." || name == ".." ? lastPart(of: FileSystem.resolved(path) ?? name) : name
  }
}
