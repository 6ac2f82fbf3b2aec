#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A tool on the files of an agent's folder.
protocol FileTool: AgentTool {
  static var name: String { get }
  var folder: WorkFolder { get }
  var permissions: ToolPermissions { get }
}

extension FileTool {
  /// Opens what the agent names, if this tool may.
  fileprivate func open(_ path: String, for purpose: WorkFolder.Purpose) throws(ToolFailure) -> Descriptor {
    try permissions.check(path: try folder.relativePath(path), for: Self.name)
    return try folder.open(path, for: purpose)
  }
}

/// Reads a text file.
struct ReadFileTool: FileTool {
  static let name = "read_file"
  private static let maximumBytes = 4 << 20

  let folder: WorkFolder
  let permissions: ToolPermissions

  let definition = ToolDefinition(
    name: name,
    description: "Reads a text file.",
    arguments: .object([
      .init(name: "path", schema: .string, description: "Path of the file, relative to the work folder."),
      .init(
        name: "first_line",
        schema: .integer,
        description: "Line to begin with, from 1, for long files.",
        isRequired: false
      ),
    ])
  )
  let isReadOnly = true

  func call(_ arguments: ToolArguments) async throws -> String {
    let path = arguments.text("path")
    let file = try open(path, for: .reading)
    guard let bytes = file.read(maximumBytes: Self.maximumBytes) else { throw ToolFailure("'\(path)' cannot be read") }
    guard !bytes.contains(0) else { throw ToolFailure("'\(path)' is not a text file") }
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    var text = ""
    if let first = arguments.number("first_line"), first > 1 {
      guard first <= lines.count else { throw ToolFailure("'\(path)' has only \(lines.count) lines") }
      lines.removeFirst(first - 1)
      text = "[from line \(first)]\n"
    }
    // With room for the notes.
    var rest = ToolOutput.maximumBytes - 200
    var shown = 0
    for line in lines {
      guard rest > line.utf8.count || shown == 0 else { break }
      text += shown == 0 ? line : "\n" + line
      rest -= line.utf8.count + 1
      shown += 1
    }
    if shown < lines.count {
      text +=
        "\n[\(lines.count - shown) more lines: read on with first_line \((arguments.number("first_line") ?? 1) + shown)]"
    }
    return bytes.isEmpty ? "[the file is empty]" : ToolOutput.capped(text)
  }
}

/// Writes a text file.
struct WriteFileTool: FileTool {
  static let name = "write_file"
  private static let maximumBytes = 16 << 20

  let folder: WorkFolder
  let permissions: ToolPermissions

  let definition = ToolDefinition(
    name: name,
    description: "Writes a text file, replacing what was in it. Missing folders are made.",
    arguments: .object([
      .init(name: "path", schema: .string, description: "Path of the file, relative to the work folder."),
      .init(name: "content", schema: .string, description: "The whole text of the file."),
    ])
  )
  let isReadOnly = false

  func call(_ arguments: ToolArguments) async throws -> String {
    let path = arguments.text("path")
    let bytes = Array(arguments.text("content").utf8)
    guard bytes.count <= Self.maximumBytes else { throw ToolFailure("the content is longer than 16 MB") }
    let file = try open(path, for: .writing)
    guard file.write(bytes) else {
      throw ToolFailure("'\(path)' cannot be written: \(String(cString: strerror(errno)))")
    }
    return "Wrote \(bytes.count) bytes to \(path)."
  }
}

/// Lists a folder.
struct ListDirectoryTool: FileTool {
  static let name = "list_directory"
  private static let maximumEntries = 500

  let folder: WorkFolder
  let permissions: ToolPermissions

  let definition = ToolDefinition(
    name: name,
    description: "Lists the files and folders in a folder.",
    arguments: .object([
      .init(
        name: "path",
        schema: .string,
        description: "Path of the folder, relative to the work folder; '.' for itself.",
        isRequired: false
      )
    ])
  )
  let isReadOnly = true

  func call(_ arguments: ToolArguments) async throws -> String {
    let path = arguments.text("path").isEmpty ? "." : arguments.text("path")
    let descriptor = try open(path, for: .listing)
    guard let entries = descriptor.entries() else { throw ToolFailure("'\(path)' cannot be listed") }
    guard !entries.isEmpty else { return "[the folder is empty]" }
    let lines = entries.prefix(Self.maximumEntries).map { entry in
      switch entry.kind {
      case .folder: "\(entry.name)/"
      case .file(let size): "\(entry.name) (\(size) bytes)"
      case .link: "\(entry.name) (link)"
      case .other: "\(entry.name) (neither file nor folder)"
      }
    }
    let left = entries.count - lines.count
    return ToolOutput.capped(lines.joined(separator: "\n") + (left > 0 ? "\n[… and \(left) more]" : ""))
  }
}

extension Descriptor {
  fileprivate enum EntryKind { case folder, file(Int), link, other }

  /// The entries of an open folder by name; nil where the system fails.
  fileprivate func entries() -> [(name: String, kind: EntryKind)]? {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0, let stream = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      return nil
    }
    defer { closedir(stream) }
    var entries: [(name: String, kind: EntryKind)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      if name == "." || name == ".." { continue }
      var info = stat()
      guard fstatat(number, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
      let kind: EntryKind =
        switch info.st_mode & S_IFMT {
        case S_IFDIR: .folder
        case S_IFREG: .file(Int(info.st_size))
        case S_IFLNK: .link
        default: .other
        }
      entries.append((name, kind))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
