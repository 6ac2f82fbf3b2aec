/// The shortest ways to the ends of frames.
extension PushdownAutomaton {
  /// The length of what cannot be ended, or not within any context.
  private static let far: Int32 = 1 << 20

  /// The bytes from a target to the end of the frame.
  func exitLength(of target: Int32) -> Int32 {
    target >= 0 ? states[Int(target)].exitLength : target == AutomatonTarget.pop ? 0 : Self.far
  }

  /// Whether a frame in a state can be ended.
  func canExit(from state: Int32) -> Bool { exitLength(of: state) < Self.far }

  /// Finds the shortest way out of each state.
  ///
  /// Definitions may contain themselves, so that this is a least fixed point. States are settled in the order of their
  /// lengths, as Knuth generalises Dijkstra's shortest paths to grammars.
  mutating func findExits() {
    for index in states.indices { states[index].exitLength = states[index].acceptsEmpty ? 0 : Self.far }
    let users = users()
    var heap = MergeHeap()
    for index in states.indices {
      if !states[index].acceptsEmpty { shorten(index) }
      if states[index].exitLength < Self.far { heap.append(Self.key(states[index].exitLength, index)) }
    }
    while let key = heap.popFirst() {
      let index = Int(key & 0xFFFF_FFFF)
      guard key == Self.key(states[index].exitLength, index) else { continue }
      for place in users.starts[index]..<users.starts[index + 1] {
        let user = Int(users.states[Int(place)])
        let before = states[user].exitLength
        guard before > states[index].exitLength else { continue }
        shorten(user)
        if states[user].exitLength < before { heap.append(Self.key(states[user].exitLength, user)) }
      }
    }
  }

  private static func key(_ length: Int32, _ index: Int) -> UInt64 { UInt64(length) << 32 | UInt64(index) }

  /// Looks for a shorter way out of a state.
  private mutating func shorten(_ index: Int) {
    let state = states[index]
    var best = state.exitLength
    var byte = state.exitByte
    func offer(_ target: Int32, _ offered: UInt8) {
      let length = 1 + exitLength(of: target)
      if length < best { (best, byte) = (length, offered) }
    }
    switch state.shape {
    case .call: best = min(best, exitLength(of: state.first) + exitLength(of: state.second))
    case .single: offer(state.first, state.byte)
    case .sparse: for place in Int(state.first)..<Int(state.second) { offer(edgeTargets[place], edgeBytes[place]) }
    case .dense: for byte in 0..<256 { offer(rows[Int(state.first) << 8 | byte], UInt8(byte)) }
    }
    states[index].exitLength = best
    states[index].exitByte = byte
  }

  /// The states that lead to a state or call it: those of state *n* are at `starts[n]..<starts[n + 1]`.
  private func users() -> (starts: [Int32], states: [Int32]) {
    var starts = [Int32](repeating: 0, count: states.count + 1)
    for index in states.indices { forEachTarget(of: index) { starts[$0 + 1] += 1 } }
    for index in states.indices { starts[index + 1] += starts[index] }
    var places = starts
    var users = [Int32](repeating: 0, count: Int(starts[states.count]))
    for index in states.indices {
      forEachTarget(of: index) { target in
        users[Int(places[target])] = Int32(index)
        places[target] += 1
      }
    }
    return (starts, users)
  }

  private func forEachTarget(of index: Int, _ body: (Int) -> Void) {
    let state = states[index]
    func visit(_ target: Int32) { if target >= 0 { body(Int(target)) } }
    switch state.shape {
    case .call:
      visit(state.first)
      visit(state.second)
    case .single: visit(state.first)
    case .sparse: for place in Int(state.first)..<Int(state.second) { visit(edgeTargets[place]) }
    case .dense:
      // Neighbours mostly lead to the same place.
      var previous = AutomatonTarget.fail
      for byte in 0..<256 {
        let target = rows[Int(state.first) << 8 | byte]
        if target != previous { visit(target) }
        previous = target
      }
    }
  }

  /// Forbids the bytes after which there is no end.
  mutating func removeDeadEnds() {
    func isDead(_ target: Int32) -> Bool { target >= 0 && !canExit(from: target) }
    for index in states.indices where states[index].shape == .single && isDead(states[index].first) {
      states[index].first = AutomatonTarget.fail
    }
    for place in edgeTargets.indices where isDead(edgeTargets[place]) { edgeTargets[place] = AutomatonTarget.fail }
    for place in rows.indices where isDead(rows[place]) { rows[place] = AutomatonTarget.fail }
  }

  /// The next byte of the shortest way to the end; nil at the end.
  func exitByte(_ stack: [AutomatonFrame]) -> UInt8? {
    guard let frame = stack.last(where: { !states[Int($0.state)].acceptsEmpty }) else { return nil }
    return states[Int(frame.state)].exitByte
  }
}
