import Foundation
import TestSupport

/// A module of generated and other Swift, as the Swift compiler sees it beside the built runtime.
struct GeneratedModule {
  /// The folder of its files.
  let folder: URL
  let name: String

  /// Compiles skills into a new folder of the module.
  ///
  /// - Returns: What `skillc` says.
  func compile(skills: [String]) throws -> ChildProgram.Result {
    var arguments = ["--output-directory", folder.path, "--module", name]
    for (index, path) in skills.enumerated() { arguments += ["--skill", path, "skill\(index).swift"] }
    let result = try ChildProgram.run(try BuiltTool.path("skillc"), arguments)
    // SwiftPM writes this accessor for targets with resources.
    try write(
      """
      import Foundation
      extension Foundation.Bundle { static nonisolated let module = Foundation.Bundle.main }
      """,
      to: "accessor.swift"
    )
    return result
  }

  func write(_ text: String, to file: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appending(path: file))
  }

  /// The Swift files there are.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }.sorted()
  }

  /// Has the Swift compiler check the files against the built modules.
  func typeCheck(_ options: [String], modules: URL) throws -> ChildProgram.Result {
    try ChildProgram.run(
      "swiftc",
      ["-typecheck", "-swift-version", "6", "-module-name", name, "-I", modules.path]
        + BuiltTool.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + options
        + files().map { folder.appending(path: $0).path }
    )
  }
}
