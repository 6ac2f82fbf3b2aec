import SkillIR

extension AutomatonBuilder {
  private static let maximumGrammarDepth = 64

  /// The start of a grammar, or what follows it where it is empty.
  mutating func build(
    _ grammar: DecodingGrammar,
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    guard depth < Self.maximumGrammarDepth else { throw .tooLarge }
    try checkSize()
    switch grammar {
    case .literal(let text): return literal(Array(text.utf8), then: next)
    case .schema(let schema): return try value(schema, then: next, depth: 0)
    case .sequence(let parts):
      var next = next
      for part in parts.reversed() { next = try build(part, then: next, depth: depth + 1) }
      return next
    case .choice(let choices): return try choice(among: choices, then: next, depth: depth)
    case .text(let marker, let rest):
      guard next == AutomatonTarget.pop else { throw .unreachable }
      return text(until: Array(marker.utf8), then: try build(rest, then: next, depth: depth + 1))
    case .anyText:
      guard next == AutomatonTarget.pop else { throw .unreachable }
      return text(until: [], then: next)
    }
  }

  // MARK: Choices

  private mutating func choice(
    among choices: [DecodingGrammar],
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    guard !choices.isEmpty else { throw .unsatisfiable }
    var starts: [Int32] = []
    for choice in choices { starts.append(try build(choice, then: next, depth: depth + 1)) }
    return try merge(starts)
  }

  /// A state that may go on as any of several.
  ///
  /// States that are reached by the same byte are merged in turn. That is right as long as none of them calls, as the
  /// states of literals do not.
  mutating func merge(_ starts: [Int32]) throws(GuidedDecodingError) -> Int32 {
    var merged: [[Int32]: Int32] = [:]
    return try merge(Set(starts).sorted(), &merged, depth: 0)
  }

  private mutating func merge(
    _ starts: [Int32],
    _ merged: inout [[Int32]: Int32],
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    if starts.count == 1 { return starts[0] }
    if let known = merged[starts] { return known }
    guard depth < 4096 else { throw .tooLarge }
    var state = State()
    var targets: [UInt8: Set<Int32>] = [:]
    for start in starts {
      // Nothing at all is among the choices, and the frame ends with them.
      guard start >= 0 else {
        state.acceptsEmpty = true
        continue
      }
      let source = states[Int(start)]
      guard source.call == nil, !source.isCounting else { throw .ambiguous }
      state.acceptsEmpty = state.acceptsEmpty || source.acceptsEmpty
      for edge in source.edges { targets[edge.byte, default: []].insert(edge.target) }
    }
    for (byte, following) in targets.sorted(by: { $0.key < $1.key }) {
      state.edges.append(Edge(byte: byte, target: try merge(following.sorted(), &merged, depth: depth + 1)))
    }
    try checkSize()
    let result = add(state)
    merged[starts] = result
    return result
  }

  // MARK: Text

  /// Any text of whole characters, up to a marker.
  private mutating func text(until marker: [UInt8], then next: Int32) -> Int32 {
    // A state is how much of the marker the last bytes are, and what the character so far allows next.
    struct Place: Hashable {
      var matched: Int
      var character: UTF8Progress
    }
    let failure = Self.failureTable(marker)
    var known: [Place: Int32] = [:]
    var waiting: [Place] = []
    func state(_ place: Place, _ builder: inout AutomatonBuilder) -> Int32 {
      if let known = known[place] { return known }
      let state = builder.add(acceptsEmpty: place.character == .boundary)
      known[place] = state
      waiting.append(place)
      return state
    }
    let start = state(Place(matched: 0, character: .boundary), &self)
    while let place = waiting.popLast(), let source = known[place] {
      for byte in UInt8.min...UInt8.max {
        guard let character = place.character.after(byte) else { continue }
        var matched = place.matched
        while matched > 0, marker[matched] != byte { matched = failure[matched - 1] }
        if matched < marker.count, marker[matched] == byte { matched += 1 }
        let isMarker = !marker.isEmpty && matched == marker.count
        let target = isMarker ? next : state(Place(matched: matched, character: character), &self)
        connect(source, [byte], to: target)
      }
    }
    return start
  }

  /// For each prefix of the marker, the longest shorter prefix that also ends it (Knuth, Morris and Pratt).
  private static func failureTable(_ marker: [UInt8]) -> [Int] {
    var table = [Int](repeating: 0, count: marker.count)
    var length = 0
    for index in marker.indices.dropFirst() {
      while length > 0, marker[index] != marker[length] { length = table[length - 1] }
      if marker[index] == marker[length] { length += 1 }
      table[index] = length
    }
    return table
  }
}

/// What may follow in a UTF-8 text: the range of the next byte and how many bytes come after it.
private enum UTF8Progress: Hashable {
  case boundary
  case within(lower: UInt8, upper: UInt8, rest: Int)

  func after(_ byte: UInt8) -> UTF8Progress? {
    switch self {
    case .boundary:
      switch byte {
      case 0..<0x80: return .boundary
      case 0xC2...0xDF: return .within(lower: 0x80, upper: 0xBF, rest: 0)
      case 0xE0: return .within(lower: 0xA0, upper: 0xBF, rest: 1)
      case 0xED: return .within(lower: 0x80, upper: 0x9F, rest: 1)
      case 0xE1...0xEF: return .within(lower: 0x80, upper: 0xBF, rest: 1)
      case 0xF0: return .within(lower: 0x90, upper: 0xBF, rest: 2)
      case 0xF1...0xF3: return .within(lower: 0x80, upper: 0xBF, rest: 2)
      case 0xF4: return .within(lower: 0x80, upper: 0x8F, rest: 2)
      default: return nil
      }
    case .within(let lower, let upper, let rest):
      guard byte >= lower, byte <= upper else { return nil }
      return rest == 0 ? .boundary : .within(lower: 0x80, upper: 0xBF, rest: rest - 1)
    }
  }
}
