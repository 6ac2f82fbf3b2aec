/// The paths of one skill, compared as the least careful file system would: by letters without case or normal form.
package struct PathTable: Sendable {
  /// Two paths that cannot both exist everywhere.
  package enum Conflict: Hashable, Sendable {
    case duplicate
    /// The other path differs by letter case or Unicode normal form only.
    case similar(to: String)
    case fileAndFolder(String)
  }

  private struct Place {
    var spelling: String
    var isFolder: Bool
  }

  private var places: [String: Place] = [:]
  private var lastFolder = ""

  package init() {}

  /// Enters a path and the folders around it, and tells the first conflict with what is there.
  package mutating func insert(_ path: String, isFolder: Bool) -> Conflict? {
    let bytes = Array(path.utf8)
    let slash = bytes.lastIndex(of: .slash) ?? 0
    let folder = String(decoding: bytes[..<slash], as: UTF8.self)
    // Most paths share the folder of the one before.
    if !folder.utf8.elementsEqual(lastFolder.utf8) {
      for index in bytes.indices where bytes[index] == .slash {
        let part = String(decoding: bytes[..<index], as: UTF8.self)
        if let conflict = enter(part, isFolder: true) { return conflict }
      }
      lastFolder = folder
    }
    return enter(path, isFolder: isFolder)
  }

  private mutating func enter(_ path: String, isFolder: Bool) -> Conflict? {
    let key = Self.key(of: path)
    guard let place = places[key] else {
      places[key] = Place(spelling: path, isFolder: isFolder)
      return nil
    }
    let isSame = place.spelling.utf8.elementsEqual(path.utf8)
    guard isSame else { return .similar(to: place.spelling) }
    guard place.isFolder == isFolder else { return .fileAndFolder(path) }
    // A folder may be listed after the files in it.
    return isFolder ? nil : .duplicate
  }

  /// Both mappings, since each alone leaves pairs apart that the other joins ('ß' and 'SS'). Strings themselves compare
  /// by canonical equivalence.
  private static func key(of path: String) -> String {
    path.utf8.allSatisfy { $0 < 0x80 } ? path.lowercased() : path.uppercased().lowercased()
  }
}

extension PathTable.Conflict {
  /// What is wrong, to follow the quoted path.
  package var message: String {
    switch self {
    case .duplicate: "is there twice"
    case .similar(let other):
      "differs from \(PathRules.quoted(other)) only by letter case or Unicode normal form, which is one file on many "
        + "systems; rename one of them"
    case .fileAndFolder(let path): "cannot be there, since \(PathRules.quoted(path)) is both a file and a folder"
    }
  }
}
