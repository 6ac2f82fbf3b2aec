/// Makes the states of a ``PushdownAutomaton``, those that come later in a text first.
struct AutomatonBuilder {
  struct Edge: Hashable {
    var byte: UInt8
    var target: Int32
  }

  struct Call: Hashable {
    /// The state in which the new frame begins.
    var callee: Int32
    /// The state in which this frame goes on afterwards, or ``AutomatonTarget/pop``.
    var next: Int32
    /// How often the new frame's counting states may go on.
    var counter: UInt32 = .max
  }

  struct State {
    var edges: [Edge] = []
    var acceptsEmpty = false
    var isCounting = false
    var call: Call?
  }

  /// Where the parts begin that all grammars share.
  struct Lexicon {
    /// Within a string, after its first quote.
    var string: Int32 = 0
    /// The rest of one character of a string after each possible first byte.
    var characters: [Edge] = []
    /// The rest of a number or an integer after each possible first byte.
    var number: [Edge] = []
    var integer: [Edge] = []
    /// The rest of `true`, `false`, `null` after the first letter.
    var words: [Edge] = []
  }

  private(set) var states: [State] = []
  let limits: GuidedDecodingLimits
  var lexicon = Lexicon()
  /// The start of any array and any object, after the bracket, for each depth that may still open.
  var freeValues: [(array: Int32, object: Int32)] = []
  /// What references refer to.
  var scope = Scope()
  private var calls: [Call: Int32] = [:]

  init(limits: GuidedDecodingLimits) { self.limits = limits }

  /// The automaton of a grammar.
  static func automaton(
    of grammar: DecodingGrammar,
    limits: GuidedDecodingLimits
  ) throws(GuidedDecodingError) -> PushdownAutomaton {
    var builder = AutomatonBuilder(limits: limits)
    builder.buildLexicon()
    let shared = Int32(builder.states.count)
    let start = try builder.build(grammar, then: AutomatonTarget.pop, depth: 0)
    let automaton = PushdownAutomaton(builder, start: start, sharedStates: shared)
    guard start < 0 || automaton.canExit(from: start) else { throw .unsatisfiable }
    return automaton
  }

  // MARK: States

  mutating func add(_ state: State) -> Int32 {
    states.append(state)
    return Int32(states.count - 1)
  }

  mutating func add(
    _ edges: [Edge] = [],
    acceptsEmpty: Bool = false,
    isCounting: Bool = false
  ) -> Int32 {
    add(State(edges: edges, acceptsEmpty: acceptsEmpty, isCounting: isCounting))
  }

  mutating func connect(_ state: Int32, _ bytes: ClosedRange<UInt8>, to target: Int32) {
    for byte in bytes { states[Int(state)].edges.append(Edge(byte: byte, target: target)) }
  }

  mutating func connect(_ state: Int32, _ bytes: some Sequence<UInt8>, to target: Int32) {
    for byte in bytes { states[Int(state)].edges.append(Edge(byte: byte, target: target)) }
  }

  /// Makes a state that others refer to already what another one is.
  mutating func define(_ state: Int32, as target: Int32) {
    states[Int(state)] = target >= 0 ? states[Int(target)] : State(acceptsEmpty: true)
  }

  /// A state that calls; equal ones are one.
  mutating func call(_ callee: Int32, then next: Int32, counter: UInt32 = .max) -> Int32 {
    let call = Call(callee: callee, next: next, counter: counter)
    if let known = calls[call] { return known }
    let state = add(State(call: call))
    calls[call] = state
    return state
  }

  /// The start of a fixed run of bytes, which may be empty.
  mutating func literal(_ bytes: some BidirectionalCollection<UInt8>, then next: Int32) -> Int32 {
    var target = next
    for byte in bytes.reversed() { target = add([Edge(byte: byte, target: target)]) }
    return target
  }

  /// What comes after a comma or a colon.
  mutating func spaced(_ target: Int32) -> Int32 {
    let blank = Edge(byte: UInt8(ascii: " "), target: target)
    switch limits.spacing {
    case .compact: return target
    case .spaced: return add([blank])
    case .either: return add(states[Int(target)].edges + [blank])
    }
  }

  func checkSize() throws(GuidedDecodingError) {
    guard states.count <= limits.maximumStates else { throw .tooLarge }
  }

  /// Adds one of several distinct texts, none a prefix of another, each with where it leads.
  ///
  /// Once a text has parted from all others, its rest is a chain of its own, which callers that offer the text in
  /// several places share.
  ///
  /// - Parameters:
  ///   - texts: The texts, ordered by their bytes.
  ///   - tail: The chain of a text: the state that reads its byte at an offset.
  /// - Returns: The state that chooses.
  /// - Throws: A ``GuidedDecodingError`` where the automaton grows too large.
  mutating func choice(
    of texts: [[UInt8]],
    tail: (inout AutomatonBuilder, Int, Int) -> Int32
  ) throws(GuidedDecodingError) -> Int32 {
    func common(_ a: [UInt8], _ b: [UInt8]) -> Int {
      var count = 0
      while count < min(a.count, b.count), a[count] == b[count] { count += 1 }
      return count
    }
    let root = add()
    // The states that read the bytes of the text before, as far as it was not alone.
    var path = [root]
    var before = 0
    for (index, text) in texts.enumerated() {
      let after = index + 1 < texts.count ? common(text, texts[index + 1]) : 0
      let shared = max(before, after)
      path.removeSubrange((before + 1)...)
      while path.count <= shared {
        let next = add()
        states[Int(path[path.count - 1])].edges.append(Edge(byte: text[path.count - 1], target: next))
        path.append(next)
      }
      let target = tail(&self, index, shared + 1)
      states[Int(path[shared])].edges.append(Edge(byte: text[shared], target: target))
      before = after
      try checkSize()
    }
    return root
  }
}
