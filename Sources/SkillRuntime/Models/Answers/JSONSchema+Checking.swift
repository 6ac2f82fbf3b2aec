extension JSONSchema {
  /// Checks that a value is of the schema.
  ///
  /// - Throws: The first place where it is not.
  package func check(_ value: JSONValue) throws(TypeMismatch) {
    try check(value, path: "")
  }

  private func check(_ value: JSONValue, path: String) throws(TypeMismatch) {
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
      if value != .null { try wrapped.check(value, path: path) }
    case .array(let element):
      guard case .array(let elements) = value else { throw mismatch("a list") }
      for (index, item) in elements.enumerated() { try element.check(item, path: "\(path)[\(index)]") }
    case .dictionary(let schema):
      guard case .object(let members) = value else { throw mismatch("an object") }
      for member in members { try schema.check(member.value, path: Self.join(path, member.key)) }
    case .object(let properties):
      guard case .object(let members) = value else { throw mismatch("an object") }
      for property in properties {
        let path = Self.join(path, property.name)
        if let member = members[property.name] {
          try property.schema.check(member, path: path)
        } else if property.isRequired {
          throw TypeMismatch(path: path, expected: "a value", found: "nothing")
        }
      }
    }
  }

  private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
