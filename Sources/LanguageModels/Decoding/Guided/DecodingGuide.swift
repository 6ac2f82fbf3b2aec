package import SkillIR
import Synchronization

/// A grammar compiled for a vocabulary, with the token masks found so far.
///
/// Make one for each schema or set of tools and keep it: every decoder that uses it adds to its masks.
package final class DecodingGuide: Sendable {
  /// The tokens allowed with a stack.
  struct Allowance: Sendable {
    var mask: TokenMask
    /// The most tokens that any of them leaves to be written.
    var maximumNeed: Int32
  }

  private struct Found {
    var allowances: [[AutomatonFrame]: Allowance] = [:]
    var outcomes: [Int32: LocalOutcome] = [:]
  }

  /// The vocabulary whose tokens are allowed or not.
  package let vocabulary: TokenVocabulary
  let automaton: PushdownAutomaton
  /// The tokens that suffice to end a frame, for each state.
  private let costs: [Int32]
  private let found = Mutex(Found())
  /// The masks are dropped when they fill this much memory, in bytes.
  private static let memory = 16 << 20

  /// Compiles a grammar.
  ///
  /// - Throws: What makes the grammar impossible to follow; see ``GuidedDecodingError``.
  package init(
    grammar: DecodingGrammar,
    vocabulary: TokenVocabulary,
    limits: GuidedDecodingLimits = GuidedDecodingLimits()
  ) throws(GuidedDecodingError) {
    automaton = try AutomatonBuilder.automaton(of: grammar, limits: limits)
    costs = automaton.exitCosts(in: vocabulary)
    self.vocabulary = vocabulary
  }

  /// Compiles a schema.
  ///
  /// - Throws: What makes the schema impossible to follow; see ``GuidedDecodingError``.
  package convenience init(
    schema: JSONSchema,
    vocabulary: TokenVocabulary,
    limits: GuidedDecodingLimits = GuidedDecodingLimits()
  ) throws(GuidedDecodingError) {
    try self.init(grammar: .schema(schema), vocabulary: vocabulary, limits: limits)
  }

  /// The tokens that suffice to end a stack.
  func need(of stack: [AutomatonFrame]) -> Int { stack.reduce(0) { $0 + Int(costs[Int($1.state)]) } }

  /// The tokens allowed with a stack, also those that end the text.
  func allowance(for stack: [AutomatonFrame]) -> Allowance {
    guard let top = stack.last, automaton.states[Int(top.state)].isBroad, automaton.states[Int(top.state)].isCounting,
      top.counter > LocalOutcome.ordinaryUse, top.counter <= vocabulary.maximumTokenLength
    else { return keptAllowance(for: stack) }
    // Only very long tokens tell such a count from none. To leave them out is quicker than to have a mask for each.
    var unlimited = stack
    unlimited[stack.count - 1].counter = .max
    var allowance = keptAllowance(for: unlimited)
    for entry in outcome(of: top.state).long where entry.use > top.counter {
      allowance.mask.remove(Int(entry.token))
    }
    return allowance
  }

  private func keptAllowance(for stack: [AutomatonFrame]) -> Allowance {
    let key = signature(of: stack)
    if let known = found.withLock({ $0.allowances[key] }) { return known }
    let allowance = compute(key, need: .max)
    let limit = max(Self.memory / max(allowance.mask.words.count * 8, 1), 16)
    found.withLock {
      if $0.allowances.count >= limit { $0.allowances = [:] }
      $0.allowances[key] = allowance
    }
    return allowance
  }

  /// The tokens allowed with a stack after which so many tokens suffice to end it.
  func mask(for stack: [AutomatonFrame], need: Int) -> TokenMask {
    compute(signature(of: stack), need: Int32(clamping: need)).mask
  }

  /// The stack as far as it matters for one token, which can use up no more of a count than it has bytes.
  private func signature(of stack: [AutomatonFrame]) -> [AutomatonFrame] {
    let longest = UInt32(vocabulary.maximumTokenLength)
    return stack.map { $0.counter > longest ? AutomatonFrame(state: $0.state) : $0 }
  }

  private func compute(_ stack: [AutomatonFrame], need: Int32) -> Allowance {
    var walk = TokenWalk(automaton, costs: costs, trie: vocabulary.trie)
    var allowance = Allowance(mask: TokenMask(count: vocabulary.count), maximumNeed: 0)
    if let top = stack.last {
      var below = TokenWalk.empty
      for frame in stack.dropLast() { below = walk.push(frame, on: below) }
      if automaton.states[Int(top.state)].isBroad {
        let outcome = outcome(of: top.state)
        let needBelow = walk.need(of: below)
        allowance.mask = outcome.mask(count: top.counter, need: need - needBelow)
        allowance.maximumNeed = TokenWalk.sum(outcome.maximumNeed, needBelow)
        for exit in outcome.exits where exit.used <= top.counter { walk.resume(at: exit, on: below) }
      } else {
        walk.walk(below: 0, on: walk.push(top, on: below))
      }
    }
    for (token, tokenNeed) in zip(walk.tokens, walk.needs) {
      allowance.maximumNeed = max(allowance.maximumNeed, tokenNeed)
      if tokenNeed <= need { allowance.mask.insert(Int(token)) }
    }
    if automaton.canEnd(stack) {
      for token in vocabulary.endTokens { allowance.mask.insert(token) }
    }
    return allowance
  }

  private func outcome(of state: Int32) -> LocalOutcome {
    let isShared = state < automaton.sharedStates
    let known = isShared ? vocabulary.sharedOutcomes.withLock { $0[state] } : found.withLock { $0.outcomes[state] }
    if let known { return known }
    let outcome = LocalOutcome(of: state, in: automaton, costs: costs, vocabulary: vocabulary)
    if isShared {
      vocabulary.sharedOutcomes.withLock { $0[state] = outcome }
    } else {
      found.withLock { $0.outcomes[state] = outcome }
    }
    return outcome
  }
}

extension PushdownAutomaton {
  /// For each state, how many tokens spell the shortest way to the end of its frame.
  func exitCosts(in vocabulary: TokenVocabulary) -> [Int32] {
    let trie = vocabulary.trie
    var costs = [Int32](repeating: 0, count: states.count)
    let open = states.indices.filter { states[$0].exitLength > 0 && states[$0].shape != .call }
    let order = open.filter { canExit(from: Int32($0)) }.sorted { states[$0].exitLength < states[$1].exitLength }
    for index in order {
      var stack = [AutomatonFrame(state: Int32(index), counter: 0)]
      var node = 0
      var best: Int32?
      while let byte = exitByte(stack), read(byte, &stack) {
        // What is left is shorter, and its cost known.
        let rest = stack.reduce(0) { $0 + costs[Int($1.state)] }
        guard let child = trie.child(of: node, byte) else {
          // A byte without a token counts as one: nothing better can be said of it.
          if best == nil, node == 0 { best = rest + 1 }
          break
        }
        node = child
        if trie.hasToken(child) { best = min(best ?? .max, rest + 1) }
        if stack.isEmpty { break }
      }
      costs[index] = best ?? states[index].exitLength
    }
    return costs
  }
}

extension TokenTrie {
  /// The node that a byte leads to.
  func child(of node: Int, _ byte: UInt8) -> Int? {
    var child = node + 1
    while child < ends[node] {
      if bytes[child] == byte { return child }
      child = Int(ends[child])
    }
    return nil
  }

  /// Whether a token ends at a node.
  func hasToken(_ node: Int) -> Bool { tokenStarts[node] < tokenStarts[node + 1] }
}
