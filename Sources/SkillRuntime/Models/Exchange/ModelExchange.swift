import Foundation
import Synchronization

/// Asks a server, as often and in as many ways as it takes, and hands on the answer as it comes.
package struct ModelExchange<Dialect: ModelDialect>: Sendable {
  package var dialect: Dialect
  package var server: ModelServer
  package var memory: FeatureMemory

  package init(dialect: Dialect, server: ModelServer, memory: FeatureMemory) {
    self.dialect = dialect
    self.server = server
    self.memory = memory
  }

  /// The answer to a request, as ``ModelProvider/stream(_:)`` gives it.
  package func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await run(request) { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Why one attempt failed.
  private enum Failure: Error {
    case transport(HTTPFailure)
    case server(ServerError)
    /// The stream ended before the answer did.
    case cutOff
    /// The answer is not of the protocol.
    case garbled(String, evidence: String)
  }

  private func run(_ request: ModelRequest, emit: (ModelEvent) -> Void) async throws {
    let key = try await server.key()
    var features = memory.current
    var failures = 0
    var waited = Duration.zero
    // The first refusal names what was really asked for, so it is the one to show if weaker means do not help.
    var firstRefusal: ServerError?
    while true {
      var hasBegun = false
      do {
        let reply = try await attempt(request, features, key) { event in
          hasBegun = true
          emit(event)
        }
        memory.current = features
        emit(.finished(reply))
        return
      } catch let failure as Failure {
        let now = Int(Date().timeIntervalSince1970)
        if case .server(let error) = failure, !hasBegun,
          let weaker = dialect.weaker(features, because: error, for: request)
        {
          if features.tools && !weaker.tools {
            memory.current = weaker
            throw SkillError(
              .modelUnavailable,
              "'\(server.identifier)' takes no tools",
              evidence: error.message,
              suggestion: "Use a model or server that supports tool calling."
            )
          }
          features = weaker
          firstRefusal = firstRefusal ?? error
          continue
        }
        failures += 1
        let chance = Double.random(in: 0...1)
        if !hasBegun, let (reason, wish) = passing(failure),
          let delay = server.retry.delay(after: failures, waited: waited, wish: wish, chance: chance)
        {
          waited += delay
          emit(.retrying(after: delay, reason: key?.redacted(from: reason) ?? reason))
          try await ContinuousClock().sleep(for: delay)
          continue
        }
        throw skillError(failure, firstRefusal: firstRefusal, attempts: failures, now: now).redacted(key)
      }
    }
  }

  /// One request and its answer.
  private func attempt(
    _ request: ModelRequest,
    _ features: ServerFeatures,
    _ key: Secret?,
    emit: (ModelEvent) -> Void
  ) async throws -> ModelReply {
    guard let url = server.url(dialect.path) else { throw server.badAddress }
    let headers = dialect.headers(key: key)
    let body = JSONWriter.bytes(of: dialect.body(of: request, model: server.model, features: features))
    let message = HTTPRequest(
      method: "POST",
      url: url,
      headers: [("Content-Type", "application/json"), ("Accept", "text/event-stream, application/json")]
        + headers.plain,
      secretHeaders: headers.secret,
      body: body,
      limits: server.limits
    )
    do {
      return try await read(
        HTTPClient.shared.send(message),
        dialect.decoder(for: request, features: features),
        key,
        emit
      )
    } catch let failure as HTTPFailure {
      throw Failure.transport(failure)
    } catch let error as ServerError {
      throw Failure.server(error)
    } catch let failure as ServerSentEventParser.Failure {
      throw Failure.garbled(failure.description, evidence: "")
    }
  }

  private func read(
    _ stream: AsyncThrowingStream<HTTPStreamEvent, any Error>,
    _ decoder: Dialect.Decoder,
    _ key: Secret?,
    _ emit: (ModelEvent) -> Void
  ) async throws -> ModelReply {
    var decoder = decoder
    var parser = ServerSentEventParser()
    var response: HTTPResponse?
    var hasEvents = false
    var ending: (events: [ModelEvent], reply: ModelReply)?
    func handle(_ event: ServerSentEvent) throws {
      hasEvents = true
      var event = event
      if let key { event.data = key.redacted(from: event.data) }
      for event in try decoder.decode(event) { emit(event) }
    }
    do {
      for try await event in stream {
        switch event {
        case .head(let head): response = HTTPResponse(head: head, body: [])
        case .bytes(let bytes):
          // The body is kept only where it is not, or not yet, seen to be a stream.
          if !hasEvents { response?.append(bytes, maximumBytes: Self.wholeBodyLimit) }
          guard response?.isOfSuccess == true, response?.head.mediaType != "application/json" else { continue }
          for event in try parser.append(bytes) { try handle(event) }
        }
        if decoder.isComplete { break }
      }
    } catch let failure as HTTPFailure {
      // An answer that is whole is one, however its connection ends.
      ending = decoder.finish()
      guard hasEvents, ending != nil else { throw failure }
    }
    if decoder.isComplete { HTTPClient.shared.drain(stream) }
    try Task.checkCancellation()
    guard let response else { throw HTTPFailure(.connectionLost, "the connection ended before the answer") }
    guard response.isOfSuccess else {
      throw ServerError(response, now: Int(Date().timeIntervalSince1970))
    }
    if let event = try parser.finish() { try handle(event) }
    if !hasEvents, var value = try? JSONParser.parse(response.body) {
      if let key { value = (try? JSONParser.parse(key.redacted(from: value.jsonText))) ?? value }
      for event in try decoder.decode(whole: value) { emit(event) }
    }
    guard let (events, ended) = ending ?? decoder.finish() else {
      if hasEvents || response.body.isEmpty { throw Failure.cutOff }
      throw Failure.garbled(
        "the answer is not of the protocol",
        evidence: String(decoding: response.body.prefix(500), as: UTF8.self)
      )
    }
    var reply = ended
    reply.rateLimit = RateLimit(response.head, now: Int(Date().timeIntervalSince1970))
    for event in events { emit(event) }
    return reply
  }

  private static var wholeBodyLimit: Int { 16 << 20 }

  /// Why a failure may pass, and how long the server asks to wait; nil where it will not.
  private func passing(_ failure: Failure) -> (reason: String, wish: Duration?)? {
    switch failure {
    case .transport(let failure):
      switch failure.kind {
      case .cannotConnect, .connectionLost: return (failure.message, nil)
      case .badAddress, .unknownHost, .insecure, .timedOut, .tooLong: return nil
      }
    case .server(let error):
      guard error.isPassing else { return nil }
      let words = error.message.isEmpty ? "" : ": \(error.message.prefix(200))"
      return ("status \(error.status)\(words)", error.retryAfter)
    case .cutOff: return ("the connection ended before the answer", nil)
    case .garbled: return nil
    }
  }

  private func skillError(_ failure: Failure, firstRefusal: ServerError?, attempts: Int, now: Int) -> SkillError {
    switch failure {
    case .transport(let failure): server.skillError(failure, attempts: attempts)
    case .server(let error):
      server.skillError(error.isPassing ? error : firstRefusal ?? error, attempts: attempts, now: now)
    case .cutOff:
      server.skillError(HTTPFailure(.connectionLost, "the connection ended within the answer"), attempts: attempts)
    case .garbled(let message, let evidence):
      SkillError(
        .modelUnavailable,
        "'\(server.identifier)' gave no usable answer: \(message)",
        evidence: evidence,
        suggestion: "Check that \(server.base) is the address of such a service, and try again."
      )
    }
  }
}

extension HTTPResponse {
  fileprivate var isOfSuccess: Bool { (200..<300).contains(head.status) }
}

extension SkillError {
  /// The error with every copy of a key in it covered, for servers that repeat what they are sent.
  package func redacted(_ key: Secret?) -> SkillError {
    guard let key else { return self }
    var error = self
    error.message = key.redacted(from: message)
    error.evidence = key.redacted(from: evidence)
    error.suggestion = suggestion.map(key.redacted(from:))
    return error
  }
}
