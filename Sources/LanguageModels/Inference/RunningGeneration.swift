import SkillRuntime

/// A text that is being written: what was drawn, and what is to be evaluated next.
///
/// Confined to the actor that owns it.
final class RunningGeneration {
  let cache: KeyValueCache
  private let tokenizer: Tokenizer
  private var sampler: Sampler
  private var guided: GuidedDecoder?
  private var decoder: TokenDecoder
  private var stops: StopMatcher
  /// All tokens, those of the prompt first.
  private var history: [TokenID]
  /// How many of them are evaluated or taken from the cache.
  private var evaluated: Int
  private let promptCount: Int
  private let limit: Int
  /// Why the text ends once the limit is reached.
  private let limitFinish: GenerationResult.Finish
  /// Whether the model was kept from a token because too few were left to end the text after it.
  private var isCut = false
  private var text = ""
  /// Text that became certain before there was a step to give it.
  private var carried = ""
  private var usage: TokenUsage
  private var prefillTime = Duration.zero
  private var decodeTime = Duration.zero

  /// Begins a text.
  ///
  /// - Parameters:
  ///   - request: What is asked for, its prompt checked.
  ///   - cache: The cache leased for it, which has the beginning of the prompt.
  ///   - contextSize: How many tokens the cache holds.
  ///   - tokenizer: The model's tokenizer.
  /// - Throws: ``LanguageModelError/limitTooSmall(needed:limit:)`` where no text of the grammar is short enough.
  init(
    _ request: GenerationRequest,
    cache: KeyValueCache,
    contextSize: Int,
    tokenizer: Tokenizer
  ) throws(LanguageModelError) {
    self.cache = cache
    self.tokenizer = tokenizer
    sampler = Sampler(request.sampling)
    guided = request.guide.map { GuidedDecoder($0) }
    decoder = TokenDecoder(tokenizer)
    stops = StopMatcher(request.guide == nil ? request.stops : [])
    history = request.prompt
    history.reserveCapacity(contextSize)
    promptCount = history.count
    let room = contextSize - promptCount
    limit = min(max(request.maximumTokens, 1), room)
    limitFinish = request.maximumTokens > room ? .context : .length
    evaluated = cache.tokens.count
    usage = TokenUsage(input: promptCount - evaluated, cacheRead: evaluated)
    if let needed = guided?.tokensToComplete, needed > limit { throw .limitTooSmall(needed: needed, limit: limit) }
    carried = force()
  }

  /// Whether the text is complete, so that the model need not be asked.
  var isComplete: Bool { guided?.isComplete ?? false }

  /// The tokens that are to be evaluated before the next is drawn.
  var pending: ArraySlice<TokenID> {
    history[evaluated...]
  }

  /// Notes that tokens were evaluated.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - time: How long it took.
  /// - Returns: Whether the next token can be drawn.
  func note(_ count: Int, in time: Duration) -> Bool {
    evaluated += count
    if usage.output == 0 || evaluated <= promptCount {
      prefillTime += time
    } else {
      decodeTime += time
    }
    return evaluated == history.count
  }

  /// Draws the next token.
  ///
  /// - Parameter logits: The logits after the last token evaluated; changed.
  /// - Returns: The text that became certain, and the result if the text ends.
  /// - Throws: ``LanguageModelError`` where no token can be drawn; nothing is written in the model's stead.
  func draw(from logits: UnsafeMutableBufferPointer<Float>) throws(LanguageModelError) -> GenerationStep {
    let token = try drawToken(from: logits)
    usage.output += 1
    do throws(GuidedDecodingError) { try guided?.advance(token: token) } catch { throw .guide(error) }
    if tokenizer.endsOfGeneration.contains(TokenID(token)) { return finish(isCut ? limitFinish : .end) }
    let certain = append(token) + force()
    if let stop = stops.match { return finish(.stop(stop), after: certain) }
    if isComplete { return finish(isCut ? limitFinish : .end, after: certain) }
    if usage.output >= limit { return finish(limitFinish, after: certain) }
    return GenerationStep(text: takeCarried() + certain)
  }

  private func drawToken(from logits: UnsafeMutableBufferPointer<Float>) throws(LanguageModelError) -> Int {
    func sample(_ mask: TokenMask?, penalizing history: [TokenID]) throws(LanguageModelError) -> Int {
      if let mask, mask.isEmpty { throw .guide(.noToken) }
      guard let token = sampler.sample(logits, history: history.lazy.map { Int($0) }, mask: mask) else {
        throw .notNumbers
      }
      return token
    }
    let token = try sample(guided?.allowedTokens(), penalizing: history)
    let remaining = limit - usage.output
    guard let guided, guided.tokensToComplete(after: token) >= remaining else { return token }
    isCut = true
    // The penalties are in the logits already.
    return try sample(guided.allowedTokens(remaining: remaining), penalizing: [])
  }

  /// Ends the text.
  ///
  /// - Parameters:
  ///   - finish: Why.
  ///   - certain: Text that became certain just now.
  /// - Returns: What was held back, and the result.
  func finish(_ finish: GenerationResult.Finish, after certain: String = "") -> GenerationStep {
    let rest = stops.append(decoder.finish()) + stops.finish()
    var finish = finish
    if let stop = stops.match { finish = .stop(stop) }
    text += rest
    let tokens = Array(history[promptCount...])
    let result = GenerationResult(
      text: text,
      tokens: tokens,
      finish: finish,
      usage: usage,
      prefillTime: prefillTime,
      decodeTime: decodeTime
    )
    return GenerationStep(text: takeCarried() + certain + rest, result: result)
  }

  private func takeCarried() -> String {
    defer { carried = "" }
    return carried
  }

  private func append(_ token: Int) -> String {
    history.append(TokenID(token))
    let certain = stops.append(decoder.append(TokenID(token)))
    text += certain
    return certain
  }

  /// Writes what must come whatever the model says, so that it is evaluated with the token before.
  ///
  /// - Returns: The text that became certain.
  private func force() -> String {
    guard var next = guided else { return "" }
    let forced = next.forcedTokens { bytes in tokenizer.encode(String(decoding: bytes, as: UTF8.self)).map { Int($0) } }
    guard !forced.isEmpty, usage.output + forced.count <= limit,
      forced.allSatisfy({ (try? next.advance(token: $0)) != nil }),
      usage.output + forced.count + next.tokensToComplete <= limit
    else { return "" }
    guided = next
    usage.output += forced.count
    return forced.reduce(into: "") { $0 += append($1) }
  }
}

/// What came of one step of writing.
struct GenerationStep: Sendable {
  /// The text that became certain.
  var text = ""
  /// The result, if the text ends.
  var result: GenerationResult?
}
