package import SkillIR

/// Prints values as Swift source.
package enum SwiftLiteral {
  /// A string literal whose value is exactly the text.
  ///
  /// Everything that could end the literal, start an interpolation or change how the file is read is escaped.
  package static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7F || isPlain(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
      }
    }
    return result + "\""
  }

  /// Whether a scalar outside ASCII is seen as what it is: a letter, number, punctuation mark or symbol.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0xA0 else { return false }
    // The compiler takes these noncharacters as they are but not as escapes.
    if (0xFDD0...0xFDEF).contains(scalar.value) { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned, .spaceSeparator,
      .nonspacingMark, .spacingMark, .enclosingMark:
      return false
    default: return !scalar.properties.isVariationSelector
    }
  }

  /// Any JSON value as an expression of the type `JSONValue`.
  package static func json(_ value: JSONValue) -> String {
    switch value {
    case .null: ".null"
    case .bool(let value): ".bool(\(value))"
    case .integer(let value): ".integer(\(value))"
    case .number(let value): ".number(\(value))"
    case .string(let value): ".string(\(string(value)))"
    case .array(let elements): ".array([\(elements.map(json).joined(separator: ", "))])"
    case .object(let members):
      ".object([\(members.isEmpty ? ":" : members.map { "\(string($0.key)): \(json($0.value))" }.joined(separator: ", "))])"
    }
  }
}
