import SkillIR

/// Unions, whose choices must be told apart by their first bytes.
extension JSONSchemaReader {
  /// What the choices of a union are, by the kind of value.
  private struct Alternatives {
    var strings: [JSONSchema] = []
    var numbers: [JSONSchema] = []
    var booleans: [JSONSchema] = []
    var arrays: [JSONSchema] = []
    var objects: [JSONSchema] = []
    var nulls = 0
    var hasAny = false
  }

  mutating func union(
    _ members: JSONObject,
    _ key: String,
    at pointer: String,
    depth: Int
  ) throws(Failure) -> JSONSchema {
    guard let list = members[key]?.arrayValue, !list.isEmpty else {
      throw malformed(key, members[key] ?? .null, "a list of schemas", at: pointer)
    }
    let place = Self.join(pointer, key)
    var choices: [JSONSchema] = []
    for (index, choice) in list.enumerated() {
      choices.append(try schema(choice, at: "\(place)/\(index)", depth: depth + 1))
    }
    if choices.count == 1 { return choices[0] }
    return define(Union(pointer: place, choices: choices, isExclusive: key == "oneOf"), at: place)
  }

  /// Notes a union, which is settled when all that it may refer to is read.
  mutating func define(_ union: Union, at place: String) -> JSONSchema {
    // A JSON pointer never begins so.
    let name = "#\(place)"
    unions[name] = union
    definitions[name] = .any
    return .reference(name)
  }

  /// The union as decoding takes it.
  func settle(_ union: Union) throws(Failure) -> JSONSchema {
    var alternatives = Alternatives()
    var visited: Set<String> = []
    for choice in union.choices { add(choice, to: &alternatives, &visited) }
    do throws(Failure) {
      return try settle(alternatives, union)
    } catch {
      return try unheld(at: error.pointer, error.message)
    }
  }

  private func add(_ schema: JSONSchema, to alternatives: inout Alternatives, _ visited: inout Set<String>) {
    switch schema {
    case .string, .enumeration, .boundedString: alternatives.strings.append(schema)
    case .integer, .number, .boundedInteger: alternatives.numbers.append(schema)
    case .boolean: alternatives.booleans.append(schema)
    case .array, .boundedArray: alternatives.arrays.append(schema)
    case .object, .dictionary: alternatives.objects.append(schema)
    case .any, .defining: alternatives.hasAny = true
    case .nullable(let wrapped):
      alternatives.nulls += 1
      add(wrapped, to: &alternatives, &visited)
    case .union(let choices): for choice in choices { add(choice, to: &alternatives, &visited) }
    case .constants(let values):
      for value in values {
        switch value {
        case .null: alternatives.nulls += 1
        case .bool: alternatives.booleans.append(.constants([value]))
        case .integer, .number: alternatives.numbers.append(.constants([value]))
        case .string(let text): alternatives.strings.append(.enumeration([text]))
        case .array: alternatives.arrays.append(.constants([value]))
        case .object: alternatives.objects.append(.constants([value]))
        }
      }
    case .reference(let name):
      if let union = unions[name] {
        // What a union is by being itself adds nothing.
        guard visited.insert(name).inserted else { return }
        for choice in union.choices { add(choice, to: &alternatives, &visited) }
      } else {
        switch definitions[name] {
        case .object?, .dictionary?: alternatives.objects.append(schema)
        case .array?, .boundedArray?: alternatives.arrays.append(schema)
        case let target?:
          if case .reference = target { guard visited.insert(name).inserted else { return } }
          add(target, to: &alternatives, &visited)
        case nil: break
        }
      }
    }
  }

