import SkillIR

extension SwiftEmitter {
  /// A stored property of a generated structure.
  struct Property {
    /// The name in the skill, which is the key in JSON.
    var key: String
    var name: String
    var type: String
    var defaultValue: String?
    var documentation: String
  }

  private static let conformances = "Swift.Codable, Swift.Hashable, Swift.Sendable"

  func type(_ declaration: TypeDeclaration, entry: Int) -> SwiftDeclaration {
    let name = scope.entries[entry].types[declaration.name] ?? declaration.name
    let documentation =
      declaration.documentation.isEmpty
      ? ["A `\(SwiftDeclaration.sentence(of: declaration.name))` of `\(SwiftDeclaration.sentence(of: program.name))`."]
      : SwiftDeclaration.documentation(of: declaration.documentation)
    switch declaration.kind {
    case .enumeration(let cases): return enumeration(name, cases: cases, documentation: documentation)
    case .structure(let fields):
      var names = NameTable()
      let properties = fields.map { field in
        Property(
          key: field.name,
          name: names.claim(
            SwiftName.member(field.name, fallback: "value", reserved: SwiftScope.reservedLabels, suffix: "Value")
          ),
          type: swift(field.type, entry: entry),
          defaultValue: defaultExpression(field.defaultValue, field.type, entry: entry),
          documentation: field.documentation
        )
      }
      return structure(name, properties: properties, documentation: documentation)
    }
  }

  /// The default of a parameter or property: its own, or nil for an optional.
  func defaultExpression(_ value: JSONValue?, _ type: SkillType, entry: Int) -> String? {
    if let value, let text = expression(value, of: type, entry: entry) { return text }
    if case .optional = type { return "nil" }
    return nil
  }

  func structure(_ name: String, properties: [Property], documentation: [String]) -> SwiftDeclaration {
    var members = properties.map { property in
      SwiftDeclaration(
        documentation: SwiftDeclaration.documentation(of: property.documentation),
        "\(access) var \(SwiftName.quoted(property.name)): \(property.type)"
      )
    }
    let parameters = properties.map { property in
      "\(SwiftName.label(property.name)): \(property.type)\(property.defaultValue.map { " = \($0)" } ?? "")"
    }
    members.append(
      SwiftDeclaration(
        documentation: ["Creates a value of its parts."],
        "\(access) init(\(parameters.joined(separator: ", ")))",
        .statements(properties.map { "self.\(SwiftName.quoted($0.name)) = \(SwiftName.quoted($0.name))" })
      )
    )
    if properties.contains(where: { $0.key != $0.name }) {
      members.append(
        SwiftDeclaration(
          "private enum CodingKeys: Swift.String, Swift.CodingKey",
          .members(
            properties.map {
              SwiftDeclaration("case \(SwiftName.quoted($0.name)) = \(SwiftLiteral.string($0.key))")
            }
          )
        )
      )
    }
    return SwiftDeclaration(
      documentation: documentation,
      "\(access) nonisolated struct \(name): \(Self.conformances)",
      .members(members)
    )
  }

  private func enumeration(
    _ name: String,
    cases: [TypeDeclaration.Case],
    documentation: [String]
  ) -> SwiftDeclaration {
    SwiftDeclaration(
      documentation: documentation,
      "\(access) nonisolated enum \(name): Swift.String, Swift.CaseIterable, \(Self.conformances)",
      .members(
        zip(Self.names(of: cases), cases).map {
          SwiftDeclaration("case \(SwiftName.quoted($0)) = \(SwiftLiteral.string($1.rawValue))")
        }
      )
    )
  }

  /// The Swift names of an enumeration's cases, in order.
  static func names(of cases: [TypeDeclaration.Case]) -> [String] {
    let reserved: Set<String> = ["init", "self", "allCases", "rawValue", "hashValue", "hash", "encode"]
    var table = NameTable()
    return cases.map {
      table.claim(SwiftName.member($0.name, fallback: "value", reserved: reserved, suffix: "Value"))
    }
  }
}
