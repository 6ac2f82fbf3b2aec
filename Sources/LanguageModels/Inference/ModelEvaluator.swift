import NeuralEngine
import NeuralKernels

/// Evaluates a model: the programs, compiled where first needed, and the surfaces they run on.
///
/// Confined to the actor that owns it.
final class ModelEvaluator {
  let architecture: ModelArchitecture
  let device: Device
  let schedule: PrefillSchedule
  /// The logits of the token evaluated last.
  let logits: FloatBuffer
  /// How many bytes each surface of the trunk has: the device wants the inputs of a program all alike, and its outputs.
  let allocationSize: Int
  private let embedding: EmbeddingWriter
  private let positions: PositionTables?
  private let noAdapter: LoadedAdapter?
  private var passes: [TrunkPass?]
  private let head: CompiledProgram
  /// The head's input: what the last layer gives for one token.
  private let lastHidden: Surface
  private let headRequest: EvaluationRequest
  private let pieces: [(surface: Surface, count: Int)]

  /// Compiles and loads the programs for single tokens.
  ///
  /// - Parameters:
  ///   - architecture: The model.
  ///   - device: The device to run on.
  ///   - buckets: The numbers of tokens that are evaluated at once.
  /// - Throws: ``LanguageModelError`` where a program cannot be built or the device refuses it.
  init(_ architecture: ModelArchitecture, on device: Device, buckets: [Int]) throws(LanguageModelError) {
    self.architecture = architecture
    self.device = device
    schedule = PrefillSchedule(buckets.filter { $0 <= architecture.contextLength })
    let configuration = architecture.configuration
    logits = FloatBuffer(count: configuration.vocabularySize)
    embedding = EmbeddingWriter(architecture.embedding)
    positions = configuration.rotary.map { PositionTables($0, count: architecture.contextLength) }
    passes = [TrunkPass?](repeating: nil, count: schedule.buckets.count)
    allocationSize = try Self.allocationSize(architecture, schedule.buckets, device.configuration.profile)

    let headProgram = try Self.program { try architecture.head() }
    head = try Self.load(headProgram, on: device)
    let profile = device.configuration.profile
    guard let headOutputs = profile.requiredAllocations(headProgram.outputs.map(\.type), .output),
      let headSize = headOutputs.max()
    else { throw .program("the outputs of 'head' fit no surface") }
    var pieces: [(surface: Surface, count: Int)] = []
    do throws(SurfaceError) {
      lastHidden = try Surface(allocationSize: allocationSize)
      for output in headProgram.outputs {
        pieces.append((try Surface(allocationSize: headSize), output.type.elementCount ?? 0))
      }
      noAdapter =
        architecture.adapterPorts.isEmpty
        ? nil : try LoadedAdapter(noneFor: architecture.adapterPorts, allocationSize: allocationSize)
    } catch {
      throw LanguageModelError(error, purpose: "the surfaces of the model")
    }
    self.pieces = pieces
    headRequest = EvaluationRequest(inputs: [lastHidden], outputs: pieces.map(\.surface))
    try prepare(0)
  }

  /// Makes an empty cache.
  ///
  /// - Returns: The cache.
  /// - Throws: `SurfaceError` where there is no room.
  func makeCache() throws(SurfaceError) -> KeyValueCache {
    try KeyValueCache(
      count: 2 * architecture.caches.count,
      contextSize: architecture.contextLength,
      width: architecture.configuration.keyValueWidth,
      allocationSize: allocationSize
    )
  }

  /// Evaluates the next of some tokens, as many as one pass takes.
  ///
  /// - Parameters:
  ///   - tokens: The tokens that follow those of the cache, at least one.
  ///   - cache: The sequence's cache, to which they are appended.
  ///   - wantsLogits: Whether ``logits`` are wanted for the last token, if the pass takes all.
  /// - Returns: How many tokens were taken.
  /// - Throws: ``LanguageModelError`` where the device refuses; the cache then is as it was.
  func append(
    _ tokens: ArraySlice<TokenID>,
    to cache: KeyValueCache,
    wantsLogits: Bool = true
  ) throws(LanguageModelError) -> Int {
    let (bucket, count) = schedule.next(tokens.count)
    let chunk = tokens.prefix(count)
    let start = cache.tokens.count
    let request = try arrange(chunk, from: start, bucket, cache)
    do throws(EmulatorError) {
      try passes[bucket]?.program.evaluate(request)
    } catch {
      cache.clear(start..<start + count)
      throw .device(error)
    }
    cache.append(chunk)
    if wantsLogits, count == tokens.count { try evaluateHead(bucket, column: count - 1) }
    return count
  }

