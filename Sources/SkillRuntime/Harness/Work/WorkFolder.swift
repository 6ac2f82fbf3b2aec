#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// The folder an agent works in, which its file tools cannot leave.
///
/// A path is followed name by name from an open folder to the next, and symbolic links are read rather than followed by
/// the system, so that no link, also none made meanwhile, leads out.
package struct WorkFolder: Sendable {
  /// The folder's path without links.
  package let path: String
  /// The path as it was given, by which a model may know it.
  private let givenPath: String

  /// - Throws: A ``SkillError`` where there is no such folder.
  package init(_ path: String) throws {
    guard path.hasPrefix("/"), let real = realpath(path, nil) else {
      throw SkillError(.missingFile, "there is no folder '\(path)' to work in")
    }
    defer { free(real) }
    self.path = String(cString: real)
    givenPath = path
  }

  enum Purpose { case reading, writing, listing }

  /// Opens a file or folder.
  ///
  /// - Parameters:
  ///   - text: The path as the model gives it.
  ///   - purpose: A file that is written is made where there is none, and so are the folders it is in.
  /// - Returns: The open file or folder.
  /// - Throws: What the model should know.
  func open(_ text: String, for purpose: Purpose) throws(ToolFailure) -> Descriptor {
    guard !text.utf8.contains(0) else { throw ToolFailure("a path cannot hold a zero byte") }
    var pending = try components(of: text, in: text)
    var folders = FolderStack(try openRoot())
    var links = 0
    while let name = pending.popLast() {
      if name == ".." {
        guard folders.pop() else { throw outside(text) }
        continue
      }
      var info = stat()
      if fstatat(folders.top, name, &info, AT_SYMLINK_NOFOLLOW) != 0 {
        guard errno == ENOENT, purpose == .writing else { throw failure(text, errno) }
        if pending.isEmpty { return try create(name, in: folders.top, text) }
        guard mkdirat(folders.top, name, 0o755) == 0 || errno == EEXIST else { throw failure(text, errno) }
        try push(name, onto: &folders, text)
        continue
      }
      switch info.st_mode & S_IFMT {
      case S_IFLNK:
        links += 1
        guard links <= 32, let target = Self.target(of: name, in: folders.top) else { throw failure(text, ELOOP) }
        if target.hasPrefix("/") { folders.popAll() }
        pending += try components(of: target, in: text)
      case S_IFDIR: try push(name, onto: &folders, text)
      case S_IFREG where pending.isEmpty && purpose != .listing:
        let flags = purpose == .reading ? O_RDONLY : O_WRONLY | O_TRUNC
        return try file(openat(folders.top, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK), text)
      case S_IFREG: throw ToolFailure("'\(text)' is a file, not a folder")
      default: throw ToolFailure("'\(text)' is neither a file nor a folder")
      }
    }
    guard purpose == .listing else { throw ToolFailure("'\(text)' is a folder, not a file") }
    return folders.takeTop()
  }

  /// A path's names, last one first, from the folder on if it is absolute.
  private func components(of path: String, in text: String) throws(ToolFailure) -> [String] {
    var path = Substring(path)
    if path.hasPrefix("/") {
      guard let root = [self.path, givenPath].first(where: { path == $0 || path.hasPrefix($0 + "/") }) else {
        throw outside(text)
      }
      path = path.dropFirst(root.count)
    }
    return path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
  }

  /// A path as permissions see it: from the folder on, without `.` and `..`.
  func relativePath(_ text: String) throws(ToolFailure) -> String {
    var names: [String] = []
    for name in try components(of: text, in: text).reversed() {
      if name == ".." {
        guard names.popLast() != nil else { throw outside(text) }
      } else {
        names.append(name)
      }
    }
    return names.joined(separator: "/")
  }

  private func openRoot() throws(ToolFailure) -> Int32 {
    let root = path.withCString { systemOpen($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard root >= 0 else { throw ToolFailure("the work folder is gone") }
    return root
  }

  private func push(_ name: String, onto folders: inout FolderStack, _ text: String) throws(ToolFailure) {
    let folder = openat(folders.top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard folder >= 0 else { throw failure(text, errno) }
    folders.push(folder)
  }

  private func create(_ name: String, in folder: Int32, _ text: String) throws(ToolFailure) -> Descriptor {
    try file(openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644), text)
  }

  /// Makes sure that what was opened is a plain file, whatever it was a moment before.
  private func file(_ number: Int32, _ text: String) throws(ToolFailure) -> Descriptor {
    guard number >= 0 else { throw failure(text, errno) }
    let descriptor = Descriptor(number)
    var info = stat()
    guard fstat(number, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw ToolFailure("'\(text)' is not a plain file")
    }
    return descriptor
  }

  private static func target(of name: String, in folder: Int32) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlinkat(folder, name, &bytes, bytes.count - 1)
    guard count > 0, count < bytes.count - 1 else { return nil }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private func outside(_ text: String) -> ToolFailure {
    ToolFailure("'\(text)' is outside of the work folder. Use a path relative to it, such as 'notes/today.txt'")
  }

  private func failure(_ text: String, _ number: Int32) -> ToolFailure {
    switch number {
    case ENOENT: ToolFailure("there is no '\(text)'. list_directory shows what there is")
    case ENOTDIR: ToolFailure("a part of '\(text)' is a file, not a folder")
    case EISDIR: ToolFailure("'\(text)' is a folder, not a file")
    default: ToolFailure("'\(text)' cannot be opened: \(String(cString: strerror(number)))")
    }
  }
}

private func systemOpen(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 { open(path, flags) }

/// The open folders from the work folder down to where a path has led.
private struct FolderStack: ~Copyable {
  private var numbers: [Int32]

  init(_ root: Int32) { numbers = [root] }

  deinit { for number in numbers { close(number) } }

  var top: Int32 { numbers.last ?? -1 }

  mutating func push(_ number: Int32) { numbers.append(number) }

  /// Goes up; false at the root.
  mutating func pop() -> Bool {
    guard numbers.count > 1, let last = numbers.popLast() else { return false }
    close(last)
    return true
  }

  mutating func popAll() {
    while pop() {}
  }

  mutating func takeTop() -> Descriptor { Descriptor(numbers.popLast() ?? -1) }
}

extension Descriptor {
  /// Reads up to a number of bytes; nil where the system fails.
  func read(maximumBytes: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < maximumBytes {
      let count = systemRead(number, &chunk, min(chunk.count, maximumBytes - bytes.count))
      if count < 0 {
        if errno == EINTR { continue }
        return nil
      }
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    return bytes
  }

  /// Writes all bytes; false where the system fails.
  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(number, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

private func systemRead(_ number: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(number, bytes, count)
}

private func systemWrite(_ number: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(number, bytes, count)
}
