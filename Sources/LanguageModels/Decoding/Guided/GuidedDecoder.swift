package import SkillIR

/// Follows a text as a model writes it and says which tokens may come next, so that it can only be one of a grammar.
///
///     var decoder = try GuidedDecoder(schema: schema, vocabulary: vocabulary)
///     while !decoder.isComplete, budget > 0 {
///       let mask = decoder.allowedTokens(remaining: budget)
///       guard let token = sampler.sample(&logits, mask: mask), !vocabulary.endTokens.contains(token) else { break }
///       try decoder.advance(token: token)
///       budget -= 1
///     }
///     let text = decoder.text
///
/// A value: a copy goes its own way, which is what trying several continuations needs.
package struct GuidedDecoder: Sendable {
  private let guide: DecodingGuide
  private var stack: [AutomatonFrame]
  /// What was written so far.
  package private(set) var text: [UInt8] = []
  /// Whether a token that ends the text was read.
  package private(set) var hasEnded = false

  /// Begins a text of a grammar.
  package init(_ guide: DecodingGuide) {
    self.guide = guide
    stack = guide.automaton.initialStack
  }

  /// Begins a JSON value of a schema. To use a schema more than once, make a ``DecodingGuide`` of it.
  ///
  /// - Throws: What makes the schema impossible to follow; see ``GuidedDecodingError``.
  package init(
    schema: JSONSchema,
    vocabulary: TokenVocabulary,
    limits: GuidedDecodingLimits = GuidedDecodingLimits()
  ) throws(GuidedDecodingError) {
    self.init(try DecodingGuide(schema: schema, vocabulary: vocabulary, limits: limits))
  }

  // MARK: Where the text stands

  /// Whether the text may end here; more may be possible, as after the first digit of a number.
  package var canEnd: Bool { hasEnded || guide.automaton.canEnd(stack) }

  /// Whether nothing more can come, so that the model need not be asked.
  package var isComplete: Bool {
    if hasEnded || stack.isEmpty { return true }
    return stack.allSatisfy { guide.automaton.states[Int($0.state)].acceptsEmpty && isSpent($0) }
  }

  private func isSpent(_ frame: AutomatonFrame) -> Bool { guide.automaton.edges(of: frame.state).isEmpty }

  // MARK: What may come

  /// The tokens that may come next, among them those that end the text where it may end.
  ///
  /// Tokens may span several parts of a value (`"},{"`). The masks are kept for all decoders of a guide: of the steps
  /// within a string, all but the first cost a look-up.
  package func allowedTokens() -> TokenMask {
    hasEnded ? TokenMask(count: guide.vocabulary.count) : guide.allowance(for: stack).mask
  }

  /// The tokens that may come next, if at most so many may still be written with this one.
  ///
  /// Tokens are left out after which the text could not be ended in time. As long as ``tokensToComplete`` is within
  /// the budget there is always one left, unless the vocabulary lacks a byte that must come.
  package func allowedTokens(remaining: Int) -> TokenMask {
    guard !hasEnded else { return TokenMask(count: guide.vocabulary.count) }
    let allowance = guide.allowance(for: stack)
    return Int(allowance.maximumNeed) < remaining ? allowance.mask : guide.mask(for: stack, need: max(remaining, 0) - 1)
  }

  /// How many tokens suffice to end the text.
  package var tokensToComplete: Int { hasEnded ? 0 : guide.need(of: stack) }

  /// How many tokens suffice to end the text after one more; more than can be where the token is not allowed.
  package func tokensToComplete(after token: Int) -> Int {
    if guide.vocabulary.endTokens.contains(token) { return 0 }
    var next = stack
    let isRead = !hasEnded && guide.vocabulary.bytes(of: token).allSatisfy { guide.automaton.read($0, &next) }
    return isRead ? guide.need(of: next) : .max
  }

  /// The bytes that must come next whatever the model says, as far as they are certain.
  package func forcedBytes(limit: Int = 4096) -> [UInt8] {
    guard !hasEnded else { return [] }
    var stack = stack
    var forced: [UInt8] = []
    while forced.count < limit, let byte = guide.automaton.onlyByte(stack), guide.automaton.read(byte, &stack) {
      forced.append(byte)
    }
    return forced
  }

  /// The tokens that spell the forced bytes, to be fed to the model at once.
  ///
  /// The last of them is left to the model unless it ends the text: a longer token may suit it better, which
  /// reaches into what is not forced.
  ///
  /// - Parameter encode: The tokenizer's own way to spell bytes, which the model saw in its training.
  /// - Returns: The tokens; none where nothing is forced.
  package func forcedTokens(encode: ([UInt8]) -> [Int]) -> [Int] {
    let forced = forcedBytes()
    guard !forced.isEmpty else { return [] }
    var tokens = encode(forced)
    var copy = self
    guard (try? copy.advance(bytes: forced)) != nil else { return [] }
    if !copy.isComplete, !tokens.isEmpty { tokens.removeLast() }
    let spelled = tokens.reduce(into: [UInt8]()) { $0 += guide.vocabulary.bytes(of: $1) }
    return forced.starts(with: spelled) ? tokens : []
  }

  /// The shortest text that ends what was begun.
  package func minimalCompletion() -> [UInt8] {
    guard !hasEnded else { return [] }
    var stack = stack
    var bytes: [UInt8] = []
    while let byte = guide.automaton.exitByte(stack), guide.automaton.read(byte, &stack) { bytes.append(byte) }
    return bytes
  }

  // MARK: What comes

  /// Reads a token.
  ///
  /// - Throws: ``GuidedDecodingError/tokenNotAllowed(_:)``; the decoder stays as it was.
  package mutating func advance(token: Int) throws(GuidedDecodingError) {
    if guide.vocabulary.endTokens.contains(token) {
      guard canEnd else { throw .tokenNotAllowed(token) }
      hasEnded = true
      return
    }
    let bytes = guide.vocabulary.bytes(of: token)
    var next = stack
    guard !hasEnded, !bytes.isEmpty, bytes.allSatisfy({ guide.automaton.read($0, &next) }) else {
      throw .tokenNotAllowed(token)
    }
    stack = next
    text += bytes
  }

  /// Reads bytes, as of forced text.
  ///
  /// - Throws: ``GuidedDecodingError/byteNotAllowed(_:)``; the decoder stays as it was.
  package mutating func advance(bytes: some Sequence<UInt8>) throws(GuidedDecodingError) {
    var next = stack
    var read: [UInt8] = []
    for byte in bytes {
      guard !hasEnded, guide.automaton.read(byte, &next) else { throw .byteNotAllowed(byte) }
      read.append(byte)
    }
    stack = next
    text += read
  }
}
