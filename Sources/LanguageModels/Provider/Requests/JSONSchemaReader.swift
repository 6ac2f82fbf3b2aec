package import SkillIR

/// Reads JSON Schema documents as far as decoding can be held to them.
///
/// Objects, arrays, the simple types, enumerations and constants, bounds of lengths, counts and whole numbers, unions whose
/// choices can be told apart as they are written, and references within the document, to themselves too, are understood.
/// What only describes (titles, descriptions, defaults, examples) is left aside. Whatever else a document asks is refused
/// rather than passed over. Written after JSON Schema, draft 2020-12.
package struct JSONSchemaReader {
  /// A schema that decoding cannot be held to.
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the document, as a JSON pointer.
    package var pointer: String
    /// What is wrong.
    package var message: String

    /// `at '/properties/a': message`
    package var description: String { pointer.isEmpty ? message : "at '\(pointer)': \(message)" }
  }

  /// What only describes a value, or tells where to find a definition.
  static let annotations: Set<String> = [
    "$schema", "$id", "$defs", "$comment", "$anchor", "definitions", "title", "description", "default", "examples",
    "deprecated", "readOnly", "writeOnly", "strict", "name", "discriminator", "contentEncoding", "contentMediaType",
  ]
  /// What narrows a value of a type further; of no meaning for others.
  static let constraints: [String: Set<String>] = [
    "string": ["minLength", "maxLength", "pattern", "format"],
    "integer": ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    "number": ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
    "array": ["minItems", "maxItems", "uniqueItems"],
    "object": ["minProperties", "maxProperties", "propertyNames"],
  ]
  static let structure: Set<String> = [
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "oneOf", "$ref",
    "nullable",
  ]
  private static let allConstraints = constraints.values.reduce(into: Set<String>()) { $0.formUnion($1) }
  private static let maximumDepth = 64
  private static let maximumNodes = 10_000

  private let root: JSONValue
  let isStrict: Bool
  private var nodes = 0
  /// What was read of the places that references lead to, by their pointers, and of unions.
  var definitions: [String: JSONSchema] = [:]
  /// The unions among them.
  var unions: [String: Union] = [:]
  private var waiting: [(pointer: String, value: JSONValue)] = []

  /// A choice between schemas.
  struct Union {
    /// The keyword's place.
    var pointer: String
    var choices: [JSONSchema]
    /// Whether a value may be of one choice only.
    var isExclusive: Bool
  }

  private init(root: JSONValue, isStrict: Bool) {
    self.root = root
    self.isStrict = isStrict
  }

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - document: The schema.
  ///   - isStrict: Whether everything that the document asks has to be held; otherwise the value may be any where the
  ///     document says more than decoding can hold.
  /// - Returns: The schema.
  /// - Throws: Where the document is malformed, or asks what cannot be held.
  package static func read(_ document: JSONValue, isStrict: Bool = true) throws(Failure) -> JSONSchema {
    var reader = JSONSchemaReader(root: document, isStrict: isStrict)
    return try reader.read()
  }

  private mutating func read() throws(Failure) -> JSONSchema {
    waiting = [("", root)]
    definitions[""] = .any
    while let (pointer, value) = waiting.popLast() {
      definitions[pointer] = try schema(value, at: pointer, depth: 0)
    }
    for (name, union) in unions.sorted(by: { $0.key < $1.key }) { definitions[name] = try settle(union) }
    return try assembled()
  }

  // MARK: Schemas

  mutating func schema(_ value: JSONValue, at pointer: String, depth: Int) throws(Failure) -> JSONSchema {
    guard depth < Self.maximumDepth else {
      throw Failure(pointer: String(pointer.prefix(200)), message: "the schema is nested too deep")
    }
    nodes += 1
    guard nodes <= Self.maximumNodes else {
      throw Failure(pointer: pointer, message: "the schema has more than \(Self.maximumNodes) parts; make it smaller")
    }
    if case .bool(true) = value { return .any }
    guard case .object(let members) = value else {
      throw Failure(pointer: pointer, message: "expected a schema, found \(value.jsonText.prefix(40))")
    }
    for key in members.keys where !isKnown(key) {
      guard isStrict else { return .any }
      throw Failure(
        pointer: Self.join(pointer, key),
        message: "the keyword '\(key)' cannot be held to; leave it out and say in the description what it means"
      )
    }
    if let reference = members["$ref"] {
      try requireAlone("$ref", in: members, at: pointer)
      guard let reference = reference.stringValue else { throw malformed("$ref", reference, "a text", at: pointer) }
      return try target(of: reference, at: Self.join(pointer, "$ref"))
    }
    for key in ["anyOf", "oneOf"] where members[key] != nil {
      try requireAlone(key, in: members, at: pointer)
      return try union(members, key, at: pointer, depth: depth)
    }
    if members["nullable"]?.boolValue == true, isStrict {
      throw Failure(
        pointer: Self.join(pointer, "nullable"),
        message: "'nullable' is no keyword of JSON Schema; write \"type\": [\"string\", \"null\"], or 'anyOf' with null"
      )
    }
    let schema =
      members["enum"] != nil || members["const"] != nil
      ? try constants(members, at: pointer) : try typed(members, at: pointer, depth: depth)
    return members["nullable"]?.boolValue == true ? .nullable(schema) : schema
  }

  private func isKnown(_ key: String) -> Bool {
    Self.annotations.contains(key) || Self.structure.contains(key) || Self.allConstraints.contains(key)
      || key.hasPrefix("x-")
  }

  /// Refuses keywords that would have to hold besides another.
  private func requireAlone(_ keyword: String, in members: JSONObject, at pointer: String) throws(Failure) {
    guard isStrict else { return }
    let others = Self.structure.union(Self.allConstraints).subtracting([keyword])
    if let key = members.keys.first(where: others.contains) {
      throw Failure(
        pointer: Self.join(pointer, key),
        message: "'\(key)' beside '\(keyword)' cannot be held to; move it into what '\(keyword)' names, or leave it out"
      )
    }
  }

  // MARK: Types

  /// The types that a schema allows; nil where it does not say.
  func types(_ members: JSONObject, at pointer: String) throws(Failure) -> [String]? {
    guard let type = members["type"] else { return nil }
    let names: [String]
    switch type {
    case .string(let name): names = [name]
    case .array(let list): names = list.compactMap(\.stringValue)
    default: names = []
    }
    guard !names.isEmpty, names.count == type.arrayValue?.count ?? 1 else {
      throw malformed("type", type, "a name or a list of names", at: pointer)
    }
    let known = ["string", "integer", "number", "boolean", "array", "object", "null"]
    for name in names where !known.contains(name) {
      throw Failure(pointer: Self.join(pointer, "type"), message: "there is no type '\(name)'")
    }
    return names
  }

  private mutating func typed(_ members: JSONObject, at pointer: String, depth: Int) throws(Failure) -> JSONSchema {
    var names = try types(members, at: pointer) ?? []
    if names.isEmpty {
      let isObject = ["properties", "required", "additionalProperties"].contains { members[$0] != nil }
      names = isObject ? ["object"] : members["items"] != nil ? ["array"] : []
    }
    if names.isEmpty {
      if isStrict, let key = members.keys.first(where: Self.allConstraints.contains) {
        throw Failure(
          pointer: Self.join(pointer, key),
          message: "'\(key)' without 'type' cannot be held to; add 'type'"
        )
      }
      return .any
    }
    var choices: [JSONSchema] = []
    for name in names where name != "null" {
      choices.append(try self.type(name, members, at: pointer, depth: depth))
    }
    let isNullable = names.contains("null")
    guard choices.count > 1 else {
      guard let schema = choices.first else { return .constants([.null]) }
      return isNullable ? .nullable(schema) : schema
    }
    // Whole numbers are numbers: the two types do not exclude each other.
    let union = Union(pointer: Self.join(pointer, "type"), choices: choices, isExclusive: false)
    return define(isNullable ? union.orNull : union, at: union.pointer)
  }

  private mutating func type(
    _ name: String,
    _ members: JSONObject,
    at pointer: String,
    depth: Int
  ) throws(Failure) -> JSONSchema {
    try refuseConstraints(of: name, members, at: pointer)
    switch name {
    case "string":
      let length = try bounds(members, "minLength", "maxLength", least: 0, at: pointer)
      return length.map { .boundedString(length: $0) } ?? .string
    case "integer": return try integerRange(members, at: pointer).map { .boundedInteger(in: $0) } ?? .integer
    case "number": return .number
    case "boolean": return .boolean
    case "array":
      let element = try schema(members["items"] ?? true, at: Self.join(pointer, "items"), depth: depth + 1)
      let count = try bounds(members, "minItems", "maxItems", least: 0, at: pointer)
      return count.map { .boundedArray(of: element, count: $0) } ?? .array(of: element)
    default: return try object(members, at: pointer, depth: depth)
    }
  }

  private mutating func object(_ members: JSONObject, at pointer: String, depth: Int) throws(Failure) -> JSONSchema {
    let required = try Self.names(members["required"], at: pointer)
    let properties: JSONObject
    switch members["properties"] {
    case nil: properties = [:]
    case .object(let declared)?: properties = declared
    case let other?: throw malformed("properties", other, "an object", at: pointer)
    }
    let declared = Set(properties.keys.map { Array($0.utf8) })
    let undeclared = required.filter { !declared.contains(Array($0.utf8)) }
    if isStrict, let name = undeclared.first {
      throw Failure(
        pointer: Self.join(pointer, "required"),
        message: "'\(name)' is required and not in 'properties'; declare it there, or strike it here"
      )
    }
    if properties.isEmpty, undeclared.isEmpty {
      switch members["additionalProperties"] {
      case .bool(false)?: return .object([])
      case let value?:
        return .dictionary(of: try schema(value, at: Self.join(pointer, "additionalProperties"), depth: depth + 1))
      case nil: return members["properties"] == nil ? .dictionary(of: .any) : .object([])
      }
    }
    let requiredBytes = Set(required.map { Array($0.utf8) })
    var result: [JSONSchema.Property] = []
    let place = Self.join(pointer, "properties")
    for property in properties {
      result.append(
        JSONSchema.Property(
          name: property.key,
          schema: try schema(property.value, at: Self.join(place, property.key), depth: depth + 1),
          description: property.value["description"]?.stringValue ?? "",
          isRequired: requiredBytes.contains(Array(property.key.utf8))
        )
      )
    }
    return .object(result + undeclared.map { JSONSchema.Property(name: $0, schema: .any) })
  }

  // MARK: References

  private mutating func target(of reference: String, at pointer: String) throws(Failure) -> JSONSchema {
    guard reference.hasPrefix("#") else {
      return try unheld(at: pointer, "'\(reference)' lies outside of the document; copy what it means into '$defs'")
    }
    guard let path = Self.percentDecoded(reference.dropFirst()) else {
      throw Failure(pointer: pointer, message: "'\(reference)' is no URI")
    }
    var value = root
    var canonical = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let key = String(part.replacing("~1", with: "/").replacing("~0", with: "~"))
      let element = value.arrayValue.flatMap { list in Int(key).flatMap { list.indices.contains($0) ? list[$0] : nil } }
      guard let next = value[key] ?? element else {
        throw Failure(pointer: pointer, message: "there is no '\(reference)'")
      }
      value = next
      canonical = Self.join(canonical, key)
    }
    guard path.isEmpty || path.hasPrefix("/") else {
      throw Failure(pointer: pointer, message: "there is no '\(reference)'; name the place, as in '#/$defs/Name'")
    }
    if definitions[canonical] == nil {
      definitions[canonical] = .any
      waiting.append((canonical, value))
    }
    return .reference(canonical)
  }

  /// The text of a URI's fragment; nil where it is not one.
  private static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard rest.count >= 2, let code = UInt8(digits, radix: 16) else { return nil }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  // MARK: Failures

  static func join(_ pointer: String, _ key: String) -> String {
    "\(pointer)/\(key.replacing("~", with: "~0").replacing("/", with: "~1"))"
  }

  func malformed(_ key: String, _ value: JSONValue, _ expected: String, at pointer: String) -> Failure {
    Failure(pointer: Self.join(pointer, key), message: "expected \(expected), found \(value.jsonText.prefix(40))")
  }

  func unheld(at pointer: String, _ message: String) throws(Failure) -> JSONSchema {
    if isStrict { throw Failure(pointer: pointer, message: message) }
    return .any
  }
}
