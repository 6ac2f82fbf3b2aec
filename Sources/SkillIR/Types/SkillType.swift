/// A type of the workflow language.
package indirect enum SkillType: Hashable, Sendable {
  case string, int, double, bool, file, folder, url, json
  case array(SkillType)
  /// Keys are strings.
  case dictionary(SkillType)
  case optional(SkillType)
  /// A structure or enumeration declared by the entry point that uses it.
  case named(String)
}

extension SkillType: CustomStringConvertible {
  /// The type as a workflow spells it.
  package var description: String {
    switch self {
    case .string: "String"
    case .int: "Int"
    case .double: "Double"
    case .bool: "Bool"
    case .file: "File"
    case .folder: "Folder"
    case .url: "URL"
    case .json: "JSON"
    case .array(let element): "[\(element)]"
    case .dictionary(let value): "[String: \(value)]"
    case .optional(let wrapped): "\(wrapped)?"
    case .named(let name): name
    }
  }
}

/// A structure or enumeration that an entry point declares.
package struct TypeDeclaration: Hashable, Sendable, Codable {
  package struct Field: Hashable, Sendable, Codable {
    package var name: String
    package var type: SkillType
    package var defaultValue: JSONValue?
    package var documentation: String

    package init(name: String, type: SkillType, defaultValue: JSONValue? = nil, documentation: String = "") {
      self.name = name
      self.type = type
      self.defaultValue = defaultValue
      self.documentation = documentation
    }
  }

  package enum Kind: Hashable, Sendable, Codable {
    case structure([Field])
    /// The cases, in order. A value of the type is the raw value of one of them.
    case enumeration([Case])
  }

  /// A case of an enumeration.
  package struct Case: Hashable, Sendable, Codable {
    /// What code calls the case. A choice of a command line has no name but its value.
    package var name: String
    /// The string that a value of the type is, in JSON and for scripts and models.
    package var rawValue: String

    package init(name: String, rawValue: String) {
      self.name = name
      self.rawValue = rawValue
    }

    /// Creates a case that is called as its value.
    package init(_ value: String) { self.init(name: value, rawValue: value) }
  }

  package var name: String
  package var kind: Kind
  package var documentation: String

  package init(name: String, kind: Kind, documentation: String = "") {
    self.name = name
    self.kind = kind
    self.documentation = documentation
  }
}
