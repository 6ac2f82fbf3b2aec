extension SkillReader {
  /// The paths of all skills under a folder: every `.skill` file and every folder with a SKILL.md, sorted.
  ///
  /// A skill is not searched for more, and links are not followed. Hidden folders are skipped, except those in which
  /// agents keep their skills.
  package static func discover(in folder: String) -> [String] {
    var found: [String] = []
    discover(in: trimmed(folder), depth: 0, found: &found)
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static let deepestSearch = 64
  private static let agentFolders: Set<[UInt8]> = Set([".claude", ".agents"].map { Array($0.utf8) })

  private static func discover(in folder: String, depth: Int, found: inout [String]) {
    guard depth <= deepestSearch, let names = try? FileSystem.names(in: folder) else { return }
    if let name = documentName(among: names), kind(of: name, in: folder) == .file {
      found.append(folder)
      return
    }
    for name in names {
      guard let text = String(validating: name, as: UTF8.self) else { continue }
      let path = folder == "/" ? "/\(text)" : "\(folder)/\(text)"
      switch kind(of: name, in: folder) {
      case .file:
        if name.count > 6, name.suffix(6).elementsEqual(".skill".utf8), !LeftOut.contains(name) { found.append(path) }
      case .folder:
        let isHidden = name.first == .dot && !agentFolders.contains(name)
        guard !isHidden, text != "node_modules", !LeftOut.contains(name) else { continue }
        discover(in: path, depth: depth + 1, found: &found)
      case .link, .other, nil: continue
      }
    }
  }

  private static func kind(of name: [UInt8], in folder: String) -> FileSystem.Kind? {
    let path = folder == "/" ? "/" : folder + "/"
    return try? FileSystem.status(of: path + String(decoding: name, as: UTF8.self), followingLinks: false).kind
  }
}
