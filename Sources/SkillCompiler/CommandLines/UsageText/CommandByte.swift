/// Classes of ASCII bytes, as the readers of command lines need them.
enum CommandByte {
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A }
  static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
  static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
  /// What may begin an identifier of a shell.
  static func isNameStart(_ byte: UInt8) -> Bool { isLetter(byte) || byte == UInt8(ascii: "_") }
  static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  static func isSpace(_ byte: UInt8) -> Bool { isBlank(byte) || isLineEnd(byte) }
  /// What a name such as `INPUT_FILE` or `input-file` is made of; bytes of other alphabets count as letters.
  static func isWordPart(_ byte: UInt8) -> Bool {
    isNamePart(byte) || byte == UInt8(ascii: "-") || byte >= 0x80
  }

  static func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}

extension Collection<UInt8> {
  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  var commandText: String { String(decoding: self, as: UTF8.self) }
}

extension String {
  /// The text without blanks and line ends at its ends.
  var trimmingCommandSpace: String {
    let bytes = utf8
    guard let first = bytes.firstIndex(where: { !CommandByte.isSpace($0) }),
      let last = bytes.lastIndex(where: { !CommandByte.isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}

extension StringProtocol {
  /// Whether the text holds a piece of ASCII, given in small letters where case does not matter.
  func holds(_ piece: StaticString, ignoringCase: Bool = false) -> Bool {
    offset(of: piece, ignoringCase: ignoringCase) != nil
  }

  /// The UTF-8 offset of a piece of ASCII.
  func offset(of piece: StaticString, ignoringCase: Bool = false) -> Int? {
    let length = piece.utf8CodeUnitCount
    let bytes = Array(utf8)
    guard length > 0, bytes.count >= length else { return nil }
    let first = piece.utf8Start[0]
    var start = 0
    while start <= bytes.count - length {
      let byte = ignoringCase ? CommandByte.lowercased(bytes[start]) : bytes[start]
      if byte == first {
        var next = 1
        while next < length {
          let byte = ignoringCase ? CommandByte.lowercased(bytes[start + next]) : bytes[start + next]
          guard byte == piece.utf8Start[next] else { break }
          next += 1
        }
        if next == length { return start }
      }
      start += 1
    }
    return nil
  }
}
