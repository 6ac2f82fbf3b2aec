import SkillIR

/// The values that a step may read, by name, with their types.
struct Scope: Sendable {
  struct Value: Sendable {
    var value: JSONValue
    var type: SkillType
  }

  private(set) var values: [String: Value] = [:]
  let types: [TypeDeclaration]

  init(types: [TypeDeclaration]) { self.types = types }

  init(_ arguments: JSONObject, of entry: EntryPoint) {
    types = entry.types
    for parameter in entry.parameters {
      values[parameter.name] = Value(value: arguments[parameter.name] ?? .null, type: parameter.type)
    }
  }

  mutating func bind(_ name: String, to value: JSONValue, type: SkillType) {
    values[name] = Value(value: value, type: type)
  }

  /// The value of a name.
  ///
  /// - Throws: Where there is none, which only a damaged image brings about.
  func value(_ name: String) throws(SkillError) -> Value {
    guard let value = values[name] else {
      throw SkillError(.invalidImage, "no value named '\(name)' is in scope", suggestion: "Build again.")
    }
    return value
  }

  /// The value that a reference names. A field of null is null.
  func value(_ reference: Reference) throws(SkillError) -> Value {
    var current = try value(reference.name)
    for field in reference.fields {
      let type = self.type(of: field, in: current.type)
      guard case .object(let members) = current.value else {
        guard current.value == .null else {
          throw SkillError(
            .wrongResult,
            "'\(reference.name)' has no field '\(field)': it is \(current.value.kindAndExcerpt)"
          )
        }
        return Value(value: .null, type: .optional(type))
      }
      current = Value(value: members[field] ?? .null, type: type)
    }
    return current
  }

  private func type(of field: String, in type: SkillType) -> SkillType {
    switch type {
    case .optional(let wrapped): return self.type(of: field, in: wrapped)
    case .dictionary(let inner): return inner
    case .named(let name):
      guard let declaration = types.first(where: { $0.name == name }), case .structure(let fields) = declaration.kind
      else { return .json }
      return fields.first { $0.name == field }?.type ?? .json
    default: return .json
    }
  }

  /// Whether a condition holds: the value is there, and is not false, zero or empty.
  func holds(_ condition: Step.Condition) throws(SkillError) -> Bool {
    let isTrue: Bool =
      switch try value(condition.reference).value {
      case .null: false
      case .bool(let value): value
      case .integer(let value): value != 0
      case .number(let value): value != 0
      case .string(let value): !value.isEmpty
      case .array(let value): !value.isEmpty
      case .object(let value): !value.isEmpty
      }
    return isTrue != condition.isNegated
  }

  /// A template's text: strings as they are, other values as JSON.
  func text(of template: Template) throws(SkillError) -> String {
    var text = ""
    for segment in template.segments {
      switch segment {
      case .text(let part): text += part
      case .reference(let reference): text += try value(reference).value.templateText
      }
    }
    return text
  }

  /// A template as one word of a command line; nil where a value in it is null, for then the word is left out.
  func word(of template: Template) throws(SkillError) -> String? {
    for case .reference(let reference) in template.segments where try value(reference).value == .null { return nil }
    return try text(of: template)
  }
}

extension JSONValue {
  /// The value in a text: strings as they are, anything else as JSON.
  var templateText: String { stringValue ?? jsonText }
}
