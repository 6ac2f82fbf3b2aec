/// Where a byte leads in a ``PushdownAutomaton``: a state, or one of these.
enum AutomatonTarget {
  /// The byte is the last one of the frame.
  static let pop: Int32 = -1
  /// The byte is not allowed.
  static let fail: Int32 = -2
}

/// One level of nesting of what is being read.
struct AutomatonFrame: Hashable, Sendable {
  var state: Int32
  /// How often the frame's counting states may still go on; `UInt32.max` for ever.
  var counter: UInt32 = .max
}

/// A grammar as tables: from a state and a byte to a state, with calls of one part by another.
///
/// It is deterministic: at most one stack follows from a stack and a byte. A frame on the stack waits in the state that
/// goes on once the frame above it is done. A frame in a state that ``State/acceptsEmpty`` is done as soon as a byte
/// comes that it has no use for (a number ends that way).
struct PushdownAutomaton: Sendable {
  enum Shape: UInt8 {
    /// One byte is allowed.
    case single
    /// A few are; `first..<second` are their places in `edgeBytes`.
    case sparse
    /// Many are; `first` is the row of `rows`.
    case dense
    /// No byte is read: the state calls `first` and goes on at `second`.
    case call
  }

  struct State: Sendable {
    var shape: Shape
    var byte: UInt8 = 0
    var acceptsEmpty = false
    /// Whether a byte that does not end the frame uses up one of its count.
    var isCounting = false
    /// Whether so many bytes are allowed that most of a vocabulary is, as within strings.
    var isBroad = false
    var first: Int32
    var second: Int32 = 0
    var counter: UInt32 = .max
    /// The first byte of the shortest way to the frame's end, and the bytes on that way.
    var exitByte: UInt8 = 0
    var exitLength: Int32 = 0
  }

  var states: [State] = []
  private(set) var edgeBytes: [UInt8] = []
  var edgeTargets: [Int32] = []
  var rows: [Int32] = []
  /// States below this one are the same in every automaton.
  let sharedStates: Int32
  private let start: Int32

  /// The stack before the first byte; empty for the grammar of nothing.
  var initialStack: [AutomatonFrame] {
    guard start >= 0 else { return [] }
    var stack = [AutomatonFrame(state: start)]
    enter(start, &stack)
    return stack
  }

  /// Lays out the states of a builder.
  init(_ builder: AutomatonBuilder, start: Int32, sharedStates: Int32) {
    self.start = start
    self.sharedStates = sharedStates
    states.reserveCapacity(builder.states.count)
    for index in builder.states.indices { append(builder.states[index], at: Int32(index)) }
    findExits()
    removeDeadEnds()
  }

  private mutating func append(_ source: AutomatonBuilder.State, at index: Int32) {
    var state: State
    if let call = source.call {
      state = State(shape: .call, first: call.callee, second: call.next, counter: call.counter)
    } else if source.edges.count == 1, let edge = source.edges.first {
      state = State(shape: .single, byte: edge.byte, first: edge.target)
    } else if source.edges.count <= 10 {
      let first = Int32(edgeBytes.count)
      for edge in source.edges {
        edgeBytes.append(edge.byte)
        edgeTargets.append(edge.target)
      }
      state = State(shape: .sparse, first: first, second: Int32(edgeBytes.count))
    } else {
      let base = rows.count
      state = State(shape: .dense, first: Int32(base >> 8))
      rows += repeatElement(AutomatonTarget.fail, count: 256)
      for edge in source.edges { rows[base + Int(edge.byte)] = edge.target }
    }
    // A part that is gone through once is matched with what follows it.
    state.isBroad = source.edges.count >= 64 && source.edges.contains { $0.target == index }
    state.acceptsEmpty = source.acceptsEmpty
    state.isCounting = source.isCounting
    states.append(state)
  }

  /// Where a byte leads from a state, counters aside.
  func target(of state: Int32, on byte: UInt8) -> Int32 {
    let entry = states[Int(state)]
    switch entry.shape {
    case .single: return entry.byte == byte ? entry.first : AutomatonTarget.fail
    case .sparse:
      var place = Int(entry.first)
      while place < Int(entry.second) {
        if edgeBytes[place] == byte { return edgeTargets[place] }
        place += 1
      }
      return AutomatonTarget.fail
    case .dense: return rows[Int(entry.first) << 8 | Int(byte)]
    case .call: return AutomatonTarget.fail
    }
  }

  /// The bytes a state has a use for, with where they lead.
  func edges(of state: Int32) -> [(byte: UInt8, target: Int32)] {
    let entry = states[Int(state)]
    return switch entry.shape {
    case .single: entry.first == AutomatonTarget.fail ? [] : [(entry.byte, entry.first)]
    case .sparse:
      (Int(entry.first)..<Int(entry.second)).compactMap { place in
        edgeTargets[place] == AutomatonTarget.fail ? nil : (edgeBytes[place], edgeTargets[place])
      }
    case .dense:
      (0..<256).compactMap { byte in
        let target = rows[Int(entry.first) << 8 | byte]
        return target == AutomatonTarget.fail ? nil : (UInt8(byte), target)
      }
    case .call: []
    }
  }

  /// Reads a byte.
  ///
  /// - Returns: Whether it is allowed; if not, the stack is of no more use.
  func read(_ byte: UInt8, _ stack: inout [AutomatonFrame]) -> Bool {
    while let frame = stack.last {
      let target = target(of: frame.state, on: byte)
      if target >= 0 {
        if states[Int(frame.state)].isCounting, frame.counter != .max {
          guard frame.counter > 0 else { return false }
          stack[stack.count - 1].counter -= 1
        }
        enter(target, &stack)
        return true
      }
      if target == AutomatonTarget.pop {
        stack.removeLast()
        return true
      }
      guard states[Int(frame.state)].acceptsEmpty else { return false }
      stack.removeLast()
    }
    return false
  }

  /// Goes to a state. What follows a call may be a call itself: its frame is made at once, below that of the first.
  private func enter(_ target: Int32, _ stack: inout [AutomatonFrame]) {
    let call = states[Int(target)]
    guard call.shape == .call else {
      stack[stack.count - 1].state = target
      return
    }
    // A frame with nothing left to do gives its place to the one it calls.
    if call.second == AutomatonTarget.pop { stack.removeLast() } else { enter(call.second, &stack) }
    stack.append(AutomatonFrame(state: call.first, counter: call.counter))
    enter(call.first, &stack)
  }

  /// The only byte that can follow, or nil where several can, or none.
  func onlyByte(_ stack: [AutomatonFrame]) -> UInt8? {
    for frame in stack.reversed() {
      let state = states[Int(frame.state)]
      if state.isBroad, frame.counter > 0 { return nil }
      let allowed = edges(of: frame.state).filter { edge in
        !state.isCounting || frame.counter > 0 || edge.target == AutomatonTarget.pop
      }
      if !allowed.isEmpty { return allowed.count == 1 && !state.acceptsEmpty ? allowed[0].byte : nil }
      // A number that can have no more digits: what follows it decides.
      guard state.acceptsEmpty else { return nil }
    }
    return nil
  }

  /// Whether what was read may stand as it is.
  func canEnd(_ stack: [AutomatonFrame]) -> Bool {
    stack.allSatisfy { states[Int($0.state)].acceptsEmpty }
  }
}
