import NeuralEngine

/// Runs the generations of a model, one evaluation at a time, each in turn.
///
/// A generation asks for one step after another, so that others' steps come in between, those of a long prompt too.
actor InferenceEngine {
  private let evaluator: ModelEvaluator
  private let tokenizer: Tokenizer
  private let queue = EvaluationQueue()
  private var pool: CachePool
  private var places: PlaceQueue
  private var running: [Int: RunningGeneration] = [:]
  private var lastNumber = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  /// Makes an engine.
  ///
  /// - Parameters:
  ///   - evaluator: Evaluates the model; nobody else uses it from now on.
  ///   - tokenizer: The model's tokenizer.
  ///   - sequences: How many generations run at once, each with a cache.
  init(_ evaluator: sending ModelEvaluator, tokenizer: Tokenizer, sequences: Int) {
    let evaluator = evaluator
    self.evaluator = evaluator
    self.tokenizer = tokenizer
    pool = CachePool(capacity: sequences)
    places = PlaceQueue(places: max(sequences, 1))
  }

  /// Begins a generation as soon as there is a cache for it.
  ///
  /// - Parameter request: What is asked for.
  /// - Returns: The number of the generation; `nil` where the task was cancelled before.
  /// - Throws: ``LanguageModelError`` where the request cannot be met.
  func begin(_ request: GenerationRequest) async throws(LanguageModelError) -> Int? {
    try check(request)
    lastNumber += 1
    let number = lastNumber
    if !places.take() {
      let hasPlace = await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          if Task.isCancelled { continuation.resume(returning: false) } else { places.wait(number, continuation) }
        }
      } onCancel: {
        Task { await self.stopWaiting(number) }
      }
      guard hasPlace else { return nil }
    }
    do throws(LanguageModelError) {
      running[number] = try start(request)
    } catch {
      places.leave()
      throw error
    }
    return number
  }

  private func stopWaiting(_ number: Int) { places.cancel(number) }

  private func check(_ request: GenerationRequest) throws(LanguageModelError) {
    let contextSize = evaluator.architecture.contextLength
    guard !request.prompt.isEmpty else { throw .emptyPrompt }
    guard request.prompt.count < contextSize else {
      throw .contextOverflow(promptTokens: request.prompt.count, contextSize: contextSize)
    }
    let vocabulary = 0..<evaluator.architecture.configuration.vocabularySize
    if let token = request.prompt.first(where: { !vocabulary.contains(Int($0)) }) { throw .unknownToken(token) }
  }

  private func start(_ request: GenerationRequest) throws(LanguageModelError) -> RunningGeneration {
    let cache: KeyValueCache?
    do throws(SurfaceError) {
      cache = try pool.lease(for: request.prompt, adapter: request.adapter, make: evaluator.makeCache)
    } catch {
      throw LanguageModelError(error, purpose: "the keys and values of \(pool.count + 1) sequences")
    }
    // There are as many places as caches.
    guard let cache else { throw .program("no cache is free") }
    do throws(LanguageModelError) {
      return try RunningGeneration(
        request,
        cache: cache,
        contextSize: evaluator.architecture.contextLength,
        tokenizer: tokenizer
      )
    } catch {
      pool.release(cache)
      throw error
    }
  }

  /// Takes a generation one step on: some tokens of the prompt, or the next token.
  ///
  /// - Parameters:
  ///   - number: The generation.
  ///   - isCancelled: Whether it is to end.
  /// - Returns: The text that became certain, and the result if the generation ended.
  /// - Throws: ``LanguageModelError`` where the device refuses; the generation is then over.
  func step(_ number: Int, isCancelled: Bool) throws(LanguageModelError) -> GenerationStep {
    guard let generation = running[number] else { return GenerationStep() }
    let step: GenerationStep
    do throws(LanguageModelError) {
      step = isCancelled ? generation.finish(.cancelled) : try advance(generation)
    } catch {
      end(number, generation)
      throw error
    }
    if step.result != nil { end(number, generation) }
    return step
  }

  private func advance(_ generation: RunningGeneration) throws(LanguageModelError) -> GenerationStep {
    if generation.isComplete { return generation.finish(.end) }
    let start = ContinuousClock.now
    let count = try evaluator.append(generation.pending, to: generation.cache)
    let isReady = generation.note(count, in: ContinuousClock.now - start)
    return isReady ? try generation.draw(from: evaluator.logits.values) : GenerationStep()
  }

  private func end(_ number: Int, _ generation: RunningGeneration) {
    running[number] = nil
    pool.release(generation.cache)
    places.leave()
  }

  /// Writes an adapter's numbers into surfaces.
  ///
  /// - Parameter adapter: The adapter.
  /// - Returns: The adapter, to be named in requests.
  /// - Throws: ``LanguageModelError`` where it does not fit the model, or there is no room.
  func load(_ adapter: LowRankAdapter) throws(LanguageModelError) -> LoadedAdapter {
    do throws(GGUFError) {
      try adapter.checkFits(evaluator.architecture)
    } catch {
      throw .adapter(error.description)
    }
    do throws(SurfaceError) {
      return try LoadedAdapter(
        adapter,
        ports: evaluator.architecture.adapterPorts,
        allocationSize: evaluator.allocationSize
      )
    } catch {
      throw LanguageModelError(error, purpose: "the adapter")
    }
  }
}
