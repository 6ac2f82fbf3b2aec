import Foundation

/// The model that `SKVM_MODEL` names.
package enum ModelSelection: Hashable, Sendable {
  /// `openai:NAME`
  case openAI(String)
  /// `anthropic:NAME`
  case anthropic(String)
  /// `http://host:port/base#NAME`: a server that speaks as OpenAI's does.
  case server(base: String, model: String)

  /// Where the key of a server without a well-known name is looked for.
  package static let serverKeyVariable = "SKVM_API_KEY"

  private static let accepted =
    "Give openai:NAME, anthropic:NAME, or the address of a server and a model there, such as http://127.0.0.1:8080/v1#NAME."

  /// Reads a name.
  ///
  /// - Throws: A ``SkillError`` that says what was given and what is accepted.
  package static func parse(_ text: String) throws -> ModelSelection {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    func refused(_ why: String, _ suggestion: String = accepted) -> SkillError {
      SkillError(.modelUnavailable, "SKVM_MODEL=\(text) names no model: \(why)", suggestion: suggestion)
    }
    guard !text.isEmpty else { throw refused("it is empty") }
    let colon = text.firstIndex(of: ":")
    let kind = colon.map { text[..<$0].lowercased() } ?? ""
    let name = colon.map { text[text.index(after: $0)...].trimmingCharacters(in: .whitespaces) } ?? ""
    switch kind {
    case "openai", "anthropic":
      guard !name.isEmpty else { throw refused("a name has to follow '\(kind):'") }
      return kind == "openai" ? .openAI(name) : .anthropic(name)
    case "http", "https": return try parse(address: text, refused)
    case "local": throw refused("models in this process are not in this version", Self.accepted)
    case "":
      if text.lowercased().hasPrefix("claude") { throw refused("the kind is missing", "Give anthropic:\(text).") }
      if text.lowercased().hasPrefix("gpt") { throw refused("the kind is missing", "Give openai:\(text).") }
      throw refused("the kind is missing")
    default:
      let hint = NearestSpelling.hint(for: kind, among: ["openai", "anthropic", "http", "https"])
      throw refused("there is no kind '\(kind)'" + hint)
    }
  }

  private static func parse(
    address text: String,
    _ refused: (String, String) -> SkillError
  ) throws -> ModelSelection {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let url = URL(string: String(parts[0])), let host = url.host(), !host.isEmpty else {
      // The text is not repeated as a suggestion: it may hold a password.
      throw refused("'\(parts[0])' is not an address", accepted)
    }
    guard url.user() == nil, url.password() == nil, url.query() == nil else {
      throw SkillError(
        .modelUnavailable,
        "SKVM_MODEL names an address with a user, a password or a query in it",
        suggestion: "Give the plain address, and the key in \(serverKeyVariable)."
      )
    }
    guard parts.count == 2, case let model = parts[1].removingPercentEncoding ?? String(parts[1]), !model.isEmpty else {
      throw refused("the model is missing", "Add '#' and the model's name as the server has it.")
    }
    var base = String(parts[0]).withoutTrailingSlashes
    // Without a path, the one that nearly every server has.
    if url.path().isEmpty || url.path() == "/" { base += "/v1" }
    return .server(base: base, model: model)
  }

  /// The model that the environment names.
  ///
  /// - Parameter environment: `SKVM_MODEL`, and keys and addresses: `OPENAI_API_KEY`, `OPENAI_BASE_URL`,
  ///   `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`, and `SKVM_API_KEY` for a server that is given by its address.
  /// - Returns: A provider, nil where `SKVM_MODEL` is not set.
  /// - Throws: A ``SkillError`` where it names none.
  package static func fromEnvironment(_ environment: [String: String]) throws -> (any ModelProvider)? {
    guard let text = environment["SKVM_MODEL"], !text.allSatisfy(\.isWhitespace) else { return nil }
    return try parse(text).provider(environment)
  }

  /// The provider of the model, with keys and addresses of an environment.
  package func provider(_ environment: [String: String]) throws -> any ModelProvider {
    func value(_ name: String) -> String? {
      environment[name].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    func server(_ identifier: String, _ model: String, _ base: String, _ keyVariable: String) throws -> ModelServer {
      let base = base.withoutTrailingSlashes
      guard let url = URL(string: base), ["http", "https"].contains(url.scheme?.lowercased()), url.host() != nil,
        url.user() == nil, url.password() == nil, url.query() == nil
      else {
        throw SkillError(
          .modelUnavailable,
          "the address of the server of '\(identifier)' is none",
          suggestion: "Set the variable to one such as https://api.example.com/v1, without user, password and query."
        )
      }
      let key = Secret(value(keyVariable) ?? "")
      return ModelServer(
        identifier: identifier,
        model: model,
        base: base,
        credential: { key.exposed },
        keyVariable: keyVariable,
        retry: RetryPolicy(),
        limits: ModelTimeLimits().http
      )
    }
    switch self {
    case .openAI(let name):
      let base = value("OPENAI_BASE_URL") ?? OpenAICompatibleProvider.defaultBase
      return OpenAICompatibleProvider(try server("openai:\(name)", name, base, "OPENAI_API_KEY"))
    case .anthropic(let name):
      let base = value("ANTHROPIC_BASE_URL") ?? AnthropicProvider.defaultBase
      return AnthropicProvider(try server("anthropic:\(name)", name, base, "ANTHROPIC_API_KEY"))
    case .server(let base, let name):
      return OpenAICompatibleProvider(try server("\(base)#\(name)", name, base, Self.serverKeyVariable))
    }
  }
}

extension String {
  package var withoutTrailingSlashes: String {
    var text = Substring(self)
    while text.hasSuffix("/") { text.removeLast() }
    return String(text)
  }
}
