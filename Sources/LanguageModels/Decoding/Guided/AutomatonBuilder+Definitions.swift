import SkillIR

/// Definitions: each is built once, as a frame that is called wherever it is referred to, itself included.
extension AutomatonBuilder {
  /// What names stand for within a schema.
  struct Scope {
    var schemas: [String: JSONSchema] = [:]
    /// The first bytes of the definitions that were referred to, with states that are filled in when they are built.
    var starts: [String: [Edge]] = [:]
    /// Those that are not built yet.
    var waiting: [String] = []
  }

  /// The start of a value of a schema with definitions.
  mutating func value(
    _ root: JSONSchema,
    defining schemas: [String: JSONSchema],
    then next: Int32
  ) throws(GuidedDecodingError) -> Int32 {
    let outer = scope
    scope = Scope(schemas: schemas)
    defer { scope = outer }
    let start = try value(root, then: next, depth: 0)
    while let name = scope.waiting.popLast() {
      guard let schema = schemas[name] else { continue }
      let body = try value(schema, then: AutomatonTarget.pop, depth: 0)
      let targets = Dictionary(states[Int(body)].edges.map { ($0.byte, $0.target) }) { first, _ in first }
      for edge in scope.starts[name] ?? [] {
        if let target = targets[edge.byte] { define(edge.target, as: target) }
      }
    }
    return start
  }

  /// The edges of the first bytes of a definition's values.
  mutating func starts(of name: String) throws(GuidedDecodingError) -> [Edge] {
    if let known = scope.starts[name] { return known }
    guard scope.schemas[name] != nil else { throw .undefined(name) }
    var visited: Set<String> = []
    let bytes = JSONSchema.reference(name).firstBytes(scope.schemas, &visited)
    let edges = bytes.sorted().map { Edge(byte: $0, target: add()) }
    scope.starts[name] = edges
    scope.waiting.append(name)
    return edges
  }
}

extension JSONSchema {
  /// The bytes that a value's text may begin with, and perhaps more. What a definition is by being itself adds nothing.
  fileprivate func firstBytes(_ definitions: [String: JSONSchema], _ visited: inout Set<String>) -> Set<UInt8> {
    switch self {
    case .string, .enumeration, .boundedString: return Set("\"".utf8)
    case .integer, .number, .boundedInteger: return Set("-0123456789".utf8)
    case .boolean: return Set("tf".utf8)
    case .any: return Set("\"-0123456789tfn[{".utf8)
    case .array, .boundedArray: return Set("[".utf8)
    case .dictionary, .object: return Set("{".utf8)
    case .constants(let values): return Set(values.compactMap { JSONWriter.bytes(of: $0).first })
    case .nullable(let wrapped): return wrapped.firstBytes(definitions, &visited).union("n".utf8)
    case .union(let choices): return choices.reduce(into: []) { $0.formUnion($1.firstBytes(definitions, &visited)) }
    case .reference(let name):
      guard visited.insert(name).inserted, let schema = definitions[name] else { return [] }
      return schema.firstBytes(definitions, &visited)
    case .defining(let inner, let root):
      var visited: Set<String> = []
      return root.firstBytes(inner, &visited)
    }
  }
}
