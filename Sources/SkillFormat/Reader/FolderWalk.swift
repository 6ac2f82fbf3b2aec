/// Collects the files of a skill's folder, following no link out of it.
struct FolderWalk {
  /// A reason to give the whole skill up.
  struct Refusal: Error {
    var message: SkillReader.Message
    var file: String
  }

  private(set) var files: [SkillSource.File] = []
  private(set) var warnings: ReaderWarnings
  private let root: String
  private let shown: String
  private let resolvedRoot: String
  private let limits: SkillReader.Limits
  /// The name of the SKILL.md at the root, which is not among the files.
  private let document: [UInt8]
  private var entryCount = 0
  private var byteCount = 0
  private var paths = PathTable()
  /// The folders that are being walked, to tell a link that leads back to one of them.
  private var ancestors: [[UInt64]] = []

  init(root: String, shown: String, document: [UInt8], limits: SkillReader.Limits) {
    self.root = root
    self.shown = shown
    self.document = document
    self.limits = limits
    warnings = ReaderWarnings(file: "\(shown)/\(String(decoding: document, as: UTF8.self))")
    resolvedRoot = FileSystem.resolved(root) ?? root
  }

  /// Walks the whole folder. The result is sorted by the UTF-8 bytes of the paths.
  mutating func run() throws(Refusal) {
    ancestors = [try status(of: "", followingLinks: true).identity]
    _ = paths.insert(String(decoding: document, as: UTF8.self), isFolder: false)
    try walk(folder: "")
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private mutating func walk(folder: String) throws(Refusal) {
    for name in try names(in: folder) where !LeftOut.contains(name) && !(folder.isEmpty && name == document) {
      entryCount += 1
      guard entryCount <= limits.files else { throw Refusal(message: .tooManyFiles(limits.files), file: shown) }
      guard let text = String(validating: name, as: UTF8.self) else {
        warnings.add(.nameNotUTF8(String(decoding: name, as: UTF8.self)), kind: "name-encoding")
        continue
      }
      try visit(folder.isEmpty ? text : "\(folder)/\(text)")
    }
  }

  private mutating func visit(_ path: String) throws(Refusal) {
    if let fault = limits.paths.fault(in: path) {
      warnings.add(.fault(path, fault), kind: fault.code)
      return
    }
    let status = try status(of: path, followingLinks: false)
    switch status.kind {
    case .folder: try descend(into: path, status)
    case .file: try read(path)
    case .link: try follow(path)
    case .other: warnings.add(.device(path), kind: "device")
    }
  }

  private mutating func descend(into path: String, _ status: FileSystem.Status) throws(Refusal) {
    enter(path, isFolder: true)
    ancestors.append(status.identity)
    try walk(folder: path)
    ancestors.removeLast()
  }

  /// Takes what a link points to, if that lies inside the skill.
  private mutating func follow(_ path: String) throws(Refusal) {
    guard let target = FileSystem.resolved(onDisk(path)) else {
      warnings.add(.brokenLink(path), kind: "broken-link")
      return
    }
    let inside = resolvedRoot.utf8.last == .slash ? resolvedRoot : resolvedRoot + "/"
    guard target.utf8.starts(with: inside.utf8) || target.utf8.elementsEqual(resolvedRoot.utf8) else {
      warnings.add(.linkOut(path), kind: "link-out")
      return
    }
    let parts = target.utf8.dropFirst(inside.utf8.count).split(separator: .slash)
    guard !parts.contains(where: LeftOut.contains) else {
      warnings.add(.linkToLeftOut(path), kind: "link-left-out")
      return
    }
    let status = try status(of: path, followingLinks: true)
    switch status.kind {
    case .folder where ancestors.contains(status.identity): warnings.add(.linkLoop(path), kind: "link-loop")
    case .folder: try descend(into: path, status)
    case .file: try read(path, from: target)
    case .link, .other: warnings.add(.device(path), kind: "device")
    }
  }

  private mutating func read(_ path: String, from place: String? = nil) throws(Refusal) {
    enter(path, isFolder: false)
    let contents: FileSystem.Contents
    do throws(FileSystem.Failure) {
      contents = try FileSystem.contents(
        of: place ?? onDisk(path),
        limit: limits.fileBytes,
        followingLinks: false
      )
    } catch {
      throw unreadable(path, error)
    }
    guard case .bytes(let bytes, let status) = contents else {
      throw Refusal(message: .tooLarge(limits.fileBytes), file: shown(path))
    }
    byteCount += bytes.count
    guard byteCount <= limits.totalBytes else { throw Refusal(message: .allTooLarge(limits.totalBytes), file: shown) }
    files.append(SkillSource.File(path: path, bytes: bytes, isExecutable: status.isExecutable))
  }

  /// Warns of names that another system would mistake.
  private mutating func enter(_ path: String, isFolder: Bool) {
    for remark in limits.paths.remarks(on: path) { warnings.add(.remark(path, remark)) }
    if let conflict = paths.insert(path, isFolder: isFolder) { warnings.add(.conflict(path, conflict)) }
  }

  // MARK: The file system, with failures that name the file

  private func onDisk(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }
  private func shown(_ path: String) -> String { path.isEmpty ? shown : "\(shown)/\(path)" }

  private func unreadable(_ path: String, _ failure: FileSystem.Failure) -> Refusal {
    Refusal(message: .unreadable(failure.description), file: shown(path))
  }

  private func status(of path: String, followingLinks: Bool) throws(Refusal) -> FileSystem.Status {
    do throws(FileSystem.Failure) {
      return try FileSystem.status(of: onDisk(path), followingLinks: followingLinks)
    } catch {
      throw unreadable(path, error)
    }
  }

  private func names(in folder: String) throws(Refusal) -> [[UInt8]] {
    do throws(FileSystem.Failure) {
      return try FileSystem.names(in: onDisk(folder))
    } catch {
      throw unreadable(folder, error)
    }
  }
}
