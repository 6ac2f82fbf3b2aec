import NeuralKernels

/// Draws tokens from logits.
///
/// A value: a copy draws the same tokens again.
package struct Sampler: Sendable {
  private let options: SamplingOptions
  private var random: RandomSource

  /// Creates a sampler at the start of its seed's sequence.
  package init(_ options: SamplingOptions) {
    self.options = options.clamped
    random = RandomSource(seed: options.seed)
  }

  /// Draws the next token.
  ///
  /// - Parameters:
  ///   - logits: The model's logits, one a token. Penalties and the mask are applied in place.
  ///   - history: The tokens so far, of which the last ones count for the repetition penalty.
  ///   - mask: The tokens that may be drawn, or nil for all.
  /// - Returns: The token, or nil where none may be drawn.
  /// - Complexity: O(*n*) in the vocabulary where the temperature is 0, else O(*n* log *k*).
  package mutating func sample(
    _ logits: UnsafeMutableBufferPointer<Float>,
    history: some BidirectionalCollection<Int> = EmptyCollection(),
    mask: TokenMask? = nil
  ) -> Int? {
    penalize(logits, history: history)
    if let mask {
      mask.words.withUnsafeBufferPointer { LogitOperations.mask(logits, words: $0) }
    }
    let logits = UnsafeBufferPointer(logits)
    guard let best = LogitOperations.argmax(logits) else { return nil }
    guard options.temperature > 0, options.topK != 1, options.topP > 0, options.minP < 1 else { return best.token }
    return draw(from: logits, best: best)
  }

  /// Draws the next token from an array.
  package mutating func sample(
    _ logits: inout [Float],
    history: some BidirectionalCollection<Int> = EmptyCollection(),
    mask: TokenMask? = nil
  ) -> Int? {
    // The closure may not use `self` while it changes, so a copy draws.
    var copy = self
    defer { self = copy }
    return logits.withUnsafeMutableBufferPointer { copy.sample($0, history: history, mask: mask) }
  }

  private func penalize(_ logits: UnsafeMutableBufferPointer<Float>, history: some BidirectionalCollection<Int>) {
    guard options.repetitionPenalty != 1 else { return }
    let recent = Set(history.suffix(options.repetitionWindow))
    for token in recent where logits.indices.contains(token) {
      let logit = logits[token]
      logits[token] = logit > 0 ? logit / options.repetitionPenalty : logit * options.repetitionPenalty
    }
  }

  private mutating func draw(from logits: UnsafeBufferPointer<Float>, best: TokenCandidate) -> Int? {
    let scale = 1 / options.temperature
    func weight(_ logit: Float) -> Double {
      LogitOperations.weight(of: logit, maximum: best.logit, scale: scale)
    }
    let unit = random.nextUnit()
    if options.topK == 0, options.topP == 1, options.minP == 0 {
      return drawFromAll(logits, best: best, scale: scale, unit: unit)
    }
    // Without top-k the filters usually keep few tokens: only if some do not suffice are all put in order.
    let count = options.topK > 0 ? options.topK : 64
    var candidates = LogitOperations.select(count, from: logits)
    // With top-k, top-p is a share of what top-k kept.
    let needed: Double
    if options.topP == 1 {
      needed = .infinity
    } else if options.topK > 0 {
      needed = Double(options.topP) * candidates.reduce(0) { $0 + weight($1.logit) }
    } else {
      let sum = LogitOperations.sumOfExponentials(logits, maximum: best.logit, scale: scale)
      needed = Double(options.topP) * sum
    }
    var kept = 0
    var sum = 0.0
    while kept < candidates.count, kept == 0 || (sum < needed && weight(candidates[kept].logit) >= Double(options.minP))
    {
      sum += weight(candidates[kept].logit)
      kept += 1
    }
    if kept == count, options.topK == 0 {
      candidates = LogitOperations.nucleus(of: logits, maximum: best.logit, scale: scale, needed: needed)
        .filter { weight($0.logit) >= Double(options.minP) }
      kept = candidates.count
      sum = candidates.reduce(0) { $0 + weight($1.logit) }
    }
    var rest = unit * sum
    for candidate in candidates.prefix(kept) {
      rest -= weight(candidate.logit)
      if rest < 0 { return candidate.token }
    }
    return best.token
  }

  private func drawFromAll(
    _ logits: UnsafeBufferPointer<Float>,
    best: TokenCandidate,
    scale: Float,
    unit: Double
  ) -> Int {
    let drawn = LogitOperations.withProbabilities(of: logits, temperature: options.temperature) { probabilities in
      probabilities.baseAddress.map { Int(nk_sample($0, probabilities.count, Float(unit))) }
    }
    if let token = drawn ?? nil { return token }
    var rest = unit * LogitOperations.sumOfExponentials(logits, maximum: best.logit, scale: scale)
    for (token, logit) in logits.enumerated() where logit > -.infinity {
      rest -= LogitOperations.weight(of: logit, maximum: best.logit, scale: scale)
      if rest < 0 { return token }
    }
    return best.token
  }
}
