#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// Copies folders, and looks at what is in them. Links are copied as links and not followed.
enum FolderCopy {
  private static let depthLimit = 64

  /// Whether a folder holds at most so many bytes and entries.
  static func fits(_ folder: String, bytes: Int, entries: Int) -> Bool {
    var bytes = bytes
    var entries = entries
    return walk(folder, prefix: "", depth: 0) { _, status in
      entries -= 1
      if status.st_mode & S_IFMT == S_IFREG { bytes -= Int(status.st_size) }
      return entries >= 0 && bytes >= 0
    }
  }

  static func copy(_ source: String, to target: String) throws(SystemError) {
    _ = try FileSystem.makeFolder(target)
    var failure: SystemError?
    _ = walk(source, prefix: "", depth: 0) { path, status in
      do throws(SystemError) {
        switch status.st_mode & S_IFMT {
        case S_IFDIR: _ = try FileSystem.makeFolder("\(target)/\(path)")
        case S_IFREG: try FileSystem.copyFile("\(source)/\(path)", to: "\(target)/\(path)")
        case S_IFLNK: try copyLink("\(source)/\(path)", to: "\(target)/\(path)")
        default: break
        }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
  }

  private static func copyLink(_ source: String, to target: String) throws(SystemError) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.map { readlink(source, $0, bytes.count) } ?? -1
    }
    guard count > 0 else { throw SystemError("readlink \(source)") }
    try FileSystem.link(String(decoding: buffer[..<count], as: UTF8.self), from: target)
  }

  /// The regular files below a folder, by their paths in it.
  static func stamps(in folder: String) -> [String: FileStamp] {
    var stamps: [String: FileStamp] = [:]
    _ = walk(folder, prefix: "", depth: 0) { path, status in
      if status.st_mode & S_IFMT == S_IFREG { stamps[path] = FileStamp("\(folder)/\(path)") }
      return true
    }
    return stamps
  }

  /// Goes through a folder, parents first, until it is told to stop.
  private static func walk(
    _ root: String,
    prefix: String,
    depth: Int,
    _ visit: (String, stat) -> Bool
  ) -> Bool {
    for name in FileSystem.names(in: prefix.isEmpty ? root : "\(root)/\(prefix)") {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      var status = stat()
      guard lstat("\(root)/\(path)", &status) == 0 else { continue }
      guard visit(path, status) else { return false }
      if status.st_mode & S_IFMT == S_IFDIR, depth < depthLimit {
        guard walk(root, prefix: path, depth: depth + 1, visit) else { return false }
      }
    }
    return true
  }
}
