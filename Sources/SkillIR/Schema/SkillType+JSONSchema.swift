extension SkillType {
  /// The schema of the type's JSON form.
  ///
  /// - Parameter types: The declarations that ``SkillType/named(_:)`` may name. A type that holds itself is written
  ///   out a few levels deep and is any value below them, since not every provider follows references.
  /// - Returns: The schema, complete in itself.
  package func schema(types: [TypeDeclaration]) -> JSONSchema {
    schema(types: Dictionary(types.map { ($0.name, $0) }) { first, _ in first }, open: [:])
  }

  private static let recursionLimit = 3

  private func schema(types: [String: TypeDeclaration], open: [String: Int]) -> JSONSchema {
    switch self {
    case .string, .file, .folder, .url: return .string
    case .int: return .integer
    case .double: return .number
    case .bool: return .boolean
    case .json: return .any
    case .array(let element): return .array(of: element.schema(types: types, open: open))
    case .dictionary(let value): return .dictionary(of: value.schema(types: types, open: open))
    case .optional(let wrapped): return .nullable(wrapped.schema(types: types, open: open))
    case .named(let name):
      guard let declaration = types[name], open[name, default: 0] < Self.recursionLimit else { return .any }
      var open = open
      open[name, default: 0] += 1
      switch declaration.kind {
      case .enumeration(let cases): return .enumeration(cases.map(\.rawValue))
      case .structure(let fields):
        return .object(
          fields.map {
            JSONSchema.Property(
              name: $0.name,
              schema: $0.type.schema(types: types, open: open),
              description: $0.documentation
            )
          }
        )
      }
    }
  }
}
