import SkillIR

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// The folder that one run of a step has to itself.
///
/// The step's current directory is `work`, and copies of the files it is given lie in `in`. What the runtime itself needs,
/// and temporary files, lie beside these.
struct StepFolder: Sendable {
  /// Files, and folders with all that is in them, are copied for a step up to this size. What is larger is given by its
  /// own path, on the step's word that it only reads.
  private static let copiedBytes = 64 << 20
  private static let copiedEntries = 2000

  /// A file or folder that the step was given.
  private struct Passed {
    var original: String
    /// Equal to the original where that is too large to copy.
    var copy: String
    var stamp: FileStamp?
  }

  let path: String
  private var passed: [Passed] = []

  /// Takes a folder that is there and empty.
  init(_ path: String) throws(SystemError) {
    self.path = path
    _ = try FileSystem.makeFolder(work)
  }

  var work: String { path + "/work" }
  /// Temporary files get names that are in no one's way, so they need no folder of their own.
  var temporary: String { path }

  /// A path for the runtime's own use.
  func control(_ name: String) -> String { "\(path)/\(name)" }

  // MARK: Giving files

  /// Copies the files in a value into the folder, and gives the value with the copies' paths.
  ///
  /// Copies that go into the step's current directory are named relative to it.
  mutating func give(_ value: JSONValue, type: SkillType, files: FileTypes, intoWork: Bool) throws -> JSONValue {
    var failure: (any Error)?
    let result = files.map(value, of: type) { path, _ in
      do {
        return try give(path, intoWork: intoWork)
      } catch {
        failure = failure ?? error
        return path
      }
    }
    if let failure { throw failure }
    return result
  }

  private mutating func give(_ original: String, intoWork: Bool) throws -> String {
    func shown(_ path: String) -> String { intoWork ? FileSystem.lastComponent(path) : path }
    if let known = passed.first(where: { $0.original == original }) { return shown(known.copy) }
    guard let status = FileSystem.status(original) else {
      throw SkillError(.missingFile, "'\(original)' is not there any more")
    }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    var copy = original
    if isFolder
      ? FolderCopy.fits(original, bytes: Self.copiedBytes, entries: Self.copiedEntries)
      : status.st_mode & S_IFMT == S_IFREG && Int(status.st_size) <= Self.copiedBytes
    {
      copy = try newPath(for: original, intoWork: intoWork)
      if isFolder { try FolderCopy.copy(original, to: copy) } else { try FileSystem.copyFile(original, to: copy) }
    } else if intoWork {
      // An agent may not look outside of its folder, but it may follow what was put there for it.
      copy = try newPath(for: original, intoWork: true)
      try FileSystem.link(original, from: copy)
    }
    passed.append(Passed(original: original, copy: copy, stamp: isFolder ? nil : FileStamp(copy)))
    return shown(copy)
  }

  private func newPath(for original: String, intoWork: Bool) throws(SystemError) -> String {
    let name = FileSystem.lastComponent(original)
    if !intoWork {
      let folder = "\(path)/in"
      if passed.isEmpty { _ = try FileSystem.makeFolder(folder) }
      let own = "\(folder)/\(passed.count + 1)"
      _ = try FileSystem.makeFolder(own)
      return "\(own)/\(name)"
    }
    // Two files of one name get a number before the extension, where people expect it.
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var candidate = name
    var number = 1
    while FileSystem.exists("\(work)/\(candidate)") {
      number += 1
      candidate = "\(parts[0])-\(number)" + (parts.count > 1 ? ".\(parts[1])" : "")
    }
    return "\(work)/\(candidate)"
  }

  // MARK: Taking files

  /// The absolute path of a file that a step made, or that it was given, from the path that it says.
  ///
  /// Throws where the file is not there, or lies where the step has no business.
  func take(_ path: String, isFolder: Bool) throws(SkillError) -> String {
    let kind = isFolder ? "folder" : "file"
    let named = FileSystem.absolute(path, in: work)
    guard !path.isEmpty, let resolved = FileSystem.resolved(named), let status = FileSystem.status(resolved) else {
      throw SkillError(
        .wrongResult,
        "there is no \(kind) '\(path)' in the step's folder",
        suggestion: "Write the \(kind), and bind its path, absolute or relative to the step's current directory."
      )
    }
    guard (status.st_mode & S_IFMT == S_IFDIR) == isFolder, isFolder || status.st_mode & S_IFMT == S_IFREG else {
      throw SkillError(.wrongResult, "'\(path)' is no \(kind)")
    }
    for item in passed {
      // What is handed on untouched is still the original.
      if resolved == FileSystem.resolved(item.copy), isFolder || item.stamp == FileStamp(item.copy) {
        return item.original
      }
    }
    guard resolved.hasPrefix(self.path + "/") else {
      throw SkillError(
        .wrongResult,
        "the \(kind) '\(path)' lies outside of the step's folder",
        suggestion: "Copy it into the step's current directory, and bind the copy."
      )
    }
    return resolved
  }

  /// The files below the current directory that are new or changed since a look at it, sorted.
  func changes(since before: [String: FileStamp]) -> [String] {
    FolderCopy.stamps(in: work).filter { before[$0.key] != $0.value && !Self.isByproduct($0.key) }.keys.sorted()
      .map { "\(work)/\($0)" }
  }

  /// What interpreters leave on their own account.
  private static func isByproduct(_ path: String) -> Bool {
    path.hasSuffix(".pyc") || path.split(separator: "/").contains { $0 == "__pycache__" || $0 == "node_modules" }
  }
}

/// What tells whether a file was written to.
struct FileStamp: Hashable, Sendable {
  private var size: Int
  private var seconds: Int
  private var nanoseconds: Int
  private var number: UInt64

  /// Nil where there is no such file.
  init?(_ path: String) {
    guard let status = FileSystem.status(path) else { return nil }
    size = Int(status.st_size)
    number = UInt64(status.st_ino)
    #if canImport(Darwin)
      seconds = status.st_mtimespec.tv_sec
      nanoseconds = status.st_mtimespec.tv_nsec
    #else
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    #endif
  }
}
