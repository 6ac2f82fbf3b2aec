package import NeuralEngine
import SkillRuntime

/// A model file, ready to write texts.
///
/// One for each file is enough for everybody: any number of tasks may ask it at the same time. Evaluations happen one
/// after the other, and generations take turns.
///
///     let model = try LanguageModel(path: "model.gguf")
///     let prompt = model.chatTemplate.render([ChatMessage(.user, "Why is the sky blue?")])
///     let request = GenerationRequest(prompt: model.tokens(of: prompt), stops: prompt.stops)
///     let result = try await model.generate(request) { print($0, terminator: "") }
package final class LanguageModel: Sendable {
  /// How a model is opened.
  package struct Options: Hashable, Sendable {
    /// How many tokens a sequence has at most, answer included; the smaller of 4,096 and what the model was trained for
    /// where there is nothing. Rounded up to a multiple of 32.
    package var contextSize: Int?
    /// How many threads compute; 0 for one a processor.
    package var threads: Int
    /// How many sequences are kept, so that a prompt that begins like one of them need not be evaluated from its
    /// beginning; as many generations run at once.
    package var sequences: Int
    /// The highest rank of adapters that can be used, if any.
    package var adapterRank: Int?

    /// Creates options.
    ///
    /// - Parameters:
    ///   - contextSize: How many tokens a sequence has at most.
    ///   - threads: How many threads compute; 0 for one a processor.
    ///   - sequences: How many sequences are kept.
    ///   - adapterRank: The highest rank of adapters that can be used.
    package init(
      contextSize: Int? = nil,
      threads: Int = 0,
      sequences: Int = 4,
      adapterRank: Int? = nil
    ) {
      self.contextSize = contextSize
      self.threads = threads
      self.sequences = sequences
      self.adapterRank = adapterRank
    }
  }

  /// The path of the file.
  package let path: String
  /// What the model calls itself; the file's name without its ending where it has no name.
  package let name: String
  /// The model's shape.
  package let configuration: ModelConfiguration
  /// How many tokens a sequence has at most.
  package let contextSize: Int
  /// Turns texts into tokens and back.
  package let tokenizer: Tokenizer
  /// Writes conversations as the model wants them.
  package let chatTemplate: ChatTemplate
  private let device: Device
  private let engine: InferenceEngine
  private let guides: GuideCache

  /// The numbers of tokens that are evaluated at once.
  ///
  /// A pass reads all weights, and takes memory for each of its tokens. To read a text of 512 in one pass rather than two
  /// made a model of 1.5 billion weights about 6 % quicker, and small ones only larger.
  private static func buckets(for configuration: ModelConfiguration) -> [Int] {
    [1, 32, 128, configuration.embeddingLength < 1024 ? 256 : 512]
  }

  /// Opens a model: maps the file, and compiles the programs for single tokens.
  ///
  /// - Parameters:
  ///   - path: The path of a GGUF file.
  ///   - options: How it is opened.
  /// - Throws: ``LanguageModelError`` where the file is no model that can be run, or the machine has no room for it.
  package convenience init(path: String, options: Options = Options()) throws(LanguageModelError) {
    var configuration = Device.Configuration(profile: .orion, numerics: Numerics(.fused))
    // Weights are of the size of their file, which the user has chosen.
    configuration.memoryLimit = max(configuration.memoryLimit, Self.physicalMemory)
    let team = ThreadTeam(threads: options.threads)
    let device = Device(configuration, executors: FusedExecutorProvider(PlanOptions(team: team)))
    try self.init(path: path, options: options, device: device)
  }

  /// Opens a model on a device of one's own.
  ///
  /// - Parameters:
  ///   - path: The path of a GGUF file.
  ///   - options: How it is opened.
  ///   - device: The device.
  /// - Throws: ``LanguageModelError`` where the file is no model that can be run, or the machine has no room for it.
  package init(path: String, options: Options, device: Device) throws(LanguageModelError) {
    let file: GGUFFile
    do throws(GGUFError) {
      file = try GGUFFile(path: path)
      name = try file.metadata.string("general.name") ?? Self.fileName(path)
      tokenizer = try Tokenizer(file)
      chatTemplate = try ChatTemplate(file.metadata, tokenizer)
    } catch {
      throw LanguageModelError(error)
    }
    configuration = try Self.configuration(of: file)
    try Self.check(tokenizer, of: file, configuration)
    let architecture: ModelArchitecture
    do throws(GGUFError) {
      architecture = try ModelArchitecture(
        file,
        contextLength: Self.contextSize(options, configuration),
        adapterRank: options.adapterRank
      )
    } catch {
      throw LanguageModelError(error)
    }
    self.path = path
    self.device = device
    contextSize = architecture.contextLength
    try Self.checkMemory(architecture, sequences: options.sequences)
    guides = GuideCache(tokenizer, count: configuration.vocabularySize)
    engine = InferenceEngine(
      try ModelEvaluator(architecture, on: device, buckets: Self.buckets(for: configuration)),
      tokenizer: tokenizer,
      sequences: options.sequences
    )
  }

  /// What the device has done so far.
  package var statistics: DeviceStatistics { device.statistics }

  /// The vocabulary that guides choose among; made where first needed.
  package var vocabulary: TokenVocabulary { guides.vocabulary }

  /// The tokens of a conversation.
  ///
  /// - Parameter prompt: What the template made of it.
  /// - Returns: The tokens, the beginning of a sequence included where the model wants one.
  package func tokens(of prompt: ChatPrompt) -> [TokenID] {
    tokenizer.encode(
      prompt.text,
      addSpecial: !prompt.includesBeginning,
      parseSpecial: true,
      literals: prompt.literals
    )
  }

  /// What makes a text one of a grammar; kept, so that the same grammar costs nothing the next time.
  ///
  /// - Parameters:
  ///   - grammar: The grammar.
  ///   - limits: What is allowed beyond its rules.
  /// - Returns: The guide.
  /// - Throws: ``LanguageModelError/guide(_:)`` where no text can be guided by it.
  package func guide(
    for grammar: DecodingGrammar,
    limits: GuidedDecodingLimits = GuidedDecodingLimits()
  ) throws(LanguageModelError) -> DecodingGuide {
    try guides.guide(for: grammar, limits: limits)
  }

  /// Loads an adapter, to be named in requests.
  ///
  /// - Parameter path: The path of a GGUF file of the type `adapter`.
  /// - Returns: The adapter.
  /// - Throws: ``LanguageModelError`` where it is no adapter of this model, or the model was opened without room for it.
  package func loadAdapter(path: String) async throws(LanguageModelError) -> LoadedAdapter {
    let adapter: LowRankAdapter
    do throws(GGUFError) {
      adapter = try LowRankAdapter(GGUFFile(path: path))
    } catch {
      throw LanguageModelError(error)
    }
    return try await engine.load(adapter)
  }

  // MARK: Writing

  /// Writes a text.
  ///
  /// Cancelling the task ends it between two tokens, without an error: the result then says so.
  ///
  /// - Parameters:
  ///   - request: What is asked for.
  ///   - onText: Is given the text piece by piece as it becomes certain, in order.
  /// - Returns: The text, and what it took.
  /// - Throws: ``LanguageModelError`` where the request cannot be met.
  package func generate(
    _ request: GenerationRequest,
    onText: (@Sendable (String) -> Void)? = nil
  ) async throws(LanguageModelError) -> GenerationResult {
    guard let number = try await engine.begin(request) else {
      return GenerationResult(text: "", tokens: [], finish: .cancelled, usage: TokenUsage())
    }
    while true {
      let step = try await engine.step(number, isCancelled: Task.isCancelled)
      if !step.text.isEmpty { onText?(step.text) }
      if let result = step.result { return result }
    }
  }

  /// Writes a text as a stream, which ends with the result. Whoever stops reading cancels.
  ///
  /// - Parameter request: What is asked for.
  /// - Returns: The stream.
  package func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
    AsyncThrowingStream { continuation in
      let task = Task {
        do {
          let result = try await generate(request) { continuation.yield(.text($0)) }
          continuation.yield(.result(result))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
