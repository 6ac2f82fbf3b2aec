import Synchronization

/// The guides of a model, those used last kept.
final class GuideCache: Sendable {
  private struct Key: Hashable, Sendable {
    var grammar: DecodingGrammar
    var limits: GuidedDecodingLimits
  }

  private struct State: Sendable {
    var vocabulary: TokenVocabulary?
    var guides: [Key: (guide: DecodingGuide, lastUse: Int)] = [:]
    var clock = 0
  }

  private let tokenizer: Tokenizer
  private let count: Int
  private let state = Mutex(State())
  private static let capacity = 64

  /// Makes a cache; the vocabulary is read where first needed.
  ///
  /// - Parameters:
  ///   - tokenizer: The model's tokenizer.
  ///   - count: How many logits the model gives.
  init(_ tokenizer: Tokenizer, count: Int) {
    self.tokenizer = tokenizer
    self.count = max(count, tokenizer.count)
  }

  /// The bytes of all tokens.
  var vocabulary: TokenVocabulary {
    state.withLock { state in
      if let vocabulary = state.vocabulary { return vocabulary }
      let vocabulary = TokenVocabulary(
        count: count,
        endTokens: tokenizer.endsOfGeneration.map { Int($0) }.sorted(),
        bytes: { [tokenizer] token in
          var bytes: [UInt8] = []
          // Control tokens stand for nothing, which excludes them.
          if token < tokenizer.count { tokenizer.appendBytes(of: TokenID(token), to: &bytes) }
          return bytes
        }
      )
      state.vocabulary = vocabulary
      return vocabulary
    }
  }

  /// The guide of a grammar.
  ///
  /// - Parameters:
  ///   - grammar: The grammar.
  ///   - limits: What is allowed beyond its rules.
  /// - Returns: The guide.
  /// - Throws: ``LanguageModelError/guide(_:)`` where no text can be guided by it.
  func guide(for grammar: DecodingGrammar, limits: GuidedDecodingLimits) throws(LanguageModelError) -> DecodingGuide {
    let key = Key(grammar: grammar, limits: limits)
    let known = state.withLock { state -> DecodingGuide? in
      state.clock += 1
      state.guides[key]?.lastUse = state.clock
      return state.guides[key]?.guide
    }
    if let known { return known }
    let guide: DecodingGuide
    do throws(GuidedDecodingError) {
      guide = try DecodingGuide(grammar: grammar, vocabulary: vocabulary, limits: limits)
    } catch {
      throw .guide(error)
    }
    state.withLock { state in
      state.clock += 1
      if state.guides.count >= Self.capacity,
        let oldest = state.guides.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.guides[oldest.key] = nil
      }
      state.guides[key] = (guide, state.clock)
    }
    return guide
  }
}
