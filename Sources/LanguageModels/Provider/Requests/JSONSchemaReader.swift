package import SkillIR

/// Reads JSON Schema documents as far as decoding can be held to them.
///
/// Objects, arrays, the simple types, enumerations and constants of strings, unions with null, and references within the
/// document are understood. What only describes (titles, descriptions, defaults, examples, formats) is left aside.
/// Written after JSON Schema, draft 2020-12.
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

  /// What only describes a value.
  private static let annotations: Set<String> = [
    "$schema", "$id", "$defs", "$comment", "$anchor", "definitions", "title", "description", "default", "examples",
    "format", "deprecated", "readOnly", "writeOnly", "strict", "name",
  ]
  /// What narrows a type further than decoding can.
  private static let constraints: Set<String> = [
    "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "propertyNames", "contentEncoding",
    "contentMediaType",
  ]
  private static let structure: Set<String> = [
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "oneOf", "$ref",
    "nullable",
  ]
  private static let maximumDepth = 32

  private let root: JSONValue
  private let isStrict: Bool

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - document: The schema.
  ///   - isStrict: Whether everything that the document asks has to be held; otherwise the value may be any where the
  ///     document says more than decoding can hold.
  /// - Returns: The schema.
  /// - Throws: Where the document is malformed, or asks what cannot be held.
  package static func read(_ document: JSONValue, isStrict: Bool = true) throws(Failure) -> JSONSchema {
    try JSONSchemaReader(root: document, isStrict: isStrict).schema(document, at: "", references: [])
  }

  private func schema(
    _ value: JSONValue,
    at pointer: String,
    references: [String]
  ) throws(Failure) -> JSONSchema {
    guard pointer.utf8.count < 4096, pointer.split(separator: "/").count < Self.maximumDepth * 2 else {
      throw Failure(pointer: String(pointer.prefix(200)), message: "the schema is nested too deep")
    }
    if case .bool(true) = value { return .any }
    guard case .object(let members) = value else {
      throw Failure(pointer: pointer, message: "expected a schema, found \(value.jsonText.prefix(40))")
    }
    for member in members where !Self.annotations.contains(member.key) {
      if Self.structure.contains(member.key) { continue }
      guard isStrict else {
        // Without a tight hold the value's type is still kept where only its range is narrowed.
        if Self.constraints.contains(member.key) { continue }
        return .any
      }
      throw Failure(pointer: pointer, message: "the keyword '\(member.key)' cannot be held to")
    }
    if let reference = members["$ref"]?.stringValue {
      return try target(of: reference, at: pointer, references: references)
    }
    if let constant = members["const"] { return try enumeration([constant], at: pointer) }
    if let values = members["enum"]?.arrayValue { return try enumeration(values, at: pointer) }
    if let choices = (members["anyOf"] ?? members["oneOf"])?.arrayValue {
      return try union(choices, at: pointer, references: references)
    }
    let isNullable = members["nullable"]?.boolValue ?? false
    let typed = try ofType(members, at: pointer, references: references)
    return isNullable ? .nullable(typed) : typed
  }

  private func ofType(
    _ members: JSONObject,
    at pointer: String,
    references: [String]
  ) throws(Failure) -> JSONSchema {
    var names: [String]
    switch members["type"] {
    case .string(let name)?: names = [name]
    case .array(let list)?: names = list.compactMap(\.stringValue)
    case nil:
      names = members["properties"] != nil ? ["object"] : members["items"] != nil ? ["array"] : []
      if names.isEmpty { return .any }
    case let other?: throw Failure(pointer: pointer, message: "'type' is \(other.jsonText.prefix(40)), not a name")
    }
    let isNullable = names.contains("null") && names.count > 1
    if isNullable { names.removeAll { $0 == "null" } }
    guard names.count == 1 else { return try unheld(at: pointer, "a value of several types cannot be held to") }
    let schema: JSONSchema
    switch names[0] {
    case "string": schema = .string
    case "integer": schema = .integer
    case "number": schema = .number
    case "boolean": schema = .boolean
    case "array":
      let items = members["items"] ?? true
      schema = .array(of: try self.schema(items, at: pointer + "/items", references: references))
    case "object": schema = try object(members, at: pointer, references: references)
    case "null": return try unheld(at: pointer, "a value that can only be null cannot be held to")
    case let name: throw Failure(pointer: pointer, message: "there is no type '\(name)'")
    }
    return isNullable ? .nullable(schema) : schema
  }

  private func object(
    _ members: JSONObject,
    at pointer: String,
    references: [String]
  ) throws(Failure) -> JSONSchema {
    guard case .object(let properties)? = members["properties"], !properties.isEmpty else {
      switch members["additionalProperties"] {
      case .bool(false)?: return .object([])
      case let value?:
        return .dictionary(of: try schema(value, at: pointer + "/additionalProperties", references: references))
      case nil: return members["properties"] == nil ? .dictionary(of: .any) : .object([])
      }
    }
    let required = Set((members["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    var result: [JSONSchema.Property] = []
    for property in properties {
      result.append(
        JSONSchema.Property(
          name: property.key,
          schema: try schema(property.value, at: "\(pointer)/properties/\(property.key)", references: references),
          description: property.value["description"]?.stringValue ?? "",
          isRequired: required.contains(property.key)
        )
      )
    }
    return .object(result)
  }

  private func enumeration(_ values: [JSONValue], at pointer: String) throws(Failure) -> JSONSchema {
    let texts = values.compactMap(\.stringValue)
    let isNullable = values.contains(.null)
    guard !texts.isEmpty, texts.count + (isNullable ? 1 : 0) == values.count else {
      return try unheld(at: pointer, "only enumerations of strings can be held to")
    }
    return isNullable ? .nullable(.enumeration(texts)) : .enumeration(texts)
  }

  private func union(
    _ choices: [JSONValue],
    at pointer: String,
    references: [String]
  ) throws(Failure) -> JSONSchema {
    let others = choices.filter { $0["type"]?.stringValue != "null" }
    guard others.count == 1 else {
      return try unheld(at: pointer, "only a union of one schema with null can be held to")
    }
    let schema = try schema(others[0], at: pointer + "/anyOf", references: references)
    return others.count < choices.count ? .nullable(schema) : schema
  }

  private func target(
    of reference: String,
    at pointer: String,
    references: [String]
  ) throws(Failure) -> JSONSchema {
    guard reference.hasPrefix("#") else {
      return try unheld(at: pointer, "'\(reference)' lies outside of the document")
    }
    guard !references.contains(reference) else {
      return try unheld(at: pointer, "'\(reference)' contains itself, which cannot be held to")
    }
    var value = root
    for part in reference.dropFirst().split(separator: "/") {
      let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
      guard let next = value[key] else { throw Failure(pointer: pointer, message: "there is no '\(reference)'") }
      value = next
    }
    return try schema(value, at: pointer, references: references + [reference])
  }

  private func unheld(at pointer: String, _ message: String) throws(Failure) -> JSONSchema {
    if isStrict { throw Failure(pointer: pointer, message: message) }
    return .any
  }
}
