import SkillFormat
import SkillIR

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The command line of `skillc`, which the build plugin writes.
package struct CompileInvocation: Sendable {
  package var outputDirectory = ""
  /// The folder that paths in generated code are relative to.
  package var root = ""
  package var module: String?
  package var configurationPath: String?
  package var items: [TargetCompiler.Item] = []

  /// A command line that cannot be understood.
  package struct UsageError: Error, CustomStringConvertible {
    package var description: String
  }

  package static let usage = """
    OVERVIEW: Compile the skills of one target into Swift and an image.

    USAGE: skillc --output-directory <dir> [--root <dir>] [--module <name>] [--config <file>] \
    --skill <path> <output> …

    OPTIONS:
      --output-directory <dir>  Where the Swift files and the image go.
      --root <dir>              The folder that paths in generated code are relative to.
      --module <name>           The module that the generated code belongs to.
      --config <file>           The target's skvm.json.
      --skill <path> <output>   A skill, and the name of the Swift file to make of it.
      -h, --help                Show this help.
    """

  package init(arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    func value(of option: String) throws(UsageError) -> String {
      guard let value = rest.popFirst() else { throw UsageError(description: "'\(option)' needs a value") }
      return value
    }
    var skills: [(path: String, output: String)] = []
    while let argument = rest.popFirst() {
      switch argument {
      case "--output-directory": outputDirectory = try value(of: argument)
      case "--root": root = try value(of: argument)
      case "--module": module = try value(of: argument)
      case "--config": configurationPath = try value(of: argument)
      case "--skill": skills.append((try value(of: argument), try value(of: argument)))
      default: throw UsageError(description: "unknown argument '\(argument)'")
      }
    }
    guard !outputDirectory.isEmpty else { throw UsageError(description: "'--output-directory' is missing") }
    let prefix = root.hasSuffix("/") || root.isEmpty ? root : root + "/"
    items = skills.map { skill in
      TargetCompiler.Item(
        path: skill.path,
        displayPath: skill.path.hasPrefix(prefix) ? String(skill.path.dropFirst(prefix.count)) : skill.path,
        output: skill.output
      )
    }
  }

  /// Compiles and writes; files whose bytes stay the same are left alone.
  ///
  /// - Parameter print: Takes each message, in the format that SwiftPM and Xcode read.
  /// - Returns: Whether every skill compiled.
  /// - Throws: An error of the file system.
  package func run(print: (String) -> Void) throws -> Bool {
    var diagnostics = Diagnostics()
    var configuration = TargetConfiguration()
    if let configurationPath {
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: configurationPath)))
      configuration = TargetConfiguration(parsing: bytes, path: configurationPath, diagnostics: &diagnostics)
    }
    let output = try TargetCompiler(configuration: configuration, module: module).compile(
      items,
      diagnostics: &diagnostics
    )
    let paths = Dictionary(items.map { ($0.displayPath, $0.path) }) { first, _ in first }
    for diagnostic in diagnostics.sorted {
      print(diagnostic.replacing(file: absolutePath(diagnostic.file, paths: paths)).description)
    }
    let directory = URL(fileURLWithPath: outputDirectory, isDirectory: true)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for file in output.files {
      try Self.replaceContents(of: directory.appendingPathComponent(file.name), with: Data(file.text.utf8))
    }
    let image = "\(SwiftEmitter.imageName).\(SwiftEmitter.imageExtension)"
    try Self.replaceContents(of: directory.appendingPathComponent(image), with: Data(output.image.serialized()))
    return !diagnostics.hasErrors
  }

  /// The place on this machine of a file that messages name by its display path, so that editors can open it.
  private func absolutePath(_ file: String, paths: [String: String]) -> String {
    if let path = paths[file] { return path }
    for (displayPath, path) in paths where file.hasPrefix(displayPath + "/") {
      return path + file.dropFirst(displayPath.count)
    }
    return file
  }

  private static func replaceContents(of file: URL, with data: Data) throws {
    if let old = try? Data(contentsOf: file), old == data { return }
    try data.write(to: file, options: .atomic)
  }
}

extension Diagnostic {
  fileprivate func replacing(file: String) -> Diagnostic {
    var copy = self
    copy.file = file
    return copy
  }
}
