import SkillIR

/// Knows which types hold files or folders.
struct FileTypes: Sendable {
  private let types: [TypeDeclaration]
  /// The declared types with a file or folder somewhere in them.
  private let holders: Set<String>

  init(_ types: [TypeDeclaration]) {
    self.types = types
    var holders: Set<String> = []
    // Types may name each other in any order, so this is repeated until nothing is new.
    while true {
      let found = types.filter { type in
        guard !holders.contains(type.name), case .structure(let fields) = type.kind else { return false }
        return fields.contains { Self.areIn($0.type, holders) }
      }
      if found.isEmpty { break }
      holders.formUnion(found.map(\.name))
    }
    self.holders = holders
  }

  /// Whether values of a type may hold files or folders.
  func areIn(_ type: SkillType) -> Bool { Self.areIn(type, holders) }

  private static func areIn(_ type: SkillType, _ holders: Set<String>) -> Bool {
    switch type {
    case .file, .folder: true
    case .array(let inner), .dictionary(let inner), .optional(let inner): areIn(inner, holders)
    case .named(let name): holders.contains(name)
    case .string, .int, .double, .bool, .url, .json: false
    }
  }

  /// The value with every path in it replaced.
  ///
  /// - Parameters:
  ///   - value: A value of the type.
  ///   - type: Its type.
  ///   - transform: Gives the new path of a file, or of a folder where the second argument is true.
  /// - Returns: A value of the same type.
  /// - Throws: What the transform throws.
  func map<Failure: Error>(
    _ value: JSONValue,
    of type: SkillType,
    _ transform: (String, Bool) throws(Failure) -> String
  ) throws(Failure) -> JSONValue {
    switch (type, value) {
    case (.file, .string(let path)): return .string(try transform(path, false))
    case (.folder, .string(let path)): return .string(try transform(path, true))
    case (.optional, .null): return value
    case (.optional(let wrapped), _): return try map(value, of: wrapped, transform)
    case (.array(let element), .array(let elements)) where areIn(element):
      var result: [JSONValue] = []
      for item in elements { result.append(try map(item, of: element, transform)) }
      return .array(result)
    case (.dictionary(let inner), .object(var members)) where areIn(inner):
      for member in members { members[member.key] = try map(member.value, of: inner, transform) }
      return .object(members)
    case (.named(let name), .object(var members)) where holders.contains(name):
      guard let type = types.first(where: { $0.name == name }), case .structure(let fields) = type.kind else {
        return value
      }
      for field in fields {
        if let member = members[field.name] { members[field.name] = try map(member, of: field.type, transform) }
      }
      return .object(members)
    default: return value
    }
  }
}
