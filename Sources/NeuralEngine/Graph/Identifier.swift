/// The names values may have in a program's text.
enum Identifier {
  /// How many bytes a name may have: the device's tools keep names in 64 bytes.
  static let maximumLength = 63
  /// How many bytes names made here have at most, so that the names of flags that stand beside a node fit too.
  static let generatedLength = 58

  /// Whether a name can stand in a program: a letter or an underscore, then letters, digits and underscores; but no
  /// word that is a literal, such as `nan`.
  static func isValid(_ name: String) -> Bool {
    var isFirst = true
    for byte in name.utf8 {
      guard isLetter(byte) || (!isFirst && isDigit(byte)) else { return false }
      isFirst = false
    }
    return !isFirst && MILValue.Payload(word: name) == nil
  }

  /// A name with everything else replaced by underscores, cut to leave room for a suffix; an underscore behind a word
  /// that is a literal.
  static func spelled(_ name: String, suffix: String = "", length: Int = generatedLength) -> String {
    var bytes = name.utf8.prefix(length - suffix.utf8.count).map { isLetter($0) || isDigit($0) ? $0 : 0x5F }
    if bytes.first.map(isDigit) ?? true { bytes.insert(0x5F, at: 0) }
    let spelled = String(decoding: bytes.prefix(length - suffix.utf8.count), as: UTF8.self) + suffix
    return MILValue.Payload(word: spelled) == nil ? spelled : spelled + "_"
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
