import SkillIR

// Fields whose values are texts.
extension FrontMatterReader {
  typealias Text = (text: String, range: SourceRange)

  enum RequiredField: String {
    case name, description

    fileprivate var missingCode: String {
      switch self {
      case .name: "missing-name"
      case .description: "missing-description"
      }
    }

    fileprivate var notTextCode: String {
      switch self {
      case .name: "name-not-text"
      case .description: "description-not-text"
      }
    }

    fileprivate var emptyCode: String {
      switch self {
      case .name: "empty-name"
      case .description: "empty-description"
      }
    }

    /// What to write where it is empty.
    fileprivate var advice: String {
      switch self {
      case .name: "give the skill a name, such as its folder's"
      case .description: "say what the skill does and when to use it"
      }
    }
  }

  enum OptionalField: String {
    case license, compatibility

    fileprivate var notTextCode: String {
      switch self {
      case .license: "license-not-text"
      case .compatibility: "compatibility-not-text"
      }
    }
  }

  /// The text of a field that must be there; without it there is an error.
  mutating func requiredText(_ field: RequiredField) -> Text? {
    let key = field.rawValue
    guard let entry = entry(key) else {
      let near = entries.first { !Self.isKnown($0.key) && NearestSpelling.of($0.key, among: [key]) != nil }
      let hint = near.map { "; found '\($0.key.shortened())'" } ?? ""
      let range = near?.keyRange ?? SourceRange(0, 0)
      report(.error, field.missingCode, "front matter has no '\(key):'\(hint)", at: range)
      return nil
    }
    guard let text = entry.value.text else {
      report(.error, field.notTextCode, "'\(key)' must be text, not \(entry.value.kind)", at: entry.value.range)
      return nil
    }
    guard !entry.value.isNull, text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      report(.error, field.emptyCode, "'\(key)' is empty; \(field.advice)", at: entry.keyRange)
      return nil
    }
    // Blanks around a name come from its quotes or block style; a description's line ends are its own.
    return (field == .name ? text.trimmingWhitespace() : text, entry.value.range)
  }

  /// The text of a field that may be missing; another value than text is left out, with a warning.
  mutating func optionalText(_ field: OptionalField) -> Text? {
    let key = field.rawValue
    guard let entry = entry(key), !entry.value.isNull else { return nil }
    guard let text = entry.value.text else {
      let message = "'\(key)' must be text, not \(entry.value.kind); it is left out"
      report(.warning, field.notTextCode, message, at: entry.value.range)
      return nil
    }
    return (text, entry.value.range)
  }
}

extension String {
  fileprivate func trimmingWhitespace() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
