import SkillIR

extension AutomatonBuilder {
  private static let maximumSchemaDepth = 128

  /// The start of a JSON value, or nil where no value satisfies the schema.
  mutating func value(
    _ schema: JSONSchema,
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32? {
    guard depth < Self.maximumSchemaDepth else { throw .tooLarge }
    try checkSize()
    switch schema {
    case .string: return add([string(then: next)])
    case .integer: return add(called(lexicon.integer, then: next))
    case .number: return add(called(lexicon.number, then: next))
    case .boolean: return add(called(lexicon.words.filter { $0.byte != UInt8(ascii: "n") }, then: next))
    case .any: return add(freeValue(limits.maximumFreeDepth, then: next))
    case .enumeration(let values): return try enumeration(values, then: next)
    case .nullable(let wrapped):
      let null = called(lexicon.words.filter { $0.byte == UInt8(ascii: "n") }, then: next)
      guard let start = try value(wrapped, then: next, depth: depth + 1) else { return add(null) }
      // What may be null already stays as it is.
      if target(of: start, on: UInt8(ascii: "n")) == nil { connect(start, [UInt8(ascii: "n")], to: null[0].target) }
      return start
    case .array(let element):
      let array = try array { builder, next throws(GuidedDecodingError) in
        try builder.value(element, then: next, depth: depth + 1)
      }
      return add([Edge(byte: UInt8(ascii: "["), target: call(array, then: next, counter: elementCounter))])
    case .dictionary(let element):
      let object = try dictionary { builder, next throws(GuidedDecodingError) in
        try builder.value(element, then: next, depth: depth + 1)
      }
      return add([Edge(byte: UInt8(ascii: "{"), target: call(object, then: next, counter: elementCounter))])
    case .object(let properties): return try object(properties, then: next, depth: depth)
    }
  }

  private var stringCounter: UInt32 {
    limits.maximumStringLength.map { UInt32(clamping: min($0, Int(UInt32.max) - 1)) } ?? .max
  }

  /// How many elements may come after the first.
  private var elementCounter: UInt32 {
    limits.maximumElementCount.map { UInt32(clamping: min(max($0, 1), Int(UInt32.max) - 1) - 1) } ?? .max
  }

  private mutating func string(then next: Int32) -> Edge {
    Edge(byte: UInt8(ascii: "\""), target: call(lexicon.string, then: next, counter: stringCounter))
  }

  private mutating func called(_ edges: [Edge], then next: Int32) -> [Edge] {
    edges.map { Edge(byte: $0.byte, target: call($0.target, then: next)) }
  }

  /// The first bytes of any value in which so many levels may open.
  private mutating func freeValue(_ depth: Int, then next: Int32) -> [Edge] {
    var edges = [string(then: next)] + called(lexicon.number, then: next) + called(lexicon.words, then: next)
    guard depth > 0 else { return edges }
    while freeValues.count < depth {
      let inner = freeValues.count
      let array = array { builder, next throws(Never) in builder.add(builder.freeValue(inner, then: next)) }
      let object = dictionary { builder, next throws(Never) in builder.add(builder.freeValue(inner, then: next)) }
      freeValues.append((array, object))
    }
    let (array, object) = freeValues[depth - 1]
    edges.append(Edge(byte: UInt8(ascii: "["), target: call(array, then: next, counter: elementCounter)))
    edges.append(Edge(byte: UInt8(ascii: "{"), target: call(object, then: next, counter: elementCounter)))
    return edges
  }

  /// The frame of an array, after its bracket.
  private mutating func array<Failure: Error>(
    of element: (inout AutomatonBuilder, Int32) throws(Failure) -> Int32?
  ) throws(Failure) -> Int32 {
    let close = Edge(byte: UInt8(ascii: "]"), target: AutomatonTarget.pop)
    let after = add([close], isCounting: true)
    guard limits.maximumElementCount != 0, let start = try element(&self, after) else { return add([close]) }
    connect(after, [UInt8(ascii: ",")], to: spaced(start))
    return add(states[Int(start)].edges + [close])
  }

  /// The frame of an object with any keys, after its brace.
  private mutating func dictionary<Failure: Error>(
    of element: (inout AutomatonBuilder, Int32) throws(Failure) -> Int32?
  ) throws(Failure) -> Int32 {
    let close = Edge(byte: UInt8(ascii: "}"), target: AutomatonTarget.pop)
    let after = add([close], isCounting: true)
    guard limits.maximumElementCount != 0, let start = try element(&self, after) else { return add([close]) }
    let colon = add([Edge(byte: UInt8(ascii: ":"), target: spaced(start))])
    let key = add([string(then: colon)])
    connect(after, [UInt8(ascii: ",")], to: spaced(key))
    return add(states[Int(key)].edges + [close])
  }

  private mutating func enumeration(
    _ values: [String],
    then next: Int32
  ) throws(GuidedDecodingError) -> Int32? {
    // Sets of bytes, not of strings: equal strings may have different bytes, and both are values.
    let texts = Set(values.map { JSONWriter.bytes(of: .string($0)) }).sorted { $0.lexicographicallyPrecedes($1) }
    guard !texts.isEmpty else { return nil }
    return try choice(of: texts) { builder, index, offset in builder.literal(texts[index][offset...], then: next) }
  }

  /// An object's members in their order; those not required may be left out.
  private mutating func object(
    _ properties: [JSONSchema.Property],
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32? {
    var names: Set<String> = []
    let properties = properties.filter { names.insert($0.name).inserted }
    let keys = properties.map { JSONWriter.bytes(of: .string($0.name)) + [UInt8(ascii: ":")] }
    let ranked = keys.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
    let brace = Edge(byte: UInt8(ascii: "}"), target: next)
    // The state that reads a byte of a property's key, for each byte; nil where no value satisfies the property.
    var chains = [[Int32]?](repeating: nil, count: properties.count)
    // After a member: which member may come next does not depend on which ones came before.
    var following = add([brace])
    var first: Int32 = following
    var candidates: Set<Int> = []
    for index in properties.indices.reversed() {
      guard let start = try value(properties[index].schema, then: following, depth: depth + 1) else {
        guard properties[index].isRequired else { continue }
        return nil
      }
      var chain = [spaced(start)]
      for byte in keys[index].reversed() { chain.append(add([Edge(byte: byte, target: chain[chain.count - 1])])) }
      chains[index] = chain.reversed()
      if properties[index].isRequired { candidates = [] }
      candidates.insert(index)
      let choices = ranked.filter(candidates.contains)
      let key = try choice(of: choices.map { keys[$0] }) { _, choice, offset in
        // The chain has a state more than bytes: the value itself.
        chains[choices[choice]]?[offset] ?? start
      }
      let required = candidates.contains { properties[$0].isRequired }
      let end = required ? [] : [brace]
      first = add(states[Int(key)].edges + end)
      following = add([Edge(byte: UInt8(ascii: ","), target: spaced(key))] + end)
      try checkSize()
    }
    return add([Edge(byte: UInt8(ascii: "{"), target: first)])
  }
}
