import Foundation

/// The tools and modules of the build that the tests belong to.
enum BuiltTool {
  struct NotBuilt: Error {
    var name: String
  }

  /// The folder of build products: the one that holds this test program.
  private static let products: URL = {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    var folder = program.deletingLastPathComponent()
    // On macOS the tests are a bundle a few levels further down.
    while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.appending(path: "skillc").path) {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  static func path(_ name: String) throws -> String {
    let url = products.appending(path: name)
    guard FileManager.default.isExecutableFile(atPath: url.path) else { throw NotBuilt(name: name) }
    return url.path
  }

  /// The folder of compiled modules, where the build system keeps one.
  static let modules: URL? = {
    let folder = products.appending(path: "Modules")
    return FileManager.default.fileExists(atPath: folder.appending(path: "SkillRuntime.swiftmodule").path)
      ? folder : nil
  }()

  /// What tells the compiler of the modules in C that built modules need.
  static let moduleMaps: [String] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: products.path)) ?? []
    // Those of modules in Swift lie a folder deeper.
    // What is built for plugins' tools is built a second time for everybody else, under the same module name.
    return folders.filter { $0.hasSuffix(".build") && !$0.hasSuffix("-tool.build") }
      .map { products.appending(path: "\($0)/module.modulemap").path }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }()
}
