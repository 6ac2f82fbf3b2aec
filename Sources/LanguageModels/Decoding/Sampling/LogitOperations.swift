import NeuralKernels

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A token that may be drawn, with its logit.
struct TokenCandidate: Hashable, Sendable {
  var token: Int
  var logit: Float

  /// Whether this is the likelier token; of equal ones, the one with the lower number.
  func precedes(_ other: TokenCandidate) -> Bool {
    logit != other.logit ? logit > other.logit : token < other.token
  }
}

/// The loops over a whole vocabulary, most of them in the kernels, which are fast in an app's debug build too.
///
/// Logits that are not a number count as minus infinity: they are never drawn.
enum LogitOperations {
  /// The likeliest token, or nil if all are excluded.
  static func argmax(_ logits: UnsafeBufferPointer<Float>) -> TokenCandidate? {
    guard let start = logits.baseAddress, !logits.isEmpty else { return nil }
    let best = Int(nk_argmax(start, logits.count))
    return logits[best] > -.infinity ? TokenCandidate(token: best, logit: logits[best]) : nil
  }

  /// Excludes all tokens whose bit is not set; tokens beyond the mask are excluded too.
  static func mask(_ logits: UnsafeMutableBufferPointer<Float>, words: UnsafeBufferPointer<UInt64>) {
    guard let start = logits.baseAddress else { return }
    let count = min(logits.count, words.count * 64)
    words.withMemoryRebound(to: UInt32.self) { words in
      guard let words = words.baseAddress else { return }
      nk_mask_logits(start, count, words)
    }
    logits[count...].update(repeating: -.infinity)
  }

  /// The likeliest tokens, likeliest first, excluded ones left out.
  static func select(_ count: Int, from logits: UnsafeBufferPointer<Float>) -> [TokenCandidate] {
    let count = min(count, logits.count)
    guard count > 0, let start = logits.baseAddress else { return [] }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { tokens in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { values in
        guard let first = tokens.baseAddress, let value = values.baseAddress else { return [] }
        let found = Int(nk_top_k(start, logits.count, count, first, value))
        return (0..<found).map { TokenCandidate(token: Int(tokens[$0]), logit: values[$0]) }
      }
    }
  }

  /// Gives the probabilities of all tokens to a function.
  ///
  /// - Parameters:
  ///   - logits: The logits.
  ///   - temperature: By what they are divided.
  ///   - body: Is given the probabilities, which sum up to one.
  /// - Returns: What the function returns; `nil` where an infinite logit or what is no number leaves none.
  static func withProbabilities<Result>(
    of logits: UnsafeBufferPointer<Float>,
    temperature: Float,
    _ body: (UnsafeBufferPointer<Float>) -> Result
  ) -> Result? {
    guard let start = logits.baseAddress else { return nil }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { probabilities in
      guard let first = probabilities.baseAddress,
        nk_softmax_temperature(start, first, logits.count, temperature).isFinite
      else { return nil }
      return body(UnsafeBufferPointer(probabilities))
    }
  }

  /// The sum of `exp((logit - maximum) * scale)`.
  static func sumOfExponentials(_ logits: UnsafeBufferPointer<Float>, maximum: Float, scale: Float) -> Double {
    // The likeliest token's weight is one, so that its probability tells the sum.
    let probability = withProbabilities(of: logits, temperature: 1 / scale) { probabilities in
      argmax(probabilities)?.logit ?? 0
    }
    if let probability, probability > 0 { return 1 / Double(probability) }
    var sum = 0.0
    for logit in logits where logit > -.infinity { sum += weight(of: logit, maximum: maximum, scale: scale) }
    return sum
  }

  /// `exp((logit - maximum) * scale)`.
  static func weight(of logit: Float, maximum: Float, scale: Float) -> Double {
    // Infinity less infinity is not a number, yet the likeliest token has weight one.
    logit == maximum ? 1 : Double(exp((logit - maximum) * scale))
  }

  /// The likeliest tokens whose weights reach a sum, in no order.
  ///
  /// Weights are added up in classes of nearly equal logits, so that only the class that reaches the sum is sorted.
  static func nucleus(
    of logits: UnsafeBufferPointer<Float>,
    maximum: Float,
    scale: Float,
    needed: Double
  ) -> [TokenCandidate] {
    guard let start = logits.baseAddress else { return [] }
    func candidates(_ classes: Range<Int>) -> [TokenCandidate] {
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: logits.count) { tokens in
        guard let first = tokens.baseAddress else { return [] }
        let (begin, end) = (classes.lowerBound, classes.upperBound)
        let found = Int(nk_select_classes(start, logits.count, maximum, scale, begin, end, first))
        return tokens[..<found].map { TokenCandidate(token: Int($0), logit: logits[Int($0)]) }
      }
    }
    var sums = [Double](repeating: 0, count: Int(nk_weight_classes))
    nk_weigh_classes(start, logits.count, maximum, scale, &sums)
    var last = 0
    var sum = 0.0
    while last < sums.count - 1, sum + sums[last] < needed {
      sum += sums[last]
      last += 1
    }
    var kept = candidates(0..<last)
    for candidate in candidates(last..<last + 1).sorted(by: { $0.precedes($1) }) {
      guard sum < needed else { break }
      sum += weight(of: candidate.logit, maximum: maximum, scale: scale)
      kept.append(candidate)
    }
    return kept
  }
}
