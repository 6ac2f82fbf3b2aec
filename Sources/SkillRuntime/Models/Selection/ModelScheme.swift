/// A kind of model that `SKVM_MODEL` can name, as `SCHEME:NAME`, and how one of it is made.
///
/// A library with models of its own declares one,
///
/// ```swift
/// struct PhoneModels: ModelScheme {
///   let name = "phone"
///   func model(named name: String, environment: [String: String]) throws -> any ModelProvider {
///     try PhoneModel(path: name)
///   }
/// }
/// ```
///
/// and a program that wants them registers it before its first model step:
///
/// ```swift
/// ModelSchemes.shared.register(PhoneModels())
/// ```
public protocol ModelScheme: Sendable {
  /// What stands before the colon: a letter, then letters, digits and hyphens. Case does not count.
  var name: String { get }

  /// Makes a model.
  ///
  /// A machine's model is made once, when a step first needs it or its capabilities are asked for. What takes long, such
  /// as reading weights, is better left until the model is first asked.
  ///
  /// - Parameters:
  ///   - name: What stands after the colon, which is never empty: a name or a path, as the scheme has it.
  ///   - environment: The environment, for further settings.
  /// - Returns: The model; its identifier should be what `SKVM_MODEL` says.
  /// - Throws: A ``SkillError``, best of code `model-unavailable`, where there is no such model.
  func model(named name: String, environment: [String: String]) throws -> any ModelProvider
}
