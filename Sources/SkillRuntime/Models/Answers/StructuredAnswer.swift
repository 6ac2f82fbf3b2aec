/// Asks a model for JSON until it is right, or it is plain that it will not be.
package struct StructuredAnswer: Sendable {
  /// How many times a wrong answer is sent back.
  package static let repairs = 2

  package var name: String
  package var envelope: AnswerEnvelope

  /// - Parameters:
  ///   - name: A short identifier that providers show the model.
  ///   - schema: The schema of the value.
  package init(name: String, schema: JSONSchema) {
    self.name = name
    envelope = AnswerEnvelope(schema)
  }

  /// Asks.
  ///
  /// - Parameters:
  ///   - messages: The conversation, which ends with what is asked for.
  ///   - provider: The model.
  ///   - options: How to generate.
  ///   - report: Told of what happens as it happens.
  ///   - check: The value as it is used, or what is wrong with it.
  /// - Returns: The value, and the tokens of all requests.
  /// - Throws: A ``SkillError``: `bad-answer` where the last answer was still wrong.
  package func ask(
    _ messages: [ModelMessage],
    of provider: any ModelProvider,
    options: ModelOptions,
    report: @Sendable (ModelEvent) -> Void,
    check: (JSONValue) throws(TypeMismatch) -> JSONValue
  ) async throws -> (value: JSONValue, usage: TokenUsage) {
    var messages = messages
    var usage = TokenUsage()
    var repairs = 0
    while true {
      let request = ModelRequest(
        messages: messages,
        answer: .json(name: name, schema: envelope.schema),
        options: options
      )
      let reply = try await provider.reply(to: request, report: report)
      usage = usage + (reply.usage ?? TokenUsage())
      try reply.requireWhole(from: provider, options: options)
      let problem: String
      do throws(TypeMismatch) {
        return (try value(of: reply.text, check: check), usage)
      } catch {
        problem = error.description
      }
      guard repairs < Self.repairs else {
        throw SkillError(
          .badAnswer,
          "'\(provider.identifier)' gave no answer of the type asked for, \(repairs + 1) times: \(problem)",
          evidence: String(reply.text.prefix(2000)),
          suggestion: "Say more exactly what is wanted, or use a stronger model."
        )
      }
      repairs += 1
      messages.append(.assistant(reply.text))
      messages.append(
        .user("That answer cannot be used: \(problem). Answer again with the whole corrected JSON and nothing else.")
      )
    }
  }

  private func value(
    of text: String,
    check: (JSONValue) throws(TypeMismatch) -> JSONValue
  ) throws(TypeMismatch) -> JSONValue {
    guard let (answer, _) = StructuredText.find(in: text, schema: envelope.schema) else {
      throw TypeMismatch(path: "", expected: "JSON", found: text.isEmpty ? "nothing" : "other text")
    }
    var first: TypeMismatch?
    for candidate in envelope.values(in: answer) {
      do throws(TypeMismatch) {
        return try check(candidate)
      } catch {
        first = first ?? error
      }
    }
    throw first ?? TypeMismatch(path: "", expected: "a value", found: "nothing")
  }
}

extension ModelProvider {
  /// The answer to a request, with everything on the way reported.
  package func reply(
    to request: ModelRequest,
    report: @Sendable (ModelEvent) -> Void
  ) async throws -> ModelReply {
    for try await event in stream(request) {
      report(event)
      if case .finished(let reply) = event { return reply }
    }
    try Task.checkCancellation()
    throw SkillError(.modelUnavailable, "'\(identifier)' ended its answer early", suggestion: "Try again.")
  }
}

extension ModelReply {
  /// Throws where the answer was declined or cut off.
  package func requireWhole(from provider: any ModelProvider, options: ModelOptions) throws {
    switch stopReason {
    case .finished, .toolCalls: return
    case .refused:
      throw SkillError(
        .refused,
        "'\(provider.identifier)' declined to answer",
        evidence: String(text.prefix(2000)),
        suggestion: "Rephrase what is asked."
      )
    case .length:
      let written = usage.map { " after \($0.output) tokens" } ?? ""
      let read = usage.map { " (it read \($0.input + $0.cacheRead + $0.cacheWrite))" } ?? ""
      let limit = options.maximumTokens.map { ", the limit being \($0)" } ?? ""
      let size = provider.capabilities.contextSize.map { "; its context holds \($0)" } ?? ""
      throw SkillError(
        .contextExceeded,
        "the answer of '\(provider.identifier)' was cut off\(written)\(read)\(limit)\(size)",
        evidence: String(text.suffix(500)),
        suggestion: "Allow more tokens, pass less data, or use a model with a larger context."
      )
    }
  }
}
