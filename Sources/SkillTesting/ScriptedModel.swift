public import SkillRuntime
import Synchronization

/// A model for tests: it answers what the test says, and keeps what it was asked.
///
/// Give it the answers in order,
///
/// ```swift
/// let model = ScriptedModel([.text("A short headline"), .json(["ok": true]), .failure(SkillError(.refused, "no"))])
/// ```
///
/// or a closure that answers each request:
///
/// ```swift
/// let model = ScriptedModel { request in
///   request.lastUserText.contains("headline") ? .text("Sales rose") : .json(["notes": []])
/// }
/// ```
///
/// Steps that run at the same time ask in no fixed order: for those, use a closure that looks at the request. A request
/// for which there is no answer left throws a `model-unavailable` error that quotes it.
public final class ScriptedModel: ModelProvider {
  /// One answer of a scripted model.
  public struct Answer: Sendable {
    private enum Outcome {
      case reply(ModelReply)
      case failure(any Error)
    }

    private var outcome: Outcome
    private var pieces: [String]?
    private var delay = Duration.zero
    private var retries: [(delay: Duration, reason: String)] = []

    private init(_ outcome: Outcome) { self.outcome = outcome }

    /// A whole reply, with its tool calls, stop reason and usage.
    public static func reply(_ reply: ModelReply) -> Answer { Answer(.reply(reply)) }

    /// Words.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - usage: The tokens it is said to have taken.
    /// - Returns: The answer.
    public static func text(_ text: String, usage: TokenUsage? = nil) -> Answer {
      .reply(ModelReply(text: text, usage: usage))
    }

    /// JSON, as an answer to a request with a schema.
    ///
    /// Results that are no object are asked for as `{"value": …}`, and are accepted with and without that.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - usage: The tokens it is said to have taken.
    /// - Returns: The answer.
    public static func json(_ value: JSONValue, usage: TokenUsage? = nil) -> Answer {
      .text(value.jsonText, usage: usage)
    }

    /// A call of one tool.
    ///
    /// - Parameters:
    ///   - name: The tool's name.
    ///   - arguments: Its arguments.
    ///   - id: The id of the call.
    /// - Returns: The answer.
    public static func toolCall(_ name: String, _ arguments: JSONValue, id: String = "call-1") -> Answer {
      .toolCalls([ToolCall(id: id, name: name, arguments: arguments)])
    }

    /// Calls of several tools in one turn.
    public static func toolCalls(_ calls: [ToolCall]) -> Answer {
      .reply(ModelReply(text: "", toolCalls: calls, stopReason: .toolCalls))
    }

    /// A failure, such as a ``SkillRuntime/SkillError`` of code `rate-limited`.
    public static func failure(_ error: any Error) -> Answer { Answer(.failure(error)) }

    /// The same answer after a wait, which ends at once where the task is cancelled.
    public func after(_ delay: Duration) -> Answer {
      var answer = self
      answer.delay = delay
      return answer
    }

    /// The same answer, its text streamed in these pieces; a failure comes after them.
    public func streamed(in pieces: [String]) -> Answer {
      var answer = self
      answer.pieces = pieces
      return answer
    }

    /// The same answer after it was reported that the request is sent again; nothing waits for that.
    public func afterRetrying(_ reason: String, after delay: Duration = .seconds(1)) -> Answer {
      var answer = self
      answer.retries.append((delay, reason))
      return answer
    }

    /// Plays the answer.
    fileprivate func play(_ emit: (ModelEvent) -> Void) async throws {
      if delay > .zero { try await ContinuousClock().sleep(for: delay) }
      for retry in retries { emit(.retrying(after: retry.delay, reason: retry.reason)) }
      switch outcome {
      case .reply(let reply):
        for piece in pieces ?? (reply.text.isEmpty ? [] : [reply.text]) { emit(.text(piece)) }
        for call in reply.toolCalls { emit(.toolCall(call)) }
        emit(.finished(reply))
      case .failure(let error):
        for piece in pieces ?? [] { emit(.text(piece)) }
        throw error
      }
    }
  }

  private struct State {
    var requests: [ModelRequest] = []
    var answers: ArraySlice<Answer>
  }

  /// The model's name in messages and traces.
  public let identifier: String
  /// What the model says it can do.
  public let capabilities: ModelCapabilities
  private let declaredAvailability: ModelAvailability
  private let state: Mutex<State>
  private let answer: (@Sendable (ModelRequest) async throws -> Answer)?

  /// Creates a model that gives answers in order.
  ///
  /// - Parameters:
  ///   - answers: The answers.
  ///   - identifier: The model's name in messages and traces.
  ///   - capabilities: What the model says it can do.
  ///   - availability: Whether it says that it can be used.
  public init(
    _ answers: [Answer],
    identifier: String = "scripted:model",
    capabilities: ModelCapabilities = .init(tools: true, schema: .guided),
    availability: ModelAvailability = .available
  ) {
    self.identifier = identifier
    self.capabilities = capabilities
    declaredAvailability = availability
    state = Mutex(State(answers: answers[...]))
    answer = nil
  }

  /// Creates a model that answers by a closure.
  ///
  /// - Parameters:
  ///   - identifier: The model's name in messages and traces.
  ///   - capabilities: What the model says it can do.
  ///   - availability: Whether it says that it can be used.
  ///   - answer: Gives the answer to a request, or throws what the request shall fail with.
  public init(
    identifier: String = "scripted:model",
    capabilities: ModelCapabilities = .init(tools: true, schema: .guided),
    availability: ModelAvailability = .available,
    answer: @escaping @Sendable (ModelRequest) async throws -> Answer
  ) {
    self.identifier = identifier
    self.capabilities = capabilities
    declaredAvailability = availability
    state = Mutex(State(answers: []))
    self.answer = answer
  }

  /// The requests so far, in the order they came.
  public var requests: [ModelRequest] { state.withLock { $0.requests } }

  /// How many of the answers have not been asked for; 0 for a model with a closure.
  public var remainingAnswers: Int { state.withLock { $0.answers.count } }

  /// The availability it was created with.
  public func availability() async -> ModelAvailability { declaredAvailability }

  /// Plays the next answer.
  public func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    let (number, queued) = state.withLock { state in
      state.requests.append(request)
      return (state.requests.count, answer == nil ? state.answers.popFirst() : nil)
    }
    return AsyncThrowingStream { continuation in
      let task = Task {
        do {
          guard let next = try await answer?(request) ?? queued else {
            throw SkillError(
              .modelUnavailable,
              "'\(identifier)' has no answer left for request \(number)",
              evidence: request.lastUserText,
              suggestion: "Give the scripted model more answers."
            )
          }
          try await next.play { continuation.yield($0) }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}

extension ModelRequest {
  /// The last thing the user says in the request; empty where they say nothing.
  public var lastUserText: String {
    for message in messages.reversed() {
      if case .user(let text) = message { return text }
    }
    return ""
  }
}
