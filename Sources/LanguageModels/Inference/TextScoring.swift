package import NeuralEngine

/// The logits a model gives at every place of a text, to compare models and kinds of arithmetic by.
package final class TextScoring {
  private let evaluator: ModelEvaluator

  /// How many tokens a text has at most.
  package var contextSize: Int { evaluator.architecture.contextLength }

  /// How many logits there are for each place.
  package var vocabularySize: Int { evaluator.architecture.configuration.vocabularySize }

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - path: The path of a GGUF file.
  ///   - contextSize: How many tokens a text has at most; a multiple of 32.
  ///   - device: What evaluates.
  ///   - bucket: How many tokens are evaluated at once.
  /// - Throws: ``LanguageModelError`` where the file is no model that can be run.
  package init(path: String, contextSize: Int, on device: Device, bucket: Int) throws(LanguageModelError) {
    let architecture: ModelArchitecture
    do throws(GGUFError) {
      architecture = try ModelArchitecture(try GGUFFile(path: path), contextLength: contextSize)
    } catch {
      throw LanguageModelError(error)
    }
    evaluator = try ModelEvaluator(architecture, on: device, buckets: [bucket])
  }

  /// Evaluates a text.
  ///
  /// - Parameters:
  ///   - tokens: The text.
  ///   - body: Is given each place and the logits of what follows it, valid during the call.
  /// - Throws: ``LanguageModelError`` where the device refuses.
  package func score(
    _ tokens: [TokenID],
    _ body: (Int, UnsafeBufferPointer<Float>) -> Void
  ) throws(LanguageModelError) {
    let cache: KeyValueCache
    do throws(SurfaceError) {
      cache = try evaluator.makeCache()
    } catch {
      throw LanguageModelError(error, purpose: "the keys and values of a sequence")
    }
    var rest = tokens[...]
    while !rest.isEmpty {
      let start = cache.tokens.count
      let count = try evaluator.append(rest, to: cache, wantsLogits: false)
      for column in 0..<count {
        try evaluator.evaluateHead(tokens: rest.count, column: column)
        body(start + column, UnsafeBufferPointer(evaluator.logits.values))
      }
      rest = rest.dropFirst(count)
    }
  }
}

extension ModelEvaluator {
  /// Computes the logits of one of the tokens of the last pass.
  ///
  /// - Parameters:
  ///   - tokens: How many tokens there were to be evaluated.
  ///   - column: Which of those the pass took.
  /// - Throws: ``LanguageModelError`` where the device refuses.
  func evaluateHead(tokens: Int, column: Int) throws(LanguageModelError) {
    try evaluateHead(schedule.next(tokens).bucket, column: column)
  }
}
