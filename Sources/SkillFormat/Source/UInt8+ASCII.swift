/// The ASCII characters that have a meaning in YAML, Markdown or paths.
extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let exclamation = UInt8(ascii: "!")
  static let doubleQuote = UInt8(ascii: "\"")
  static let hash = UInt8(ascii: "#")
  static let percent = UInt8(ascii: "%")
  static let ampersand = UInt8(ascii: "&")
  static let singleQuote = UInt8(ascii: "'")
  static let leftParenthesis = UInt8(ascii: "(")
  static let rightParenthesis = UInt8(ascii: ")")
  static let asterisk = UInt8(ascii: "*")
  static let plus = UInt8(ascii: "+")
  static let comma = UInt8(ascii: ",")
  static let hyphen = UInt8(ascii: "-")
  static let dot = UInt8(ascii: ".")
  static let slash = UInt8(ascii: "/")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let less = UInt8(ascii: "<")
  static let equals = UInt8(ascii: "=")
  static let greater = UInt8(ascii: ">")
  static let question = UInt8(ascii: "?")
  static let at = UInt8(ascii: "@")
  static let leftBracket = UInt8(ascii: "[")
  static let backslash = UInt8(ascii: "\\")
  static let rightBracket = UInt8(ascii: "]")
  static let underscore = UInt8(ascii: "_")
  static let backtick = UInt8(ascii: "`")
  static let leftBrace = UInt8(ascii: "{")
  static let pipe = UInt8(ascii: "|")
  static let rightBrace = UInt8(ascii: "}")
  static let tilde = UInt8(ascii: "~")
}

/// The classes of bytes that the formats speak of. Bytes from 0x80 on are in none of them.
extension UInt8 {
  /// A space or tab.
  @inlinable package var isBlank: Bool { self == 0x20 || self == 0x09 }

  @inlinable package var isLineEnd: Bool { self == 0x0A || self == 0x0D }

  @inlinable package var isBlankOrLineEnd: Bool { isBlank || isLineEnd }

  /// A blank, line end, vertical tab or form feed.
  @inlinable package var isWhitespace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  @inlinable package var isControl: Bool { self < 0x20 || self == 0x7F }

  @inlinable package var isDigit: Bool { self &- 0x30 < 10 }

  @inlinable package var isUppercase: Bool { self &- 0x41 < 26 }

  @inlinable package var isLowercase: Bool { self &- 0x61 < 26 }

  @inlinable package var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

  @inlinable package var isAlphanumeric: Bool { isLetter || isDigit }

  /// What a name can begin with in most languages: a letter or `_`.
  @inlinable package var isNameStart: Bool { isLetter || self == 0x5F }

  /// What a name can go on with in most languages: a letter, digit or `_`.
  @inlinable package var isNamePart: Bool { isNameStart || isDigit }

  @inlinable package var isPunctuation: Bool {
    switch self {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// The byte with an upper-case letter made lower-case.
  @inlinable package var lowercased: UInt8 { isUppercase ? self | 0x20 : self }

  /// The value of a decimal digit.
  @inlinable package var decimalValue: UInt8? { isDigit ? self & 0x0F : nil }

  /// The value of a hexadecimal digit.
  @inlinable package var hexadecimalValue: UInt8? {
    if isDigit { return self & 0x0F }
    return (self | 0x20) &- 0x61 < 6 ? (self & 0x0F) + 9 : nil
  }
}
