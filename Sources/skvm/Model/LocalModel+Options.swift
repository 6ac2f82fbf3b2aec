import LanguageModels
import SkillRuntime

extension LocalModel {
  /// The model that a command line names, opened as its options say, with its adapter if it has one.
  ///
  /// - Parameters:
  ///   - name: The model's name or path.
  ///   - identifier: What the model is called in messages; nil for `local:` and the name.
  ///   - options: The options.
  /// - Returns: The model; it is opened already where there is an adapter.
  /// - Throws: A `UsageError`, or a `SkillError` where there is no such model or the adapter does not fit.
  static func named(_ name: String, identifier: String? = nil, _ options: OptionReader) async throws -> LocalModel {
    let contextSize = try options.number("--context", in: 32...maximumContextSize)
    let adapter = options.text("--adapter")
    let model = LocalModel(
      path: try ModelStore.standard.path(of: name),
      identifier: identifier ?? "local:\(name)",
      options: LocalModelOptions(
        contextSize: contextSize,
        threads: try options.number("--threads", in: 1...1024) ?? 0,
        sequences: try options.number("--sequences", in: 1...64) ?? 4,
        sampling: try sampling(options),
        adapterRank: try adapter.map { try adapterRank(at: $0) }
      )
    )
    if let contextSize, let trained = model.trainedContextSize, contextSize > trained {
      SkVMTool.printError("note: '\(name)' was trained for \(trained) tokens; beyond them it rarely makes sense")
    }
    guard let adapter else { return model }
    return try await model.loadAdapter(at: adapter)
  }

  private static func sampling(_ options: OptionReader) throws -> LocalSampling {
    // Whoever says how to draw wants drawing.
    let isDrawn = ["--top-k", "--top-p", "--min-p", "--seed"].contains { options.text($0) != nil }
    return LocalSampling(
      temperature: try options.fraction("--temperature", in: 0...2) ?? (isDrawn ? 1 : 0),
      topK: try options.number("--top-k", in: 0...1_000_000) ?? 0,
      topP: try options.fraction("--top-p", in: 0...1) ?? 1,
      minP: try options.fraction("--min-p", in: 0...1) ?? 0,
      repetitionPenalty: try options.fraction("--repetition-penalty", in: 0.01...100) ?? 1,
      seed: try options.number("--seed", in: 0...Int.max)
    )
  }
}
