import SkillFormat
import SkillIR

extension PythonPrinter {
  /// An expression as JSON: a literal as itself (a tuple as a list, a set as `{"$set": […]}`), anything else as
  /// `{"$expr": source}`.
  static func json(of expression: PythonExpression, in source: [UInt8]) -> JSONValue {
    literal(expression) ?? .object(["$expr": .string(text(of: expression, in: source))])
  }

  /// The value of a literal; nil for what has to be worked out.
  private static func literal(_ expression: PythonExpression) -> JSONValue? {
    switch expression.kind {
    case .none: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .number(value)
    case .string(let value): return .string(value)
    case .unary(.minus, let operand):
      switch operand.kind {
      case .integer(let value) where value != .min: return .integer(-value)
      case .float(let value): return .number(-value)
      default: return nil
      }
    case .list(let elements), .tuple(let elements): return literals(elements).map(JSONValue.array)
    case .set(let elements): return literals(elements).map { .object(["$set": .array($0)]) }
    case .dictionary(let entries):
      var members = JSONObject()
      for entry in entries {
        guard case .string(let key)? = entry.key?.kind, let value = literal(entry.value) else { return nil }
        members[key] = value
      }
      return .object(members)
    default: return nil
    }
  }

  private static func literals(_ expressions: [PythonExpression]) -> [JSONValue]? {
    var values: [JSONValue] = []
    for expression in expressions {
      guard let value = literal(expression) else { return nil }
      values.append(value)
    }
    return values
  }
}
