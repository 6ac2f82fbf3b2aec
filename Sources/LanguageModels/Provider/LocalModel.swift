import SkillIR
public import SkillRuntime

/// A model of a GGUF file, run in this process.
///
/// ```swift
/// let model = LocalModel(path: "models/qwen2.5-0.5b-instruct-q8_0.gguf")
/// ```
///
/// The file is opened when the model is first asked, and stays mapped as long as there is a copy of this value. Answers
/// that must have a shape, and the arguments of tool calls, are decoded under a grammar of their schema: they can be
/// nothing else. Requests of several tasks take turns, token by token.
public struct LocalModel: ModelProvider {
  /// The model as `SKVM_MODEL` names it.
  public let identifier: String
  private let loader: ModelLoader
  private let options: LocalModelOptions

  /// Creates a provider; nothing is read yet.
  ///
  /// - Parameters:
  ///   - path: The GGUF file.
  ///   - identifier: What the model is called in messages and traces; nil for `local:` and the path.
  ///   - options: How it is opened and generates.
  public init(path: String, identifier: String? = nil, options: LocalModelOptions = .init()) {
    self.identifier = identifier ?? "\(LocalModels.schemeName):\(path)"
    self.options = options
    loader = ModelLoader(path: path, options: options)
  }

  /// What the file says the model can do.
  public var capabilities: ModelCapabilities {
    ModelCapabilities(tools: true, schema: .guided, contextSize: loader.contextSize)
  }

  /// Whether the file is a model that can be run; reads the head of the file only.
  ///
  /// - Returns: What is wrong, where something is.
  public func availability() async -> ModelAvailability {
    do {
      try await loader.queue.run { [loader] in try loader.check() }
      return .available
    } catch let error as LanguageModelError {
      return .unavailable(reason: error.skillError(of: identifier).message)
    } catch {
      return .unavailable(reason: "\(error)")
    }
  }

  /// Answers a request as it goes.
  ///
  /// - Parameter request: The conversation, tools and shape of the answer.
  /// - Returns: The events; a ``SkillError`` where the model cannot be run or the request does not fit its context.
  public func stream(_ request: ModelRequest) -> AsyncThrowingStream<ModelEvent, any Error> {
    stream(request, LocalRequestSettings())
  }

  /// Answers a request as it goes, with settings that only local models have.
  ///
  /// - Parameters:
  ///   - request: The conversation, tools and shape of the answer.
  ///   - settings: What else is asked.
  /// - Returns: The events.
  package func stream(
    _ request: ModelRequest,
    _ settings: LocalRequestSettings
  ) -> AsyncThrowingStream<ModelEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          try await answer(request, settings) { continuation.yield($0) }
          continuation.finish()
        } catch let error as LanguageModelError {
          continuation.finish(throwing: error.skillError(of: identifier))
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// The model itself, opened if it is not yet.
  ///
  /// - Returns: The model.
  /// - Throws: A `LanguageModelError` where the file cannot be used.
  package func open() async throws -> LanguageModel { try await loader.model() }

  private func answer(
    _ request: ModelRequest,
    _ settings: LocalRequestSettings,
    report: (ModelEvent) -> Void
  ) async throws {
    let model = try await loader.model()
    // Long texts and wide schemas take their time.
    let (prompt, generation) = try await loader.queue.run { [options] in
      let prompt = LocalPrompt(request, template: model.chatTemplate, mustCall: settings.mustCall)
      let generation = GenerationRequest(
        prompt: model.tokens(of: prompt.prompt),
        maximumTokens: request.options.maximumTokens ?? options.maximumTokens,
        sampling: Self.sampling(request.options, settings),
        stops: prompt.prompt.stops + settings.stops,
        guide: try prompt.grammar.map { (grammar) throws(LanguageModelError) in try model.guide(for: grammar) }
      )
      return (prompt, generation)
    }
    var answer = LocalAnswer(to: request, tools: prompt.tools)
    func say(_ text: String) { if !text.isEmpty { report(.text(text)) } }
    for try await event in model.stream(generation) {
      switch event {
      case .text(let text): say(answer.append(text))
      case .result(let result):
        guard let stop = result.finish.stopReason else { throw CancellationError() }
        let (rest, reply) = answer.finish(stop, usage: result.usage)
        say(rest)
        for call in reply.toolCalls { report(.toolCall(call)) }
        report(.finished(reply))
      }
    }
    try Task.checkCancellation()
  }

  private static func sampling(_ options: ModelOptions, _ settings: LocalRequestSettings) -> SamplingOptions {
    // Without a word about it the likeliest answer, so that a program does the same twice.
    guard let temperature = options.temperature, temperature > 0 else { return .greedy }
    return SamplingOptions(
      temperature: Float(temperature),
      topP: Float(settings.topP ?? 0.95),
      seed: options.seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0...(.max))
    )
  }
}

extension LocalModel: CustomStringConvertible {
  /// The model's identifier.
  public var description: String { identifier }
}

extension GenerationResult.Finish {
  /// The reason as the runtime's callers know it; nil where the caller ended it.
  fileprivate var stopReason: ModelReply.StopReason? {
    switch self {
    case .end, .stop: .finished
    case .length, .context: .length
    case .cancelled: nil
    }
  }
}
