/// A service that is known by name: where it is, and where people put their key for it.
package struct ModelService: Hashable, Sendable {
  /// What stands before the model's name in identifiers.
  package var name: String
  /// The address that paths are added to, without a slash at the end.
  package var base: String
  /// The environment variable that may name another address.
  package var baseVariable: String?
  /// The environment variable that the key is in.
  package var keyVariable: String

  package static let openAI = ModelService(
    name: "openai",
    base: "https://api.openai.com/v1",
    baseVariable: "OPENAI_BASE_URL",
    keyVariable: "OPENAI_API_KEY"
  )
  package static let anthropic = ModelService(
    name: "anthropic",
    base: "https://api.anthropic.com",
    baseVariable: "ANTHROPIC_BASE_URL",
    keyVariable: "ANTHROPIC_API_KEY"
  )
  /// A server that is given by its address.
  package static let unnamed = ModelService(name: "", base: "", keyVariable: "SKVM_API_KEY")
}
