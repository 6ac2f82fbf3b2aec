import SkillIR
public import SkillRuntime

/// The models of this process, which `SKVM_MODEL` names as `local:NAME` or `local:PATH.gguf`.
///
/// A program that wants them registers them before its first model step:
///
/// ```swift
/// ModelSchemes.shared.register(LocalModels())
/// ```
public struct LocalModels: ModelScheme {
  static let schemeName = "local"

  /// `local`
  public var name: String { Self.schemeName }

  private let store: ModelStore
  private let options: LocalModelOptions

  /// Creates the scheme.
  ///
  /// - Parameters:
  ///   - store: Where models that have a name are kept.
  ///   - options: How models are opened and generate.
  public init(store: ModelStore = .standard, options: LocalModelOptions = .init()) {
    self.store = store
    self.options = options
  }

  /// The model of a name or a path.
  ///
  /// - Parameters:
  ///   - name: A name that the store knows, or the path of a GGUF file.
  ///   - environment: Not looked at.
  /// - Returns: The model; its file is read when it is first asked.
  /// - Throws: A `SkillError` of code `model-unavailable` where there is no such file, or it was not fetched yet.
  public func model(named name: String, environment: [String: String]) throws -> any ModelProvider {
    LocalModel(path: try store.path(of: name), identifier: "\(Self.schemeName):\(name)", options: options)
  }
}
