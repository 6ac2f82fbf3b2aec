/// A value's schema as providers take it: an object.
///
/// Response formats and tools demand an object at the root, so that any other value is wrapped into one.
package struct AnswerEnvelope: Hashable, Sendable {
  /// The schema to ask for.
  package let schema: JSONSchema
  private let isWrapped: Bool

  package init(_ schema: JSONSchema) {
    if case .object = schema {
      self.schema = schema
      isWrapped = false
    } else {
      self.schema = .object([JSONSchema.Property(name: "value", schema: schema)])
      isWrapped = true
    }
  }

  /// The values that an answer may mean, likeliest first.
  ///
  /// A model that is only asked may leave out the envelope, or put one around what needs none.
  package func values(in answer: JSONValue) -> [JSONValue] {
    var values: [JSONValue] = []
    if isWrapped, let value = answer["value"] { values.append(value) }
    values.append(answer)
    if !isWrapped, case .object(let members) = answer, members.count == 1, let only = members.first?.value {
      values.append(only)
    }
    return values
  }
}
