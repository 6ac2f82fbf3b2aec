/// Files that tools leave behind and that are no part of a skill.
enum LeftOut {
  /// Whether a file or folder of this name is left out, in whatever letter case.
  static func contains(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    // What Finder writes beside a file on a file system without resource forks.
    if name.starts(with: "._".utf8) { return true }
    guard let last = name.last,
      name.first == .dot || name.first == .underscore || last.lowercased == UInt8(ascii: "c")
    else { return false }
    let lower = name.map(\.lowercased)
    return lower.suffix(4).elementsEqual(".pyc".utf8) || names.contains(lower) || versionControl.contains(lower)
  }

  /// Whether a folder belongs to a version control system; such a one in a bundle is worth a warning.
  static func isVersionControl(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    guard name.first == .dot else { return false }
    return versionControl.contains(name.map(\.lowercased))
  }

  private static let names: Set<[UInt8]> = Set([".ds_store", "__macosx", "__pycache__"].map { Array($0.utf8) })
  private static let versionControl: Set<[UInt8]> = Set([".git", ".svn", ".hg"].map { Array($0.utf8) })
}
