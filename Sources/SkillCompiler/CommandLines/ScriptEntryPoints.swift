import SkillFormat
import SkillIR

/// The entry points that bundled scripts offer by their command lines.
enum ScriptEntryPoints {
  /// The languages whose command lines can be read.
  private enum Language { case python, shell, javaScript }

  /// Larger files are data or built code, not scripts that somebody wrote.
  private static let sizeLimit = 512 * 1024

  static func find(in module: SkillModule, diagnostics: inout Diagnostics) -> [EntryPoint] {
    var entryPoints: [EntryPoint] = []
    for file in module.source.files {
      guard let language = language(of: file), file.bytes.count <= sizeLimit,
        let text = String(validating: file.bytes, as: UTF8.self)
      else { continue }
      let source = SourceText(path: shownPath(of: file, in: module.source), text: text)
      let interface: CommandLineInterface? =
        switch language {
        case .python: PythonCommandLine.read(source, diagnostics: &diagnostics)
        case .shell: ShellCommandLine.read(source, diagnostics: &diagnostics)
        case .javaScript: JavaScriptCommandLine.read(source, diagnostics: &diagnostics)
        }
      if let interface {
        entryPoints += interface.entryPoints(scriptPath: file.path, sourcePath: source.path)
      }
    }
    return entryPoints
  }

  private static func language(of file: SkillSource.File) -> Language? {
    let name = file.path.split(separator: "/").last ?? ""
    switch name.split(separator: ".").last {
    case _ where !name.contains("."): return shebangLanguage(of: file.bytes)
    case "py": return .python
    case "sh", "bash": return .shell
    case "js", "mjs", "cjs": return .javaScript
    default: return nil
    }
  }

  private static func shebangLanguage(of bytes: [UInt8]) -> Language? {
    guard bytes.starts(with: "#!".utf8) else { return nil }
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }.prefix(200), as: UTF8.self)
    if line.contains("python") { return .python }
    if line.contains("node") { return .javaScript }
    return line.contains("sh") ? .shell : nil
  }

  /// The path of a bundled file in messages: beside the document, or inside the bundle.
  private static func shownPath(of file: SkillSource.File, in source: SkillSource) -> String {
    guard source.shape == .folder else { return "\(source.document.path)/\(file.path)" }
    let folder = source.document.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return (folder + [Substring(file.path)]).joined(separator: "/")
  }
}
