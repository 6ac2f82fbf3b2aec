extension SkillReader {
  /// Reads a zip with one top-level folder that holds a SKILL.md.
  static func readBundle(
    _ bytes: [UInt8],
    path: String,
    shown: String,
    limits: Limits,
    diagnostics: inout Diagnostics
  ) -> SkillSource? {
    do throws(ZipArchive.Failure) {
      var archive = try ZipArchive(bytes: bytes, limits: limits.archive)
      var warnings = ReaderWarnings(file: shown)
      let kept = archive.entries.filter { isKept($0, warnings: &warnings) }
      guard
        let layout = layout(
          of: kept,
          bundle: path,
          shown: shown,
          warnings: &warnings,
          diagnostics: &diagnostics
        )
      else { return nil }
      if layout.document.size > limits.documentBytes {
        diagnostics.report(Message.documentTooLarge(limits.documentBytes), file: shown)
        return nil
      }
      for remark in archive.remarks { warnings.add(.remark(remark.entry, remark.problem)) }

      let documentBytes = try archive.contents(of: layout.document)
      var files: [SkillSource.File] = []
      files.reserveCapacity(layout.files.count)
      for entry in layout.files {
        let name = String(decoding: entry.path.utf8.dropFirst(layout.prefix), as: UTF8.self)
        files.append(
          SkillSource.File(path: name, bytes: try archive.contents(of: entry), isExecutable: entry.isExecutable)
        )
      }
      files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
      noteNestedSkills(in: files, shown: shown, diagnostics: &diagnostics)
      warnings.report(to: &diagnostics)
      guard let document = decode(documentBytes, path: shown, limits: limits, diagnostics: &diagnostics) else {
        return nil
      }
      return SkillSource(path: path, shape: .bundle, folderName: layout.name, document: document, files: files)
    } catch {
      diagnostics.report(Message.zip(error), file: shown)
      return nil
    }
  }

  /// Where the skill lies in a bundle.
  private struct Layout {
    var name: String
    /// The bytes of the top-level folder and its slash, which paths lose.
    var prefix: Int
    var document: ZipArchive.Entry
    var files: [ZipArchive.Entry]
  }

  private static func isKept(_ entry: ZipArchive.Entry, warnings: inout ReaderWarnings) -> Bool {
    guard !entry.isFolder else { return false }
    for part in entry.path.utf8.split(separator: .slash) where LeftOut.contains(part) {
      if LeftOut.isVersionControl(part) { warnings.add(.versionControl(entry.path), kind: "version-control") }
      return false
    }
    return true
  }

  private static func layout(
    of entries: [ZipArchive.Entry],
    bundle: String,
    shown: String,
    warnings: inout ReaderWarnings,
    diagnostics: inout Diagnostics
  ) -> Layout? {
    // Without a top-level folder, the root itself is the skill's folder.
    if let document = entries.first(where: { isDocumentName($0.path.utf8) }) {
      warnings.add(.noRootFolder)
      if document.path != "SKILL.md" { warnings.add(.letterCase(document.path)) }
      let files = entries.filter { $0.path != document.path }
      return Layout(name: stem(of: bundle), prefix: 0, document: document, files: files)
    }

    var roots: [String] = []
    for entry in entries {
      guard let end = entry.path.utf8.firstIndex(of: .slash) else { continue }
      let root = String(entry.path[..<end])
      if !roots.contains(root) { roots.append(root) }
      if roots.count > 1 { break }
    }
    if roots.count > 1 {
      diagnostics.report(Message.severalRoots(roots[0], roots[1]), file: shown)
      return nil
    }
    let root = roots.first
    let prefix = (root?.utf8.count ?? -1) + 1
    guard let root, let document = entries.first(where: { isDocumentName($0.path.utf8.dropFirst(prefix)) }) else {
      let deeper = entries.first { isDocumentName(lastPart(of: $0.path).utf8) }
      diagnostics.report(Message.bundleWithoutDocument(lookedIn: root, found: deeper?.path), file: shown)
      return nil
    }
    let name = lastPart(of: document.path)
    if name != "SKILL.md" { warnings.add(.letterCase(name)) }
    var files: [ZipArchive.Entry] = []
    for entry in entries where entry.path != document.path {
      if entry.path.utf8.contains(.slash) {
        files.append(entry)
      } else {
        warnings.add(.strayFile(entry.path, root: root), kind: "stray")
      }
    }
    return Layout(name: root, prefix: prefix, document: document, files: files)
  }

  /// A skill inside a skill belongs to the outer one, as its files do.
  static func noteNestedSkills(in files: [SkillSource.File], shown: String, diagnostics: inout Diagnostics) {
    var notes = ReaderWarnings(file: shown)
    for file in files where file.path.utf8.suffix(8).elementsEqual("SKILL.md".utf8) {
      if file.path.utf8.dropLast(8).last == .slash { notes.add(.nested(file.path)) }
    }
    notes.report(to: &diagnostics)
  }
}

extension SkillReader.Limits {
  var archive: ZipArchive.Limits {
    var limits = ZipArchive.Limits()
    limits.entries = files
    limits.entryBytes = fileBytes
    limits.totalBytes = totalBytes
    limits.names = paths
    return limits
  }
}
