import LanguageModels
import SkillIR
import SkillRuntime

/// `skvm model bench`: measures how fast a model reads and writes.
struct ModelBenchmark {
  private let provider: LocalModel
  private let prefill: Int
  private let decode: Int
  private let rounds: Int

  init(_ options: OptionReader) async throws {
    prefill = try options.number("--prefill", in: 1...LocalModel.maximumContextSize) ?? 512
    // The first token comes of reading: a speed takes a second.
    decode = try options.number("--decode", in: 2...LocalModel.maximumContextSize) ?? 128
    rounds = try options.number("--rounds", in: 1...1000) ?? 3
    provider = try await .named(options.words[1], options)
  }

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let model = try await open()
    let loading = clock.now - start
    guard prefill + decode <= model.contextSize else {
      throw SkillError(
        .contextExceeded,
        "\(prefill) and \(decode) tokens do not fit in the context of \(model.contextSize)",
        suggestion: "Give a larger one with --context, or measure fewer."
      )
    }
    // One round more than counts: the first compiles programs and touches memory.
    var reading = 0.0
    var writing = 0.0
    for round in 0...rounds {
      let result = try await measure(model, round: round)
      guard round > 0 else { continue }
      reading = max(reading, Double(prefill) / result.prefillTime.inSeconds)
      // The first of the tokens comes of reading.
      writing = max(writing, Double(result.usage.output - 1) / result.decodeTime.inSeconds)
    }
    let report: JSONValue = [
      "model": .string(provider.identifier), "prefillTokens": .integer(prefill), "decodeTokens": .integer(decode),
      "rounds": .integer(rounds), "loadSeconds": .number(loading.inSeconds.rounded(to: 3)),
      "prefillTokensPerSecond": .number(reading.rounded(to: 1)),
      "decodeTokensPerSecond": .number(writing.rounded(to: 1)),
    ]
    print(report.jsonText)
  }

  private func open() async throws -> LanguageModel {
    do {
      return try await provider.open()
    } catch let error as LanguageModelError {
      throw SkillError(.modelUnavailable, "'\(provider.identifier)' cannot be used: \(error)")
    }
  }

  /// Reads tokens that no earlier round began with, and writes as many as are asked for.
  private func measure(_ model: LanguageModel, round: Int) async throws -> GenerationResult {
    let text = "Round \(round). " + String(repeating: "The quick brown fox jumps over the lazy dog. ", count: prefill)
    var prompt = Array(model.tokenizer.encode(text).prefix(prefill))
    // The first token decides whether anything is kept from the round before.
    let first = TokenID(100 + round)
    if let only = prompt.indices.first { prompt[only] = first }
    return try await model.generate(GenerationRequest(prompt: prompt, maximumTokens: decode))
  }
}

extension Duration {
  /// The time in seconds.
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
  /// The number with a few decimal places.
  func rounded(to places: Int) -> Double {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    return (self * scale).rounded() / scale
  }
}
