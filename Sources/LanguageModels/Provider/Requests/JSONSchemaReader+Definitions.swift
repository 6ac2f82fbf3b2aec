import SkillIR

/// What was read, put together.
extension JSONSchemaReader {
  /// Names definitions, and writes small ones out where they are used.
  fileprivate struct Assembly {
    let definitions: [String: JSONSchema]
    /// Definitions that are not more than a reference to them, written out; nil where they are more.
    var small: [String: JSONSchema?] = [:]
    var names: [String: String] = [:]
    var taken: Set<String> = []
    /// Where references end that lead to nothing but references.
    var ends: [String: String] = [:]
    var waiting: [String] = []
  }

  /// The schema of the document, with those definitions that it still refers to.
  func assembled() throws(Failure) -> JSONSchema {
    try refuseCircles()
    var assembly = Assembly(definitions: definitions)
    var root = JSONSchema.reference("")
    while case .reference(let pointer) = root { root = definitions[pointer] ?? .any }
    root = assembly.resolve(root, depth: 0)
    var named: [String: JSONSchema] = [:]
    while let pointer = assembly.waiting.popLast() {
      guard let name = assembly.names[pointer] else { continue }
      named[name] = assembly.resolve(definitions[pointer] ?? .any, depth: 0)
    }
    return named.isEmpty ? root : .defining(named, root)
  }

  /// Refuses references that lead back to themselves with nothing in between.
  private func refuseCircles() throws(Failure) {
    var settled: Set<String> = []
    for start in definitions.keys.sorted() {
      var path: Set<String> = []
      var pointer = start
      while case .reference(let next)? = definitions[pointer], !settled.contains(pointer) {
        guard path.insert(pointer).inserted else {
          throw Failure(pointer: pointer, message: "the schema contains itself and says nothing else")
        }
        pointer = next
      }
      settled.formUnion(path)
    }
  }
}

extension JSONSchemaReader.Assembly {
  private static let maximumDepth = 32
  private static let maximumValues = 16

  /// A schema with the names of its definitions.
  mutating func resolve(_ schema: JSONSchema, depth: Int) -> JSONSchema {
    switch schema {
    case .reference(let pointer):
      let end = end(of: pointer)
      if let small = writtenOut(end, depth: depth) { return small }
      return .reference(name(of: end))
    case .array(let element): return .array(of: resolve(element, depth: depth))
    case .boundedArray(let element, let count): return .boundedArray(of: resolve(element, depth: depth), count: count)
    case .dictionary(let value): return .dictionary(of: resolve(value, depth: depth))
    case .nullable(let wrapped):
      let resolved = resolve(wrapped, depth: depth)
      if case .nullable = resolved { return resolved }
      return .nullable(resolved)
    case .union(let choices): return .union(choices.map { resolve($0, depth: depth) })
    case .object(let properties):
      return .object(
        properties.map { property in
          var property = property
          property.schema = resolve(property.schema, depth: depth)
          return property
        }
      )
    default: return schema
    }
  }

  private mutating func end(of start: String) -> String {
    var path: [String] = []
    var pointer = start
    while case .reference(let next)? = definitions[pointer] {
      path.append(pointer)
      pointer = ends[pointer] ?? next
    }
    for passed in path { ends[passed] = pointer }
    return pointer
  }

  private mutating func writtenOut(_ pointer: String, depth: Int) -> JSONSchema? {
    if let known = small[pointer] { return known }
    guard depth < Self.maximumDepth, let schema = definitions[pointer] else { return nil }
    // A definition that contains itself comes by here again.
    small[pointer] = .some(nil)
    let result = smallForm(of: schema, depth: depth + 1)
    small[pointer] = .some(result)
    return result
  }

  /// A schema without objects and long lists; nil for others.
  private mutating func smallForm(of schema: JSONSchema, depth: Int) -> JSONSchema? {
    switch schema {
    case .string, .integer, .number, .boolean, .any, .boundedInteger: return schema
    case .enumeration(let values): return values.count <= Self.maximumValues ? schema : nil
    case .constants(let values): return values.count <= Self.maximumValues ? schema : nil
    case .boundedString(let length): return length.lowerBound <= Self.maximumValues ? schema : nil
    case .reference(let pointer): return writtenOut(end(of: pointer), depth: depth)
    case .nullable(let wrapped): return smallForm(of: wrapped, depth: depth).map { .nullable($0) }
    case .array(let element): return smallForm(of: element, depth: depth).map { .array(of: $0) }
    case .union(let choices) where choices.count <= Self.maximumValues:
      var result: [JSONSchema] = []
      for choice in choices {
        guard let small = smallForm(of: choice, depth: depth) else { return nil }
        result.append(small)
      }
      return .union(result)
    // A null beside an object is said where it is used, and the object by its name.
    default: return nil
    }
  }

  private mutating func name(of pointer: String) -> String {
    if let known = names[pointer] { return known }
    var parts = pointer.split(separator: "/")
    if pointer.hasPrefix("#") { parts = Array(parts.dropLast()) }
    let letters = (parts.last ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    let base = letters.isEmpty ? "schema" : String(letters)
    var name = base
    var count = 1
    while !taken.insert(name).inserted {
      count += 1
      name = "\(base)\(count)"
    }
    names[pointer] = name
    waiting.append(pointer)
    return name
  }
}
