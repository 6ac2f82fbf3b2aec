extension JSONSchema {
  /// Checks that a value is of the schema.
  ///
  /// - Throws: The first place where it is not.
  package func check(_ value: JSONValue) throws(TypeMismatch) {
    try check(value, path: "", Definitions())
  }

  private struct Definitions {
    var schemas: [String: JSONSchema] = [:]
    /// Those that the value is being checked against, so that one that is only itself does not go on for ever.
    var open: Set<String> = []

    /// The definitions as they count for a part of the value.
    var inside: Definitions { Definitions(schemas: schemas) }
  }

  private func check(_ value: JSONValue, path: String, _ definitions: Definitions) throws(TypeMismatch) {
    func mismatch(_ expected: String) -> TypeMismatch {
      TypeMismatch(path: path, expected: expected, found: value.kindAndExcerpt)
    }
    switch self {
    case .any: return
    case .string: guard case .string = value else { throw mismatch("a string") }
    case .integer: guard value.intValue != nil else { throw mismatch("a whole number") }
    case .number: guard value.doubleValue != nil else { throw mismatch("a number") }
    case .boolean: guard case .bool = value else { throw mismatch("a Boolean") }
    case .enumeration(let values):
      guard case .string(let text) = value, values.contains(text) else {
        throw mismatch("one of \(values.map { "'\($0)'" }.joined(separator: ", "))")
      }
    case .nullable(let wrapped):
      if value != .null { try wrapped.check(value, path: path, definitions) }
    case .array(let element):
      guard case .array(let elements) = value else { throw mismatch("a list") }
      for (index, item) in elements.enumerated() {
        try element.check(item, path: "\(path)[\(index)]", definitions.inside)
      }
    case .dictionary(let schema):
      guard case .object(let members) = value else { throw mismatch("an object") }
      for member in members {
        try schema.check(member.value, path: Self.join(path, member.key), definitions.inside)
      }
    case .object(let properties):
      guard case .object(let members) = value else { throw mismatch("an object") }
      for property in properties {
        let path = Self.join(path, property.name)
        if let member = members[property.name] {
          try property.schema.check(member, path: path, definitions.inside)
        } else if property.isRequired {
          throw TypeMismatch(path: path, expected: "a value", found: "nothing")
        }
      }
    case .constants(let values):
      guard values.contains(value) else {
        throw mismatch("one of \(values.map(\.jsonText).joined(separator: ", "))")
      }
    case .union(let choices):
      var first: TypeMismatch?
      for choice in choices {
        do throws(TypeMismatch) {
          return try choice.check(value, path: path, definitions)
        } catch {
          first = first ?? error
        }
      }
      throw first ?? mismatch("no value at all")
    case .boundedString(let length):
      guard case .string(let text) = value, length.contains(text.unicodeScalars.count) else {
        throw mismatch("a string of \(length.lowerBound) to \(length.upperBound) characters")
      }
    case .boundedInteger(let range):
      guard let number = value.intValue, range.contains(number) else {
        throw mismatch("a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .boundedArray(let element, let count):
      guard case .array(let elements) = value, count.contains(elements.count) else {
        throw mismatch("a list of \(count.lowerBound) to \(count.upperBound) elements")
      }
      try Self.array(of: element).check(value, path: path, definitions)
    case .reference(let name):
      var definitions = definitions
      guard let schema = definitions.schemas[name], definitions.open.insert(name).inserted else {
        throw mismatch("a value of '\(name)', which is not defined")
      }
      try schema.check(value, path: path, definitions)
    case .defining(let schemas, let root): try root.check(value, path: path, Definitions(schemas: schemas))
    }
  }

  private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
