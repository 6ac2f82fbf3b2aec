extension SkillType {
  /// The value as the type has it: whole numbers made integers, missing optional members null, defaults filled in.
  ///
  /// - Parameters:
  ///   - value: The value as code or a model gave it.
  ///   - types: The declarations that ``SkillType/named(_:)`` may name.
  /// - Returns: The value in the type's own form.
  /// - Throws: The first place where the value is not of the type.
  package func check(_ value: JSONValue, types: [TypeDeclaration]) throws(TypeMismatch) -> JSONValue {
    try check(value, types: types, path: "")
  }

  private func check(_ value: JSONValue, types: [TypeDeclaration], path: String) throws(TypeMismatch) -> JSONValue {
    func mismatch(_ expected: String? = nil) -> TypeMismatch {
      TypeMismatch(path: path, expected: expected ?? "\(self)", found: value.kindAndExcerpt)
    }
    switch self {
    case .json: return value
    case .string, .file, .folder, .url:
      guard case .string = value else { throw mismatch() }
      return value
    case .int:
      guard let number = value.intValue else { throw mismatch() }
      return .integer(number)
    case .double:
      guard value.doubleValue != nil else { throw mismatch() }
      return value
    case .bool:
      guard case .bool = value else { throw mismatch() }
      return value
    case .optional(let wrapped):
      return value == .null ? .null : try wrapped.check(value, types: types, path: path)
    case .array(let element):
      guard case .array(let elements) = value else { throw mismatch("a list of \(element)") }
      var checked: [JSONValue] = []
      for (index, item) in elements.enumerated() {
        checked.append(try element.check(item, types: types, path: "\(path)[\(index)]"))
      }
      return .array(checked)
    case .dictionary(let valueType):
      guard case .object(var members) = value else { throw mismatch("an object with \(valueType) values") }
      for member in members {
        members[member.key] = try valueType.check(member.value, types: types, path: Self.join(path, member.key))
      }
      return .object(members)
    case .named(let name):
      guard let declaration = types.first(where: { $0.name == name }) else { return value }
      switch declaration.kind {
      case .enumeration(let cases):
        guard case .string(let text) = value, cases.contains(where: { $0.rawValue == text }) else {
          throw mismatch("one of \(cases.map { "'\($0.rawValue)'" }.joined(separator: ", "))")
        }
        return value
      case .structure(let fields):
        guard case .object(let members) = value else { throw mismatch("an object with the fields of \(name)") }
        var checked = JSONObject()
        for field in fields {
          let fieldPath = Self.join(path, field.name)
          if let member = members[field.name] {
            checked[field.name] = try field.type.check(member, types: types, path: fieldPath)
          } else if let defaultValue = field.defaultValue {
            checked[field.name] = defaultValue
          } else if case .optional = field.type {
            checked[field.name] = .null
          } else {
            throw TypeMismatch(path: fieldPath, expected: "\(field.type)", found: "nothing")
          }
        }
        return .object(checked)
      }
    }
  }

  private static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

extension JSONValue {
  /// What kind of value it is and how it begins, for messages.
  package var kindAndExcerpt: String {
    func excerpt(_ text: String) -> String { text.count > 40 ? "\(text.prefix(40))…" : text }
    return switch self {
    case .null: "null"
    case .bool(let value): "the Boolean \(value)"
    case .integer, .number: "the number \(jsonText)"
    case .string: "the string \(excerpt(jsonText))"
    case .array(let elements): "a list of \(elements.count)"
    case .object(let members): "an object with \(excerpt(members.keys.joined(separator: ", ")))"
    }
  }
}
