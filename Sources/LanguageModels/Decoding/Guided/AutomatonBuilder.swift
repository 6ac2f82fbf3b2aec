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

  /// A choice among the texts of another choice and one more, none a prefix of another.
  ///
  /// The other choice stays, and the two share what follows where the new text has parted from the others. So the
  /// choices among each end of a list of texts take no more states together than their texts have bytes.
  ///
  /// - Parameters:
  ///   - choice: The state that begins the other choice; `nil` where there is none yet.
  ///   - text: The text.
  ///   - chain: The states that read the text, one for each byte, and where it leads.
  /// - Returns: The state that begins the choice.
  mutating func extend(_ choice: Int32?, by text: [UInt8], _ chain: [Int32]) -> Int32 {
    guard let choice else { return chain[0] }
    // The states that read what the text has in common with others.
    var path = [choice]
    while let shared = edge(of: path[path.count - 1], text[path.count - 1]) {
      path.append(states[Int(path[path.count - 1])].edges[shared].target)
    }
    var target = chain[path.count]
    for (state, byte) in zip(path, text).reversed() {
      var edges = states[Int(state)].edges
      if let shared = edge(of: state, byte) {
        edges[shared].target = target
      } else {
        edges.insert(Edge(byte: byte, target: target), at: edges.firstIndex { $0.byte > byte } ?? edges.count)
      }
      target = add(edges)
    }
    return target
  }

  /// The place among a state's edges of that for a byte.
  private func edge(of state: Int32, _ byte: UInt8) -> Int? { states[Int(state)].edges.firstIndex { $0.byte == byte } }
}
