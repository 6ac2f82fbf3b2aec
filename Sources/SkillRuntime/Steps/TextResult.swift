import SkillIR

/// Reads a value of some type out of what a program wrote.
struct TextResult {
  let type: SkillType
  let types: [TypeDeclaration]

  /// The value that a text stands for; the text itself where it stands for none, so that the check names it.
  ///
  /// Where the text is a line, as programs write it, the line break at its end is no part of it.
  func value(of text: String, isLine: Bool) -> JSONValue {
    // By bytes, because a carriage return and a line feed are one character.
    guard isLine, text.utf8.last == UInt8(ascii: "\n") else { return Self.value(of: text, type, types) }
    return Self.value(of: String(decoding: text.utf8.dropLast(), as: UTF8.self), type, types)
  }

  /// An element of a list, or a value of a dictionary.
  func member(_ text: String) -> JSONValue {
    switch type.withoutOptional {
    case .array(let element), .dictionary(let element): Self.value(of: text, element, types)
    default: .string(text)
    }
  }

  private static func value(of text: String, _ type: SkillType, _ types: [TypeDeclaration]) -> JSONValue {
    var trimmed: Substring {
      let start = text.drop(while: \.isWhitespace)
      return start.dropLast(start.reversed().prefix(while: \.isWhitespace).count)
    }
    func parsed() -> JSONValue? { try? JSONParser.parse(text) }
    switch type {
    case .string, .file, .folder, .url: return .string(text)
    case .optional(let wrapped): return text.isEmpty ? .null : value(of: text, wrapped, types)
    case .int: return Int(trimmed).map { .integer($0) } ?? parsed() ?? .string(text)
    case .double:
      return Double(trimmed).flatMap { $0.isFinite ? .number($0) : nil } ?? parsed() ?? .string(text)
    case .bool:
      switch trimmed {
      case "true": return true
      case "false": return false
      default: return .string(text)
      }
    case .json: return parsed() ?? .string(text)
    case .array(let element):
      if case .array(let elements)? = parsed() { return .array(elements) }
      switch element.withoutOptional {
      case .array, .dictionary, .json: return .string(text)
      default: break
      }
      // A list as shells and most programs write it: a line for each.
      guard !trimmed.isEmpty else { return [] }
      return .array(
        text.split { $0 == "\n" || $0 == "\r\n" }.map { value(of: String($0), element, types) }
      )
    case .dictionary: return parsed() ?? .string(text)
    case .named(let name):
      if let declaration = types.first(where: { $0.name == name }), case .enumeration = declaration.kind {
        return .string(String(trimmed))
      }
      return parsed() ?? .string(text)
    }
  }
}
