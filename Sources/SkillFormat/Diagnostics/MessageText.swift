// How texts from documents are shown in messages.
extension String {
  /// The text with every control, line-separator and bidirectional-override scalar written as `\u{…}`, so that it
  /// can neither forge a second line nor steer a terminal.
  package func escapingControls() -> String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isUnprintable {
        result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text, cut where it has more scalars than a message should show.
  func shortened(to limit: Int = 60) -> String {
    guard unicodeScalars.dropFirst(limit).first != nil else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(max(0, limit - 1)))) + "…"
  }
}

extension Unicode.Scalar {
  /// Whether showing the scalar as it is could change how the text around it is read.
  package var isUnprintable: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xFEFF:
      true
    default: false
    }
  }

  /// The scalar as `U+001B`.
  var codePoint: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