  /// Fills the surfaces of a pass.
  private func arrange(
    _ chunk: ArraySlice<TokenID>,
    from start: Int,
    _ bucket: Int,
    _ cache: KeyValueCache
  ) throws(LanguageModelError) -> EvaluationRequest {
    try prepare(bucket)
    guard let pass = passes[bucket] else {
      throw .program("there is no program for \(schedule.buckets[bucket]) tokens")
    }
    let positions = start..<start + chunk.count
    try embedding.write(chunk, from: start, width: pass.tokens, to: pass.embeddings)
    pass.pattern.arrange(from: start, count: chunk.count)
    if let rotation = pass.rotation {
      self.positions?.write(positions, columns: pass.tokens, cosines: rotation.cosines, sines: rotation.sines)
    }
    return cache.request(bucket) {
      pass.request(cache, ports: architecture.caches, adapter: cache.adapter ?? noAdapter)
    }
  }

  func evaluateHead(_ bucket: Int, column: Int) throws(LanguageModelError) {
    do {
      if let pass = passes[bucket], pass.hidden !== lastHidden {
        try lastHidden.copyColumn(
          column,
          of: pass.hidden,
          channels: architecture.configuration.embeddingLength,
          width: pass.tokens
        )
      }
      try head.evaluate(headRequest)
      try readLogits()
    } catch let error as EmulatorError {
      throw .device(error)
    } catch {
      throw .program("the logits do not fit their surfaces")
    }
  }

  private func readLogits() throws(SurfaceError) {
    var start = 0
    for piece in pieces {
      let count = min(piece.count, logits.values.count - start)
      try piece.surface.read(into: UnsafeMutableBufferPointer(rebasing: logits.values[start..<start + count]))
      start += count
    }
  }

  // MARK: Programs

  /// Compiles and loads the program of a bucket, unless it is there.
  private func prepare(_ bucket: Int) throws(LanguageModelError) {
    guard passes[bucket] == nil else { return }
    let tokens = schedule.buckets[bucket]
    let program = try Self.load(try Self.program { try architecture.trunk(tokens: tokens) }, on: device)
    do throws(SurfaceError) {
      passes[bucket] = try TrunkPass(
        program,
        tokens: tokens,
        contextSize: architecture.contextLength,
        isRotary: architecture.configuration.rotary != nil,
        hidden: tokens == 1 ? lastHidden : nil,
        allocationSize: allocationSize
      )
    } catch {
      throw LanguageModelError(error, purpose: "evaluating \(tokens) tokens at once")
    }
    // Compiling took memory that evaluating does not need again.
    nk_heap_trim()
  }

  private static func program(_ build: () throws -> ModelProgram) throws(LanguageModelError) -> ModelProgram {
    do {
      return try build()
    } catch let error as GGUFError {
      throw LanguageModelError(error)
    } catch {
      throw .program("\(error)")
    }
  }

  private static func load(_ program: ModelProgram, on device: Device) throws(LanguageModelError) -> CompiledProgram {
    do throws(EmulatorError) {
      let compiled = try device.compile(program.source)
      try compiled.load()
      return compiled
    } catch {
      throw .device(error)
    }
  }

  /// The size that suits every port of every bucket's program.
  private static func allocationSize(
    _ architecture: ModelArchitecture,
    _ buckets: [Int],
    _ profile: RestrictionProfile
  ) throws(LanguageModelError) -> Int {
    let configuration = architecture.configuration
    let contextSize = architecture.contextLength
    var shapes = architecture.caches.prefix(1).map(\.type.shape) + architecture.adapterPorts.map(\.shape)
    for tokens in buckets {
      shapes.append([1, configuration.embeddingLength, 1, tokens])
      shapes.append([1, configuration.rotary?.width ?? 1, 1, tokens])
      shapes.append([1, 1, tokens, contextSize])
    }
    guard let sizes = profile.requiredAllocations(shapes.map { TensorType(.fp16, $0) }, .input),
      let size = sizes.max()
    else { throw .program("a context of \(contextSize) tokens fits no surface") }
    return size
  }
}
