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
  private var adapter: LoadedAdapter?

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

  /// The largest context that a model can be opened with, in tokens.
  package static let maximumContextSize = ModelArchitecture.maximumContextLength

  /// How many tokens the model was trained for, as the file says it; nil where it does not.
  package var trainedContextSize: Int? { loader.trainedContextSize }

  /// The rank of an adapter, which the model has to be opened for.
  ///
  /// - Parameter path: The adapter's GGUF file.
  /// - Returns: The rank.
  /// - Throws: A ``SkillError`` where the file is no adapter.
  public static func adapterRank(at path: String) throws -> Int {
    do throws(GGUFError) {
      return try LowRankAdapter(GGUFFile(path: path)).rank
    } catch {
      throw SkillError(.modelUnavailable, "the adapter '\(path)' cannot be used: \(error)")
    }
  }

  /// Loads a low-rank adapter (LoRA) for the model.
  ///
  /// Several may be loaded, and each answers like a model of its own; the weights of the model are there once, and to
  /// change from one to the other costs nothing. The model has to be opened with room for them:
  ///
  /// ```swift
  /// let rank = try LocalModel.adapterRank(at: "formal.gguf")
  /// let model = LocalModel(path: "model.gguf", options: LocalModelOptions(adapterRank: rank))
  /// let formal = try await model.loadAdapter(at: "formal.gguf")
  /// ```
  ///
  /// - Parameter path: A GGUF file of the type `adapter`, as `convert_lora_to_gguf.py` of llama.cpp writes it.
  /// - Returns: The model with the adapter; this one stays without.
  /// - Throws: A ``SkillError`` where the file is no adapter of this model, or its rank is higher than
  ///   ``LocalModelOptions/adapterRank``.
  public func loadAdapter(at path: String) async throws -> LocalModel {
    do {
      var adapted = self
      adapted.adapter = try await loader.model().loadAdapter(path: path)
      return adapted
    } catch let error as LanguageModelError {
      throw error.skillError(of: identifier)
    }
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
          let limit = request.options.maximumTokens ?? options.maximumTokens
          continuation.finish(throwing: error.skillError(of: identifier, maximumTokens: limit))
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
    let (prompt, generation) = try await loader.queue.run { [options, adapter] in
      let prompt = LocalPrompt(request, template: model.chatTemplate, mustCall: settings.mustCall)
      let generation = GenerationRequest(
        prompt: model.tokens(of: prompt.prompt),
        maximumTokens: request.options.maximumTokens ?? options.maximumTokens,
        sampling: options.sampling.options(request.options, settings),
        stops: prompt.prompt.stops + settings.stops,
        guide: try prompt.grammar.map { (grammar) throws(LanguageModelError) in try model.guide(for: grammar) },
        adapter: adapter
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
