import NeuralEngine
import SkillFormat

/// A program's file, with the weight files beside it.
struct MILFile {
  /// The file cannot be read.
  struct Unreadable: Error {
    var message: String

    /// The error as a finding about a program.
    var finding: RestrictionFinding { RestrictionFinding(RestrictionFinding.unreadableFile, .error, message) }
  }

  /// The path as the command line gives it.
  var path: String
  var text: [UInt8]

  init(path: String) throws(Unreadable) {
    self.path = path
    do throws(WeightError) {
      let buffer = try WeightBuffer(mapping: path)
      text = withExtendedLifetime(buffer) { [UInt8](buffer.unsafeBytes) }
    } catch {
      throw Unreadable(message: "cannot read '\(path.escapingControls())': \(error.detail)")
    }
  }

  /// What messages call the file.
  var displayPath: String { path.escapingControls() }

  /// The folder that `@model_path/` stands for.
  var folder: String {
    guard let end = path.lastIndex(of: "/") else { return "." }
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// The weight files that the program names and that lie where it says, from its own folder on.
  func weightsBeside(_ program: MILProgram) -> WeightFiles {
    var files = WeightFiles()
    for path in program.weightPaths {
      if let found = try? WeightFiles.mapping([path], in: folder) { files[path] = found[path] }
    }
    return files
  }
}
