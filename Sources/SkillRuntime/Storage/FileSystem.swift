#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// The few file operations that a run needs, without the cost of the general ones.
enum FileSystem {
  static var currentDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// A path made absolute against a folder, not normalised.
  static func absolute(_ path: String, in directory: String) -> String {
    if path.hasPrefix("/") { return path }
    return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
  }

  static func lastComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// The path without symbolic links; nil where nothing is there.
  static func resolved(_ path: String) -> String? {
    guard let result = realpath(path, nil) else { return nil }
    defer { free(result) }
    return String(cString: result)
  }

  /// What the system says of a file, links followed; nil where nothing is there.
  static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  /// Whether anything of the name is there, if only a link to nowhere.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(SystemError) {
    let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard number >= 0 else { throw SystemError("open \(path)") }
    let file = Descriptor(number)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { systemWrite(file.number, $0.baseAddress, $0.count) }
      guard count >= 0 || errno == EINTR else { throw SystemError("write \(path)") }
      written += max(count, 0)
    }
  }

  /// The bytes of a file, but no more than one beyond the limit, which shows the caller that there are more.
  static func read(_ path: String, limit: Int = .max - 1) throws(SystemError) -> [UInt8] {
    let number = open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw SystemError("open \(path)") }
    let file = Descriptor(number)
    var status = stat()
    let size = fstat(file.number, &status) == 0 ? Int(status.st_size) : 0
    var bytes: [UInt8] = []
    while bytes.count <= limit {
      // The size may be wrong or nought, so the end is where nothing more comes.
      let room = max(min(size - bytes.count + 1, 16 << 20), 4096)
      var failure: SystemError?
      let chunk = [UInt8](unsafeUninitializedCapacity: min(room, limit + 1 - bytes.count)) { buffer, count in
        let result = systemRead(file.number, buffer.baseAddress, buffer.count)
        if result < 0 { failure = SystemError("read \(path)") }
        count = max(result, 0)
      }
      if let failure {
        if failure.number == EINTR { continue }
        throw failure
      }
      if chunk.isEmpty { break }
      if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
    }
    return bytes
  }

  /// Makes a folder whose parent is there; false where something of the name is there already.
  static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(SystemError) -> Bool {
    if mkdir(path, mode) == 0 { return true }
    guard errno == EEXIST else { throw SystemError("mkdir \(path)") }
    return false
  }

  /// Makes a folder and those above it, where they are not there.
  static func makeFolders(_ path: String, mode: mode_t = 0o700) throws(SystemError) {
    if mkdir(path, mode) == 0 || errno == EEXIST { return }
    let parent = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    guard errno == ENOENT, !parent.isEmpty else { throw SystemError("mkdir \(path)") }
    try makeFolders(parent, mode: mode)
    guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("mkdir \(path)") }
  }

  /// The names in a folder, sorted; none where it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = name(of: entry)
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a file, or a folder with all that is in it. Links are removed, not followed.
  static func remove(_ path: String) {
    if unlink(path) != 0, errno == EISDIR || errno == EPERM { removeFolder(path) }
  }

  private static func removeFolder(_ path: String) {
    if removeContents(of: path), rmdir(path) == 0 { return }
    // A step may have taken away the right to look into a folder, or to change it.
    chmod(path, 0o700)
    _ = removeContents(of: path)
    rmdir(path)
  }

  /// Whether all of a folder's contents are gone.
  private static func removeContents(of folder: String) -> Bool {
    var isEmpty = true
    var folders: [String] = []
    guard let stream = opendir(folder) else { return false }
    while let entry = readdir(stream) {
      let path = "\(folder)/\(name(of: entry))"
      if entry.pointee.d_type == UInt8(DT_DIR) {
        if !path.hasSuffix("/."), !path.hasSuffix("/..") { folders.append(path) }
      } else if unlink(path) != 0 {
        if errno == EISDIR || errno == EPERM { folders.append(path) } else { isEmpty = false }
      }
    }
    closedir(stream)
    // Not before the stream is closed, or deep trees would take many descriptors.
    for folder in folders { removeFolder(folder) }
    return isEmpty
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
    }
  }

  /// Copies a regular file's bytes, sharing them where the file system can.
  static func copyFile(_ source: String, to target: String) throws(SystemError) {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw SystemError("open \(source)") }
    let reading = Descriptor(input)
    var status = stat()
    guard fstat(reading.number, &status) == 0 else { throw SystemError("stat \(source)") }
    // Who may read is of no matter in a folder that only this user can enter; what may be run is.
    let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600 | status.st_mode & 0o100)
    guard output >= 0 else { throw SystemError("open \(target)") }
    let writing = Descriptor(output)
    if Platform.shareContents(from: reading.number, to: writing.number, size: Int(status.st_size)) { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = systemRead(reading.number, buffer.baseAddress, buffer.count)
      if count == 0 { return }
      guard count > 0 else { throw SystemError("read \(source)") }
      var written = 0
      while written < count {
        let result = systemWrite(writing.number, buffer.baseAddress.map { $0 + written }, count - written)
        guard result > 0 else { throw SystemError("write \(target)") }
        written += result
      }
    }
  }
}

// The members above hide the C functions of the same names.

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}

extension FileSystem {
  /// Makes a symbolic link.
  static func link(_ target: String, from path: String) throws(SystemError) {
    guard symlink(target, path) == 0 else { throw SystemError("symlink \(path)") }
  }

  /// Takes away the right to write from a folder and all in it.
  static func makeReadOnly(_ path: String) {
    guard let status = status(path) else { return }
    if status.st_mode & S_IFMT == S_IFDIR { for name in names(in: path) { makeReadOnly("\(path)/\(name)") } }
    chmod(path, status.st_mode & 0o555)
  }
}

extension FileSystem {
  /// Gives the right to run a file to its owner.
  static func makeExecutable(_ path: String) { chmod(path, 0o700) }
}
