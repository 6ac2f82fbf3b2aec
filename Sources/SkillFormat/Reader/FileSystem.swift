#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The few calls to the operating system that reading a skill takes. They read, and never write.
enum FileSystem {
  /// A system call that failed, by its error number.
  struct Failure: Error, Hashable, CustomStringConvertible {
    let number: Int32

    static var last: Failure { Failure(number: errno) }

    var description: String { String(cString: strerror(number)).lowercased() }
  }

  enum Kind: Hashable { case file, folder, link, other }

  struct Status {
    var kind: Kind
    var isExecutable: Bool
    /// Device and inode: what makes two paths one folder.
    var identity: [UInt64]
  }

  static func status(of path: String, followingLinks: Bool) throws(Failure) -> Status {
    var information = stat()
    let result = followingLinks ? stat(path, &information) : lstat(path, &information)
    guard result == 0 else { throw .last }
    return Status(information)
  }

  /// The names in a folder as raw bytes, without `.` and `..`, sorted so that every file system gives one order.
  static func names(in folder: String) throws(Failure) -> [[UInt8]] {
    guard let stream = opendir(folder) else { throw .last }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  enum Contents {
    case bytes([UInt8], Status)
    case tooLarge
  }

  /// The bytes of a regular file, unless there are more than the limit.
  static func contents(of path: String, limit: Int, followingLinks: Bool) throws(Failure) -> Contents {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw .last }
    let status = Status(information)
    guard status.kind == .file else { throw Failure(number: EINVAL) }
    guard information.st_size <= limit else { return .tooLarge }

    var failure: Failure?
    // One byte more than the size, so that the end is seen in one call.
    var bytes = [UInt8](unsafeUninitializedCapacity: Int(information.st_size) + 1) { buffer, count in
      while count < buffer.count {
        let result = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if result > 0 {
          count += result
        } else if result == 0 {
          return
        } else if errno != EINTR {
          failure = .last
          return
        }
      }
    }
    if let failure { throw failure }
    // A file that grows while it is read is taken at the size it had.
    if bytes.count > Int(information.st_size) { bytes.removeLast(bytes.count - Int(information.st_size)) }
    return .bytes(bytes, status)
  }

  /// The absolute path without links, or nil where there is no such file.
  static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }
}

extension FileSystem.Status {
  fileprivate init(_ information: stat) {
    switch information.st_mode & 0o170000 {
    case 0o100000: kind = .file
    case 0o040000: kind = .folder
    case 0o120000: kind = .link
    default: kind = .other
    }
    isExecutable = information.st_mode & 0o111 != 0
    identity = [UInt64(truncatingIfNeeded: information.st_dev), UInt64(truncatingIfNeeded: information.st_ino)]
  }
}
