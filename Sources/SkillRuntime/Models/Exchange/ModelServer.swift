package import Foundation

/// Where a model is served, and what is needed to ask it.
package struct ModelServer: Sendable {
  /// The model as `SKVM_MODEL` names it.
  package var identifier: String
  /// The model as the server names it.
  package var model: String
  /// The address that paths are added to, without a slash at the end.
  package var base: String
  package var credential: @Sendable () async throws -> String?
  /// The environment variable that people put the key into, for messages.
  package var keyVariable: String
  package var retry: RetryPolicy
  package var limits: HTTPLimits

  /// Whether the service cannot be used without a key.
  package var needsKey: Bool { keyVariable != ModelService.unnamed.keyVariable && url("")?.isLoopback != true }

  package func url(_ path: String) -> URL? { URL(string: base + path) }

  /// The key, nil where there is none.
  ///
  /// - Throws: A ``SkillError`` where there has to be one, or where it cannot be a key.
  package func key() async throws -> Secret? {
    let given: String?
    do {
      given = try await credential()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw SkillError(
        .modelUnavailable,
        "the key for '\(identifier)' cannot be had",
        underlyingError: error
      )
    }
    let key = (given ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    guard !key.isEmpty else {
      guard needsKey else { return nil }
      throw SkillError(
        .modelUnavailable,
        "there is no key for '\(identifier)'",
        suggestion: "Set \(keyVariable) to an API key."
      )
    }
    guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw SkillError(
        .modelUnavailable,
        "what is given as the key for '\(identifier)' holds characters that no key has",
        suggestion: "Look at how \(keyVariable) is set."
      )
    }
    guard let url = url("") else { throw badAddress }
    guard url.scheme?.lowercased() == "https" || url.isLoopback else {
      throw SkillError(
        .modelUnavailable,
        "the key for '\(identifier)' is not sent to \(url.serverName) without encryption",
        suggestion: "Use an https address, or unset \(keyVariable) if the server needs no key."
      )
    }
    return Secret(key)
  }

  package var badAddress: SkillError {
    SkillError(
      .modelUnavailable,
      "'\(base)' is not an address of a model's server",
      suggestion: "Give one such as http://127.0.0.1:8080/v1."
    )
  }
}

extension ModelServer {
  /// Creates a server of a service.
  ///
  /// - Parameters:
  ///   - service: What holds where nothing else is given.
  ///   - model: The model's name.
  ///   - baseURL: The address; nil for the service's own.
  ///   - identifier: What the model is called; nil for the service's and the model's name.
  ///   - retry: How often a request is sent again that the server could not take.
  ///   - timeLimits: How long to wait.
  ///   - credential: Gives the key; nil for the one in the service's environment variable.
  package init(
    _ service: ModelService,
    model: String,
    baseURL: URL? = nil,
    identifier: String? = nil,
    retry: RetryPolicy = .init(),
    timeLimits: ModelTimeLimits = .init(),
    credential: (@Sendable () async throws -> String?)? = nil
  ) {
    let variable = service.keyVariable
    self.init(
      identifier: identifier ?? "\(service.name):\(model)",
      model: model,
      base: (baseURL?.absoluteString ?? service.base).withoutTrailingSlashes,
      credential: credential ?? { ProcessInfo.processInfo.environment[variable] },
      keyVariable: variable,
      retry: retry,
      limits: timeLimits.http
    )
  }
}

extension ModelServer: CustomStringConvertible, CustomReflectable {
  package var description: String { identifier }
  package var customMirror: Mirror { Mirror(self, children: ["identifier": identifier, "base": base]) }
}
