/// What the tokens of a vocabulary do in one frame, whatever is below it.
///
/// Within a string nearly all tokens are allowed, and nearly all stay within it. They are matched once; only those that
/// leave the string are matched again against each different surrounding.
struct LocalOutcome: Sendable {
  /// The tokens that stay within the frame.
  let mask: TokenMask
  /// The ordinary ones of them: they need no more afterwards than any, and use no more than ``ordinaryUse``.
  private let ordinary: TokenMask
  /// The others, one by one; and all, where the frame counts.
  private let others: [Entry]
  private let all: [Entry]
  /// Tokens that use more of the frame's count than is ordinary, whether they stay within it or leave it.
  let long: [Entry]
  /// Where tokens leave the frame.
  let exits: [TokenWalk.Exit]
  let maximumNeed: Int32
  private let minimumNeed: Int32
  private let maximumUse: UInt32

  /// A token, the tokens needed after it to end the frame, and how much of the frame's count it uses.
  struct Entry: Sendable {
    var token: Int32
    var need: Int32
    var use: UInt32
  }

  /// What few tokens go beyond.
  static let ordinaryUse: UInt32 = 16

  init(of state: Int32, in automaton: PushdownAutomaton, costs: [Int32], vocabulary: TokenVocabulary) {
    let trie = vocabulary.trie
    var walk = TokenWalk(automaton, costs: costs, trie: trie, isLocal: true)
    let count = automaton.states[Int(state)].isCounting ? TokenWalk.localCount : .max
    let stack = walk.push(AutomatonFrame(state: state, counter: count), on: TokenWalk.empty)
    walk.walk(below: 0, on: stack)
    var mask = TokenMask(count: vocabulary.count)
    mask.insert(contentsOf: walk.tokens)
    self.mask = mask
    var all: [Entry] = []
    all.reserveCapacity(walk.tokens.count)
    for index in walk.tokens.indices {
      all.append(Entry(token: walk.tokens[index], need: walk.needs[index], use: walk.uses[index]))
    }
    let minimumNeed = walk.needs.min() ?? 0
    others = all.filter { $0.need > minimumNeed || $0.use > Self.ordinaryUse }
    for entry in others { mask.remove(Int(entry.token)) }
    ordinary = mask
    var long = others.filter { $0.use > Self.ordinaryUse }
    for exit in walk.exits where exit.used > Self.ordinaryUse {
      let end = Int(trie.ends[Int(exit.node)])
      for place in trie.tokenStarts[Int(exit.node)]..<trie.tokenStarts[end] {
        long.append(Entry(token: trie.tokens[Int(place)], need: 0, use: exit.used))
      }
    }
    self.long = long
    self.all = count == .max ? [] : all
    self.minimumNeed = minimumNeed
    exits = walk.exits
    maximumNeed = walk.needs.max() ?? 0
    maximumUse = walk.uses.max() ?? 0
  }

  /// The tokens that stay within the frame, use no more than its count, and need no more than some tokens afterwards.
  func mask(count: UInt32, need: Int32) -> TokenMask {
    if need < minimumNeed { return TokenMask(count: mask.count) }
    if count >= maximumUse, need >= maximumNeed { return mask }
    let isOrdinary = count >= Self.ordinaryUse
    var result = isOrdinary ? ordinary : TokenMask(count: mask.count)
    for entry in isOrdinary ? others : all where entry.use <= count && entry.need <= need {
      result.insert(Int(entry.token))
    }
    return result
  }
}
