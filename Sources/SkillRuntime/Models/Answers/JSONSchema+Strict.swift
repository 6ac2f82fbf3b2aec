extension JSONSchema {
  /// The schema within the rules of strict response formats, nil where they cannot say it.
  ///
  /// There, every object is closed and every property required: one that may be missing may be null instead.
  package var strict: JSONSchema? {
    switch self {
    case .string, .integer, .number, .boolean, .constants, .boundedString, .boundedInteger: return self
    case .enumeration(let values): return values.isEmpty ? nil : self
    // Objects whose members are not known.
    case .any, .dictionary: return nil
    // A null that stands for a missing member could not be told from one of another choice.
    case .union, .reference, .defining: return nil
    case .array(let element): return element.strict.map { .array(of: $0) }
    case .boundedArray(let element, let count): return element.strict.map { .boundedArray(of: $0, count: count) }
    case .nullable(let wrapped): return wrapped.strict.map { .nullable($0) }
    case .object(let properties):
      var strict: [Property] = []
      for var property in properties {
        guard let schema = property.schema.strict else { return nil }
        property.schema = schema
        if !property.isRequired, !property.schema.isNullable { property.schema = .nullable(schema) }
        property.isRequired = true
        strict.append(property)
      }
      return .object(strict)
    }
  }

  private var isNullable: Bool { if case .nullable = self { true } else { false } }

  /// A value of the strict schema as one of the schema itself: nulls that stand for missing members are removed.
  package func withoutAddedNulls(_ value: JSONValue) -> JSONValue {
    switch (self, value) {
    case (.array(let element), .array(let elements)), (.boundedArray(let element, _), .array(let elements)):
      return .array(elements.map(element.withoutAddedNulls))
    case (.nullable(let wrapped), _): return value == .null ? value : wrapped.withoutAddedNulls(value)
    case (.object(let properties), .object(var members)):
      for property in properties {
        guard let member = members[property.name] else { continue }
        if member == .null, !property.isRequired, !property.schema.isNullable {
          members[property.name] = nil
        } else {
          members[property.name] = property.schema.withoutAddedNulls(member)
        }
      }
      return .object(members)
    default: return value
    }
  }
}
