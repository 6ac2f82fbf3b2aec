import SkillIR

extension AutomatonBuilder {
  private static let maximumSchemaDepth = 128

  /// The start of a JSON value; a state that leads nowhere where no value satisfies the schema.
  mutating func value(
    _ schema: JSONSchema,
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    guard depth < Self.maximumSchemaDepth else { throw .tooLarge }
    try checkSize()
    switch schema {
    case .string: return add([string(then: next)])
    case .boundedString(let length): return try string(of: length, then: next)
    case .integer: return add(called(lexicon.integer, then: next))
    case .boundedInteger(let range):
      let edges = integers(in: range)
      return add(called(edges, then: next))
    case .number: return add(called(lexicon.number, then: next))
    case .boolean: return add(words("tf", then: next))
    case .any: return add(freeValue(limits.maximumFreeDepth, then: next))
    case .enumeration(let values): return try enumeration(values, then: next)
    case .constants(let values): return try constants(values, then: next)
    case .nullable(let wrapped):
      let start = try value(wrapped, then: next, depth: depth + 1)
      return try merge([start, add(words("n", then: next))])
    case .union(let choices):
      // With nothing to choose from there is no value.
      var starts = choices.isEmpty ? [add()] : []
      for choice in choices { starts.append(try value(choice, then: next, depth: depth + 1)) }
      return try merge(starts)
    case .array(let element):
      let array = try array { builder, next throws(GuidedDecodingError) in
        try builder.value(element, then: next, depth: depth + 1)
      }
      return add([Edge(byte: UInt8(ascii: "["), target: call(array.start, then: next, counter: elementCounter))])
    case .boundedArray(let element, let count):
      return try array(of: element, count: count, then: next, depth: depth)
    case .dictionary(let element):
      let object = try dictionary { builder, next throws(GuidedDecodingError) in
        try builder.value(element, then: next, depth: depth + 1)
      }
      return add([Edge(byte: UInt8(ascii: "{"), target: call(object, then: next, counter: elementCounter))])
    case .object(let properties): return try object(properties, then: next, depth: depth)
    case .reference(let name): return add(called(try starts(of: name), then: next))
    case .defining(let schemas, let root): return try value(root, defining: schemas, then: next)
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

  /// The edges of a part that is a frame of its own.
  mutating func called(_ edges: [Edge], then next: Int32) -> [Edge] {
    edges.map { Edge(byte: $0.byte, target: $0.target < 0 ? next : call($0.target, then: next)) }
  }

  /// The words that begin with one of some letters.
  private mutating func words(_ letters: String, then next: Int32) -> [Edge] {
    called(lexicon.words.filter { letters.utf8.contains($0.byte) }, then: next)
  }

  /// The first bytes of any value in which so many levels may open.
  private mutating func freeValue(_ depth: Int, then next: Int32) -> [Edge] {
    var edges = [string(then: next)] + called(lexicon.number, then: next) + called(lexicon.words, then: next)
    guard depth > 0 else { return edges }
    while freeValues.count < depth {
      let inner = freeValues.count
      let array = array { builder, next throws(Never) in builder.add(builder.freeValue(inner, then: next)) }.start
      let object = dictionary { builder, next throws(Never) in builder.add(builder.freeValue(inner, then: next)) }
      freeValues.append((array, object))
    }
    let (array, object) = freeValues[depth - 1]
    edges.append(Edge(byte: UInt8(ascii: "["), target: call(array, then: next, counter: elementCounter)))
    edges.append(Edge(byte: UInt8(ascii: "{"), target: call(object, then: next, counter: elementCounter)))
    return edges
  }

  /// The frame of an array: its start after the bracket, and where an element begins after a comma.
  mutating func array<Failure: Error>(
    of element: (inout AutomatonBuilder, Int32) throws(Failure) -> Int32
  ) throws(Failure) -> (start: Int32, next: Int32) {
    let close = Edge(byte: UInt8(ascii: "]"), target: AutomatonTarget.pop)
    let after = add([close], isCounting: true)
    let start = try element(&self, after)
    let next = spaced(start)
    guard limits.maximumElementCount != 0 else { return (add([close]), next) }
    connect(after, [UInt8(ascii: ",")], to: next)
    return (add(states[Int(start)].edges + [close]), next)
  }

  /// The frame of an object with any keys, after its brace.
  private mutating func dictionary<Failure: Error>(
    of element: (inout AutomatonBuilder, Int32) throws(Failure) -> Int32
  ) throws(Failure) -> Int32 {
    let close = Edge(byte: UInt8(ascii: "}"), target: AutomatonTarget.pop)
    let after = add([close], isCounting: true)
    let start = try element(&self, after)
    guard limits.maximumElementCount != 0 else { return add([close]) }
    let colon = add([Edge(byte: UInt8(ascii: ":"), target: spaced(start))])
    let key = add([string(then: colon)])
    connect(after, [UInt8(ascii: ",")], to: spaced(key))
    return add(states[Int(key)].edges + [close])
  }

  private mutating func enumeration(
    _ values: [String],
    then next: Int32
  ) throws(GuidedDecodingError) -> Int32 {
    // Sets of bytes, not of strings: equal strings may have different bytes, and both are values.
    let texts = Set(values.map { JSONWriter.bytes(of: .string($0)) }).sorted { $0.lexicographicallyPrecedes($1) }
    return try merge(texts.map { literal($0, then: next) })
  }

  /// Values that are written as they are. One may be the beginning of another, as of 1 and 12.
  private mutating func constants(
    _ values: [JSONValue],
    then next: Int32
  ) throws(GuidedDecodingError) -> Int32 {
    let texts = Set(values.map { JSONWriter.bytes(of: $0) }).sorted { $0.lexicographicallyPrecedes($1) }
    let letters = texts.filter { ["true", "false", "null"].contains(String(decoding: $0, as: UTF8.self)) }
    var starts = letters.map { add(words(String(decoding: $0.prefix(1), as: UTF8.self), then: next)) }
    let others = texts.filter { !letters.contains($0) }.map { literal($0, then: AutomatonTarget.pop) }
    if !others.isEmpty {
      let frame = try merge(others)
      starts.append(add(called(states[Int(frame)].edges, then: next)))
    }
    return starts.isEmpty ? add() : try merge(starts)
  }

  /// An object's members in their order; those not required may be left out.
  private mutating func object(
    _ properties: [JSONSchema.Property],
    then next: Int32,
    depth: Int
  ) throws(GuidedDecodingError) -> Int32 {
    // By their bytes: equal strings may have different ones, and are different names.
    var names: Set<[UInt8]> = []
    let properties = properties.filter { names.insert(Array($0.name.utf8)).inserted }
    // What ends the object where no member has to come any more.
    var end = [Edge(byte: UInt8(ascii: "}"), target: next)]
    // The keys that may come next, and what comes after a member: neither depends on which members came before.
    var choice: Int32?
    var following = add(end)
    for property in properties.reversed() {
      let key = JSONWriter.bytes(of: .string(property.name)) + [UInt8(ascii: ":")]
      var chain = [spaced(try value(property.schema, then: following, depth: depth + 1))]
      for byte in key.reversed() { chain.append(add([Edge(byte: byte, target: chain[chain.count - 1])])) }
      if property.isRequired { (choice, end) = (nil, []) }
      let keys = extend(choice, by: key, chain.reversed())
      following = add([Edge(byte: UInt8(ascii: ","), target: spaced(keys))] + end)
      choice = keys
      try checkSize()
    }
    let first = add((choice.map { states[Int($0)].edges } ?? []) + end)
    return add([Edge(byte: UInt8(ascii: "{"), target: first)])
  }
}
