/// Makes Swift identifiers of names that may hold anything.
///
/// The result depends on the name alone, so it is stable; telling equal results apart is ``NameTable``'s business.
package enum SwiftName {
  /// `sales-brief` → `SalesBrief`; a name without a usable letter gives `fallback`.
  package static func type(_ name: String, fallback: String, reserved: Set<String>, suffix: String) -> String {
    var text = words(of: name).map(capitalized).joined()
    if text.isEmpty { text = fallback }
    if startsWithDigit(text) { text = suffix + text }
    return reserved.contains(text) ? text + suffix : text
  }

  /// As ``type(_:fallback:reserved:suffix:)``, with the separators of the name kept as underscores, which tells
  /// `a-b-c` from `ab-c`.
  static func exactType(_ name: String, fallback: String, reserved: Set<String>, suffix: String) -> String {
    var text = ""
    for scalar in name.unicodeScalars {
      if isPart(scalar) { text.unicodeScalars.append(scalar) } else { text += "_" }
    }
    text = capitalized(Substring(text))
    if !text.contains(where: { $0 != "_" }) { text = fallback }
    if startsWithDigit(text) { text = suffix + text }
    return reserved.contains(text) ? text + suffix : text
  }

  /// `reply_to` → `replyTo`, not yet quoted; a name without a usable letter gives `fallback`.
  package static func member(_ name: String, fallback: String, reserved: Set<String> = [], suffix: String) -> String {
    let words = words(of: name)
    guard let first = words.first else { return fallback }
    var text = uncapitalized(first) + words.dropFirst().map(capitalized).joined()
    if startsWithDigit(text) { text = fallback + capitalized(Substring(text)) }
    return reserved.contains(text) ? text + suffix : text
  }

  /// The identifier as source text, in back-ticks where it is a keyword.
  package static func quoted(_ identifier: String) -> String {
    keywords.contains(identifier) ? "`\(identifier)`" : identifier
  }

  /// The identifier as an argument's label, where nearly every keyword stands for itself.
  package static func label(_ identifier: String) -> String {
    ["inout", "var", "let"].contains(identifier) ? "`\(identifier)`" : identifier
  }

  /// The runs of letters and digits in a name.
  private static func words(of name: String) -> [Substring] {
    var words: [Substring] = []
    var start: String.Index?
    let scalars = name.unicodeScalars
    for index in scalars.indices {
      if isPart(scalars[index]) {
        start = start ?? index
      } else if let begin = start {
        words.append(name[begin..<index])
        start = nil
      }
    }
    if let start { words.append(name[start...]) }
    return words
  }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar.value {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
      default: return false
      }
    }
    guard isIdentifierScalar(scalar.value) else { return false }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .nonspacingMark, .spacingMark:
      return true
    default: return false
    }
  }

  /// The ranges that the Swift grammar allows in identifiers (The Swift Programming Language, Lexical Structure).
  private static func isIdentifierScalar(_ value: UInt32) -> Bool {
    switch value {
    case 0xA8, 0xAA, 0xAD, 0xAF, 0xB2...0xB5, 0xB7...0xBA, 0xBC...0xBE, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x167F,
      0x1681...0x180D, 0x180F...0x1FFF, 0x200B...0x200D, 0x2054, 0x2060...0x218F, 0x2460...0x24FF, 0x2776...0x2793,
      0x2C00...0x2DFF, 0x2E80...0x2FFF, 0x3004...0x3007, 0x3021...0x302F, 0x3031...0xD7FF, 0xF900...0xFD3D,
      0xFD40...0xFDCF, 0xFDF0...0xFE44, 0xFE47...0xFFFD, 0x10000...0x1FFFD, 0x20000...0x2FFFD, 0x30000...0x3FFFD:
      true
    default: false
    }
  }

  /// Combining marks and digits may not begin an identifier.
  private static func startsWithDigit(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    switch first.properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark: return true
    default: return false
    }
  }

  private static func capitalized(_ word: Substring) -> String { word.prefix(1).uppercased() + word.dropFirst() }

  /// Lower-cases the first letter, or all of a word in capitals: `URL` → `url`, `outFile` stays.
  private static func uncapitalized(_ word: Substring) -> String {
    let isAllCapitals = word.count > 1 && !word.unicodeScalars.contains { $0.properties.isLowercase }
    return isAllCapitals ? word.lowercased() : word.prefix(1).lowercased() + word.dropFirst()
  }

  /// Words that are no identifiers without back-ticks somewhere that generated code uses them.
  static let keywords: Set<String> = [
    "Any", "Self", "actor", "as", "associatedtype", "await", "break", "case", "catch", "class", "continue", "default",
    "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard",
    "if", "import", "in", "init", "inout", "internal", "is", "let", "macro", "nil", "operator", "package",
    "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static", "struct",
    "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while", "async",
    "any", "some", "each", "borrowing", "consuming", "_",
  ]

  /// Names that generated code, the standard library, Foundation or users' code in the same module rely on.
  package static let reservedTypes: Set<String> = [
    "Any", "AnyObject", "Array", "AsyncSequence", "Bool", "Bundle", "Character", "Codable", "Collection", "Comparable",
    "Data", "Date", "Decodable", "Decoder", "Dictionary", "Double", "Duration", "Encodable", "Encoder", "Equatable",
    "Error", "Float", "Foundation", "Hashable", "Hasher", "Identifiable", "Instructions", "Int", "Main", "Never",
    "Optional", "Package", "Prompt", "Protocol", "Range", "Regex", "Response", "Result", "Self", "Sendable", "Sequence",
    "Set", "Skill", "SkillEntry", "SkillError", "SkillFile", "SkillFolder", "SkillIR", "SkillMachine", "SkillRequest",
    "SkillResponse", "SkillRuntime", "SkillTesting", "String", "Substring", "Swift", "Task", "Test", "Tool",
    "Transcript", "Type", "UInt8", "URL", "UUID", "Unicode", "Void", "App", "View", "Scene", "Testing", "XCTest",
  ]
}
