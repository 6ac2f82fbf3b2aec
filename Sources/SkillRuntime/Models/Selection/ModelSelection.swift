import Foundation

/// The model that `SKVM_MODEL` names.
package enum ModelSelection: Hashable, Sendable {
  /// `openai:NAME`
  case openAI(String)
  /// `anthropic:NAME`
  case anthropic(String)
  /// `http://host:port/base#NAME`: a server that speaks as OpenAI's does.
  case server(base: String, model: String)
  /// `SCHEME:NAME` of a registered ``ModelScheme``.
  case registered(scheme: String, model: String)

  private static let known = ["openai", "anthropic", "http", "https"]
  /// The scheme of models in this process, which another library of this package brings along.
  private static let localScheme = "local"

  private static func accepted(_ schemes: ModelSchemes) -> String {
    let others = schemes.names.filter { !known.contains($0) }.map { "\($0):NAME, " }.joined()
    return "Give openai:NAME, anthropic:NAME, \(others)or the address of a server and a model there, "
      + "such as http://127.0.0.1:8080/v1#NAME."
  }

  private static let localSuggestion = """
    Add the product LanguageModels to the target, import it, and call 'ModelSchemes.shared.register(LocalModels())' before \
    the first call of a skill.
    """

  /// Reads a name.
  ///
  /// - Parameters:
  ///   - text: The value of `SKVM_MODEL`.
  ///   - schemes: The schemes beside those that are always known.
  /// - Returns: What it names.
  /// - Throws: A ``SkillError`` that says what was given and what is accepted.
  package static func parse(_ text: String, schemes: ModelSchemes = .shared) throws -> ModelSelection {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    func refused(_ why: String, _ suggestion: String? = nil) -> SkillError {
      SkillError(
        .modelUnavailable,
        "SKVM_MODEL=\(text) names no model: \(why)",
        suggestion: suggestion ?? accepted(schemes)
      )
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
    case _ where schemes[kind] != nil:
      guard !name.isEmpty else { throw refused("a name or path has to follow '\(kind):'") }
      return .registered(scheme: kind, model: name)
    case localScheme: throw refused("this program has no models of its own", localSuggestion)
    case "":
      if text.lowercased().hasPrefix("claude") { throw refused("the kind is missing", "Give anthropic:\(text).") }
      if text.lowercased().hasPrefix("gpt") { throw refused("the kind is missing", "Give openai:\(text).") }
      throw refused("the kind is missing")
    default:
      let hint = NearestSpelling.hint(for: kind, among: known + [localScheme] + schemes.names)
      throw refused("there is no kind '\(kind)'" + hint)
    }
  }

  private static func parse(
    address text: String,
    _ refused: (String, String?) -> SkillError
  ) throws -> ModelSelection {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let url = URL(string: String(parts[0])), let host = url.host(), !host.isEmpty else {
      // The text is not repeated as a suggestion: it may hold a password.
      throw refused("'\(parts[0])' is not an address", nil)
    }
    guard url.user() == nil, url.password() == nil, url.query() == nil else {
      throw SkillError(
        .modelUnavailable,
        "SKVM_MODEL names an address with a user, a password or a query in it",
        suggestion: "Give the plain address, and the key in \(ModelService.unnamed.keyVariable)."
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
  /// - Parameters:
  ///   - environment: `SKVM_MODEL`, and keys and addresses: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `ANTHROPIC_API_KEY`,
  ///     `ANTHROPIC_BASE_URL`, and `SKVM_API_KEY` for a server that is given by its address.
  ///   - schemes: The schemes beside those that are always known.
  /// - Returns: A provider, nil where `SKVM_MODEL` is not set.
  /// - Throws: A ``SkillError`` where it names none.
  package static func fromEnvironment(
    _ environment: [String: String],
    schemes: ModelSchemes = .shared
  ) throws -> (any ModelProvider)? {
    guard let text = environment["SKVM_MODEL"], !text.allSatisfy(\.isWhitespace) else { return nil }
    return try parse(text, schemes: schemes).provider(environment, schemes: schemes)
  }

  /// The provider of the model, with keys and addresses of an environment.
  package func provider(
    _ environment: [String: String],
    schemes: ModelSchemes = .shared
  ) throws -> any ModelProvider {
    func value(_ name: String) -> String? {
      environment[name].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    func server(_ service: ModelService, _ model: String, base: String? = nil) throws -> ModelServer {
      let identifier = base.map { "\($0)#\(model)" } ?? "\(service.name):\(model)"
      let address = base ?? service.baseVariable.flatMap(value) ?? service.base
      guard let url = URL(string: address.withoutTrailingSlashes),
        ["http", "https"].contains(url.scheme?.lowercased()), url.host() != nil, url.user() == nil,
        url.password() == nil, url.query() == nil
      else {
        throw SkillError(
          .modelUnavailable,
          "the address of the server of '\(identifier)' is none",
          suggestion: "Set the variable to one such as https://api.example.com/v1, without user, password and query."
        )
      }
      let key = Secret(value(service.keyVariable) ?? "")
      return ModelServer(service, model: model, baseURL: url, identifier: identifier, credential: { key.exposed })
    }
    switch self {
    case .openAI(let name): return OpenAICompatibleProvider(try server(.openAI, name))
    case .anthropic(let name): return AnthropicProvider(try server(.anthropic, name))
    case .server(let base, let name): return OpenAICompatibleProvider(try server(.unnamed, name, base: base))
    case .registered(let scheme, let name):
      guard let scheme = schemes[scheme] else {
        throw SkillError(.modelUnavailable, "there is no kind '\(scheme)' of models any more")
      }
      return try scheme.model(named: name, environment: environment)
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
