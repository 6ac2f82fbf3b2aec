// What a skill may be called.
extension FrontMatterReader {
  private static let maximumName = 64

  /// Checks a name by the specification's rules.
  ///
  /// Real skills are called `My Skill` or `my_skill`, which harms nobody and gets a warning. What has a meaning in
  /// paths, shells or Swift source, or hides how a name reads, is an error.
  mutating func checkName(_ name: String, at range: SourceRange) {
    let scalars = name.unicodeScalars
    guard scalars.count <= Self.maximumName else {
      report(
        .error,
        "long-name",
        "'name' has \(scalars.count) characters; the specification allows \(Self.maximumName)",
        at: range
      )
      return
    }
    if let scalar = scalars.first(where: Self.isDangerous) {
      report(
        .error,
        "bad-name",
        "'name' cannot hold \(scalar.shown); use lower-case letters, digits and hyphens",
        at: range
      )
      return
    }
    guard scalars.contains(where: { $0.isLetter || $0.isDigit }) else {
      report(.error, "bad-name", "'name' needs at least one letter or digit", at: range)
      return
    }
    if let rule = Self.brokenRule(of: name) {
      let hint = Self.suggestion(for: name).map { "; '\($0)' would do" } ?? ""
      report(.warning, "unusual-name", "\(rule)\(hint)", at: range)
    }
    if name != folderName {
      report(
        .warning,
        "name-differs",
        "'name' is '\(name)', but the skill's folder or file is called '\(folderName.shortened())'",
        at: range
      )
    }
  }

  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "/", "\\", "\"", "`", "$", ";", "*", "|", "<", ">": true
    default: scalar.isUnprintable
    }
  }

  /// The first of the specification's rules that a name breaks.
  private static func brokenRule(of name: String) -> String? {
    var hasUpperCase = false
    for scalar in name.unicodeScalars {
      if scalar.properties.isUppercase || scalar.properties.generalCategory == .titlecaseLetter {
        hasUpperCase = true
      } else if !(scalar == "-" || scalar.isLetter || scalar.isDigit || scalar.isMark) {
        return "'name' should hold only lower-case letters, digits and hyphens, not \(scalar.shown)"
      }
    }
    if hasUpperCase { return "'name' should be in lower case" }
    if name.utf8.first == .hyphen || name.utf8.last == .hyphen { return "'name' should not begin or end with a hyphen" }
    var previous: UInt8 = 0
    for byte in name.utf8 {
      if byte == .hyphen, previous == .hyphen { return "'name' should not hold two hyphens in a row" }
      previous = byte
    }
    return nil
  }

  /// The name with everything mended that the rules ask for.
  private static func suggestion(for name: String) -> String? {
    var result = ""
    for scalar in name.unicodeScalars {
      if scalar.isLetter || scalar.isDigit || scalar.isMark {
        result += scalar.properties.lowercaseMapping
      } else if !result.isEmpty, result.utf8.last != .hyphen {
        result += "-"
      }
    }
    if result.utf8.last == .hyphen { result.removeLast() }
    return result.isEmpty || brokenRule(of: result) != nil ? nil : result
  }
}

extension Unicode.Scalar {
  fileprivate var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  fileprivate var isDigit: Bool { properties.numericType != nil }

  fileprivate var isMark: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark: true
    default: false
    }
  }

  /// The character in quotes, or its number where it cannot be seen.
  fileprivate var shown: String {
    if self == " " { return "a blank" }
    if isUnprintable || properties.generalCategory == .format {
      return "the character \(codePoint)"
    }
    return "'\(self)'"
  }
}