  private func settle(_ alternatives: Alternatives, _ union: Union) throws(Failure) -> JSONSchema {
    func failure(_ message: String) -> Failure { Failure(pointer: union.pointer, message: message) }
    func single(_ schemas: [JSONSchema], _ kind: String) throws(Failure) -> JSONSchema? {
      guard let first = schemas.first else { return nil }
      if schemas.count == 1 { return first }
      if !union.isExclusive, schemas.allSatisfy({ $0 == first }) { return first }
      if let values = Self.values(of: schemas), !union.isExclusive || Set(values).count == values.count {
        return Self.schema(of: values)
      }
      throw failure("two choices are \(kind) and cannot be told apart by how they begin; make them one")
    }
    if alternatives.hasAny {
      guard !union.isExclusive else { throw failure("a choice allows every value; say what it is") }
      return .any
    }
    if union.isExclusive, alternatives.nulls > 1 { throw failure("null is of two choices; leave it to one") }
    var parts: [JSONSchema] = []
    func add(_ schemas: [JSONSchema], _ kind: String, covering: [JSONSchema]) throws(Failure) {
      // One of the choices may take in all others.
      if !union.isExclusive, let cover = covering.first(where: { cover in schemas.contains(cover) }) {
        if cover != .integer || schemas.allSatisfy(\.isWhole) { return parts.append(cover) }
      }
      if let part = try single(schemas, kind) { parts.append(part) }
    }
    try add(alternatives.strings, "strings", covering: [.string])
    try add(alternatives.numbers, "numbers", covering: [.number, .integer])
    try add(alternatives.booleans, "Booleans", covering: [.boolean])
    try add(alternatives.arrays, "arrays", covering: [])
    if alternatives.objects.count > 1, union.isExclusive || Set(alternatives.objects).count > 1 {
      let objects = union.isExclusive ? alternatives.objects : Self.distinct(alternatives.objects)
      guard let told = toldApart(objects) else {
        throw failure(
          "two choices are objects; give each a required member of its own, or one with another 'const' in each"
        )
      }
      parts += told
    } else if let object = alternatives.objects.first {
      parts.append(object)
    }
    guard let first = parts.first else { return .constants([.null]) }
    let schema = parts.count == 1 ? first : .union(parts)
    return alternatives.nulls > 0 ? .nullable(schema) : schema
  }

  private static func distinct(_ schemas: [JSONSchema]) -> [JSONSchema] {
    var known: Set<JSONSchema> = []
    return schemas.filter { known.insert($0).inserted }
  }

  /// All values of enumerations and constants; nil where there are others.
  private static func values(of schemas: [JSONSchema]) -> [JSONValue]? {
    var values: [JSONValue] = []
    for schema in schemas {
      switch schema {
      case .enumeration(let texts): values += texts.map { .string($0) }
      case .constants(let constants): values += constants
      default: return nil
      }
    }
    return values
  }

  // MARK: Objects

  /// Objects with the member first that tells them apart; nil where there is none.
  private func toldApart(_ objects: [JSONSchema]) -> [JSONSchema]? {
    var bodies: [[JSONSchema.Property]] = []
    for object in objects {
      var object = object
      if case .reference(let name) = object { object = definitions[name] ?? object }
      guard case .object(let properties) = object else { return nil }
      bodies.append(properties)
    }
    // A member with another constant in each.
    for tag in bodies[0] where tag.isRequired {
      let tags = bodies.map { body in body.first { $0.name == tag.name && $0.isRequired } }
      let values = tags.compactMap { tag in tag.flatMap { Self.values(of: [resolved($0.schema)]) } }
      let all = values.flatMap { $0 }
      if values.count == bodies.count, Set(all).count == all.count {
        return bodies.map { Self.object($0, first: tag.name) }
      }
    }
    // A required member in each that no other has.
    var counts: [String: Int] = [:]
    for body in bodies { for property in body { counts[property.name, default: 0] += 1 } }
    var result: [JSONSchema] = []
    for body in bodies {
      guard let own = body.first(where: { $0.isRequired && counts[$0.name] == 1 }) else { return nil }
      result.append(Self.object(body, first: own.name))
    }
    return result
  }

  /// A schema's own shape, where it is a reference to an enumeration.
  private func resolved(_ schema: JSONSchema) -> JSONSchema {
    if case .reference(let name) = schema, unions[name] == nil { definitions[name] ?? schema } else { schema }
  }

  private static func object(_ properties: [JSONSchema.Property], first name: String) -> JSONSchema {
    .object(properties.filter { $0.name == name } + properties.filter { $0.name != name })
  }
}

extension JSONSchemaReader.Union {
  /// The same with null as a further choice.
  var orNull: JSONSchemaReader.Union {
    var result = self
    result.choices.append(.constants([.null]))
    return result
  }
}

extension JSONSchema {
  /// Whether all values are whole numbers.
  fileprivate var isWhole: Bool {
    switch self {
    case .integer, .boundedInteger: true
    case .constants(let values):
      values.allSatisfy { if case .integer = $0 { true } else { false } }
    default: false
    }
  }
}
