import Foundation
import SkillIR
import SkillRuntime

/// The folder that fetched models are kept in.
///
/// A model is either named, and then fetched once, or given by the path of its file.
public struct ModelStore: Hashable, Sendable {
  /// The folder's path; it need not exist yet.
  public let folder: String

  /// The store of this user: `$SKVM_MODELS`, else `models` in `$SKVM_HOME`, else `~/.skvm/models`.
  public static var standard: ModelStore {
    let folder = ProcessInfo.processInfo.environment["SKVM_MODELS"] ?? ""
    return ModelStore(folder: folder.isEmpty ? "\(HomeFolder.standard)/models" : folder)
  }

  /// Creates a store in a folder.
  ///
  /// - Parameter folder: The folder's path; it is made when the first model is fetched.
  public init(folder: String) { self.folder = folder }

  /// Where the file of a model is or will be.
  ///
  /// - Parameter model: The model.
  /// - Returns: The path.
  public func path(of model: CatalogueModel) -> String { "\(folder)/\(model.name).gguf" }

  /// Whether a model was fetched.
  ///
  /// - Parameter model: The model.
  /// - Returns: Whether its file is there, with its size.
  public func contains(_ model: CatalogueModel) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: model))
    return (attributes?[.size] as? NSNumber)?.intValue == model.size
  }

  /// The file of a model.
  ///
  /// - Parameter name: A name of the catalogue, or the path of a GGUF file; `~/` is the home folder.
  /// - Returns: The path.
  /// - Throws: A `SkillError` of code `model-unavailable`: there is no such name or file, or it was not fetched yet.
  public func path(of name: String) throws -> String {
    if let model = CatalogueModel.all.first(where: { $0.name == name }) {
      if contains(model) { return path(of: model) }
      throw SkillError(
        .modelUnavailable,
        "the model '\(name)' was not fetched yet",
        suggestion: "Fetch it once, with 'skvm model pull \(name)' or in a program with 'ModelStore.pull'."
      )
    }
    let path = name.hasPrefix("~/") ? NSHomeDirectory() + name.dropFirst(1) : name
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      if !isFolder.boolValue { return path }
      throw SkillError(.modelUnavailable, "'\(name)' is a folder", suggestion: "Name the GGUF file in it.")
    }
    let names = CatalogueModel.all.map(\.name)
    if name.contains("/") || name.hasSuffix(".gguf") {
      throw SkillError(.modelUnavailable, "there is no file '\(name)'", suggestion: "Give the path of a GGUF file.")
    }
    throw SkillError(
      .modelUnavailable,
      "there is no model '\(name)'\(NearestSpelling.hint(for: name, among: names))",
      suggestion: "Give one of \(names.joined(separator: ", ")), or the path of a GGUF file."
    )
  }
}
