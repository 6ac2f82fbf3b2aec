import Foundation

extension ModelServer {
  /// The error of a run for what the server says, after all that could be tried.
  ///
  /// - Parameters:
  ///   - error: The server's words.
  ///   - attempts: How many requests were sent.
  ///   - now: Seconds since 1970.
  /// - Returns: The error, with the server's words as evidence.
  func skillError(_ error: ServerError, attempts: Int, now: Int) -> SkillError {
    let evidence = String(error.message.prefix(1000))
    let tries = attempts > 1 ? ", \(attempts) times" : ""
    func make(_ code: SkillError.Code, _ message: String, _ suggestion: String? = nil) -> SkillError {
      SkillError(code, message, evidence: evidence, suggestion: suggestion)
    }
    if error.isQuota {
      return make(
        .modelUnavailable,
        "the account of '\(identifier)' has no credit left",
        "Look at the account's plan and billing."
      )
    }
    if let (needed, size) = error.contextOverflow {
      let need = needed.map { "a request of \($0) tokens" } ?? "the request"
      let fit = size.map { "the \($0) tokens of context that '\(identifier)' has" } ?? "the context of '\(identifier)'"
      return make(
        .contextExceeded,
        "\(need) does not fit into \(fit)",
        "Pass less data, or use a model with a larger context."
      )
    }
    if error.isRateLimit {
      return make(.rateLimited, rateLimitMessage(error, tries: tries, now: now), "Wait, or run fewer steps at once.")
    }
    if error.isRefusal { return make(.refused, "'\(identifier)' declined to answer") }
    switch error.status {
    case 300..<400:
      return make(
        .modelUnavailable,
        "\(base) points elsewhere\(error.location.map { ", to \($0)" } ?? "")",
        "Give that address, if you trust it: requests are not redirected."
      )
    case 401:
      return make(
        .modelUnavailable,
        "'\(identifier)' does not accept the key",
        "Set \(keyVariable) to a key that is valid."
      )
    case 403:
      return make(.modelUnavailable, "the key does not allow the use of '\(identifier)'", "Use another key or model.")
    case 404:
      return make(
        .modelUnavailable,
        "\(base) knows no model '\(model)', or is not an address of this kind of service",
        "Check the model's name and the address."
      )
    case 200: return make(.modelUnavailable, "'\(identifier)' broke off its answer with an error\(tries)")
    case 500...:
      return make(.modelUnavailable, "'\(identifier)' failed with status \(error.status)\(tries)", "Try later.")
    default: return make(.modelUnavailable, "'\(identifier)' did not take the request (status \(error.status))")
    }
  }

  private func rateLimitMessage(_ error: ServerError, tries: String, now: Int) -> String {
    var message = "'\(identifier)' limits the rate of requests and did so\(tries.isEmpty ? " at once" : tries)"
    var left: [String] = []
    if let requests = error.rateLimit?.remainingRequests { left.append("\(requests) requests") }
    if let tokens = error.rateLimit?.remainingTokens { left.append("\(tokens) tokens") }
    if !left.isEmpty { message += "; \(left.joined(separator: " and ")) are left" }
    if let wait = error.retryAfter ?? error.rateLimit?.resetAfter {
      message +=
        "; it asks to wait \(wait.inWords), until \(HTTPDate.timestamp(now + Int(wait.inSeconds.rounded(.up))))"
    }
    return message
  }

  /// The error of a run where there was no whole answer.
  func skillError(_ failure: HTTPFailure, attempts: Int) -> SkillError {
    let tries = attempts > 1 ? " (\(attempts) attempts)" : ""
    let suggestion: String? =
      switch failure.kind {
      case .cannotConnect: "Start the server, or check the address \(base)."
      case .unknownHost, .badAddress: "Check the address \(base)."
      case .insecure: "Use an https address with a valid certificate."
      case .connectionLost: "Try again."
      case .timedOut, .tooLong: nil
      }
    return SkillError(
      failure.kind == .timedOut ? .timedOut : .modelUnavailable,
      "'\(identifier)' gave no whole answer\(tries): \(failure.message)",
      suggestion: suggestion
    )
  }
}
