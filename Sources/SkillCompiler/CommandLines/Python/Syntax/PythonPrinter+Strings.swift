import SkillFormat

extension PythonPrinter {
  /// A number as Python's `repr` has it.
  static func text(of value: Double) -> String {
    let magnitude = value.magnitude
    if magnitude < 1e16, value == Double(Int(value)) { return String(Int(value)) + ".0" }
    var text = String(value)
    guard let mark = text.firstIndex(of: "e") else { return text }
    // Swift writes `1e-05` and `1e+16` as Python does, but `1.0e-05` where Python drops the zero.
    if text[..<mark].hasSuffix(".0") { text.replaceSubrange(..<mark, with: text[..<mark].dropLast(2)) }
    return text
  }

  /// A string as Python's `repr` has it.
  static func representation(_ value: String) -> String {
    let quote: Unicode.Scalar = value.utf8.contains(0x27) && !value.utf8.contains(0x22) ? "\"" : "'"
    var result = String(quote)
    for scalar in value.unicodeScalars {
      switch scalar {
      case quote: result += "\\" + String(quote)
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result += escaped(scalar)
      }
    }
    return result + String(quote)
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\\" { return "\\\\" }
    guard !scalar.isPythonPrintable else { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.utf8.count) + digits
  }

  private static let quotes = ["'", "\"", "\"\"\"", "'''"]

  /// A string in quotes that need as few escapes as can be.
  static func literal(_ value: String) -> String {
    var choices = quotes
    let body = body(of: value, escapesWhitespace: false, choices: &choices)
    return choices[0] + body + choices[0]
  }

  /// The text between a string's quotes; narrows the quotes that may be used.
  private static func body(of value: String, escapesWhitespace: Bool, choices: inout [String]) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        escaped += escapesWhitespace ? (scalar == "\n" ? "\\n" : "\\t") : String(scalar)
      } else if scalar == "\r" {
        escaped += "\\r"
      } else {
        escaped += Self.escaped(scalar)
      }
    }
    let possible = choices.filter {
      !escaped.contains($0) && (!escaped.utf8.contains(0x0A) || $0.utf8.count == 3)
    }
    guard let last = escaped.last, !possible.isEmpty else {
      if possible.isEmpty {
        let text = representation(value)
        let quote = String(text.prefix(1))
        choices = [choices.first { $0.contains(quote) } ?? quote]
        return String(text.dropFirst().dropLast())
      }
      choices = possible
      return escaped
    }
    choices = possible.filter { $0.first != last } + possible.filter { $0.first == last }
    if choices[0].first == last { escaped = String(escaped.dropLast()) + "\\" + String(last) }
    return escaped
  }

  mutating func write(formatted parts: [PythonExpression.Formatted]) {
    text += "f"
    var choices = Self.quotes
    var body = ""
    if isInField {
      body = Self.body(of: inner(parts), escapesWhitespace: false, choices: &choices)
    } else {
      for part in parts {
        var isText = false
        if case .text = part { isText = true }
        body += Self.body(of: inner([part]), escapesWhitespace: isText, choices: &choices)
      }
    }
    text += choices[0] + body + choices[0]
  }

  private func inner(_ parts: [PythonExpression.Formatted]) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text):
        for character in text.unicodeScalars {
          result.unicodeScalars.append(character)
          if character == "{" || character == "}" { result.unicodeScalars.append(character) }
        }
      case .field(let expression, let conversion, let format):
        var printer = PythonPrinter(source: source, isInField: true)
        printer.writeField(expression)
        result += printer.text.utf8.first == UInt8(ascii: "{") ? "{ " : "{"
        result += printer.text
        if let conversion { result += "!" + String(Unicode.Scalar(conversion)) }
        if let format { result += ":" + inner(format) }
        result += "}"
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// What Python's `isprintable` says of the character.
  fileprivate var isPythonPrintable: Bool {
    if isASCII { return value >= 0x20 && value < 0x7F }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return false
    default: return true
    }
  }
}
