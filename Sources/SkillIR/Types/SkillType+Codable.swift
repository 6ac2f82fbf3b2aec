extension SkillType: Codable {
  /// Reads the spelling that ``description`` writes.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let type = SkillType(spelling: text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a type")
      )
    }
    self = type
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Reads a type as workflows spell it; nil where the text is not exactly one type.
  package init?(spelling: some StringProtocol) {
    var rest = Substring(spelling)
    guard let type = SkillType.parse(&rest, depth: 0), rest.isEmpty else { return nil }
    self = type
  }

  private static func parse(_ rest: inout Substring, depth: Int) -> SkillType? {
    guard depth < 32 else { return nil }
    func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }
    skipBlanks()
    var type: SkillType
    if rest.first == "[" {
      rest.removeFirst()
      guard let first = parse(&rest, depth: depth + 1) else { return nil }
      skipBlanks()
      if rest.first == ":" {
        guard first == .string else { return nil }
        rest.removeFirst()
        guard let value = parse(&rest, depth: depth + 1) else { return nil }
        type = .dictionary(value)
        skipBlanks()
      } else {
        type = .array(first)
      }
      guard rest.first == "]" else { return nil }
      rest.removeFirst()
    } else {
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard let first = name.first, !first.isNumber else { return nil }
      rest = rest.dropFirst(name.count)
      type = SkillType(builtIn: name) ?? .named(String(name))
    }
    while rest.first == "?" {
      rest.removeFirst()
      if case .optional = type { continue }
      type = .optional(type)
    }
    skipBlanks()
    return type
  }

  /// The built-in type of a name, such as `Int`.
  package init?(builtIn name: some StringProtocol) {
    switch name {
    case "String": self = .string
    case "Int": self = .int
    case "Double": self = .double
    case "Bool": self = .bool
    case "File": self = .file
    case "Folder": self = .folder
    case "URL": self = .url
    case "JSON": self = .json
    default: return nil
    }
  }
}
