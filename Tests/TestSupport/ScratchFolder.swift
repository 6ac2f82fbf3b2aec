import Foundation

/// Folders that tests write into and that go away again.
package enum ScratchFolder {
  /// Calls a function with the path of a new, empty folder, which is removed afterwards.
  package static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try make()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  /// The same for a function that waits.
  package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = try make()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
  }

  private static func make() throws -> URL {
    // Resolved, since the temporary folder itself lies behind a link on macOS.
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: "skvm-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Writes texts, and the folders they need, under a folder.
  package static func write(_ files: [String: String], in folder: String) throws {
    for (path, text) in files {
      let file = URL(filePath: folder).appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }
}
