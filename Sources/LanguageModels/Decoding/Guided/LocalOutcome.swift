/// What the tokens of a vocabulary do in one frame, whatever is below it.
///
/// Within a string nearly all tokens are allowed, and nearly all stay within it. They are matched once; only those that
/// leave the string are matched again against each different surrounding.
struct LocalOutcome: Sendable {
  /// The tokens that stay within the frame.
  let mask: TokenMask
  /// The same, one by one, with the tokens needed afterwards to end the frame and how much of its count each used.
  private let tokens: [Int32]
  private let needs: [Int32]
  private let uses: [UInt32]
  /// Where tokens leave the frame.
  let exits: [TokenWalk.Exit]
  let maximumNeed: Int32
  private let maximumUse: UInt32

  init(of state: Int32, in automaton: PushdownAutomaton, costs: [Int32], vocabulary: TokenVocabulary) {
    var walk = TokenWalk(automaton, costs: costs, trie: vocabulary.trie, isLocal: true)
    let count = automaton.states[Int(state)].isCounting ? TokenWalk.localCount : .max
    let stack = walk.push(AutomatonFrame(state: state, counter: count), on: TokenWalk.empty)
    walk.walk(below: 0, on: stack)
    var mask = TokenMask(count: vocabulary.count)
    mask.insert(contentsOf: walk.tokens)
    self.mask = mask
    tokens = walk.tokens
    needs = walk.needs
    uses = walk.uses
    exits = walk.exits
    maximumNeed = needs.max() ?? 0
    maximumUse = uses.max() ?? 0
  }

  /// The tokens that stay within the frame, use no more than its count, and need no more than some tokens afterwards.
  func mask(count: UInt32, need: Int32) -> TokenMask {
    if count >= maximumUse, need >= maximumNeed { return mask }
    var result = TokenMask(count: mask.count)
    for index in tokens.indices where uses[index] <= count && needs[index] <= need {
      result.insert(Int(tokens[index]))
    }
    return result
  }
}
