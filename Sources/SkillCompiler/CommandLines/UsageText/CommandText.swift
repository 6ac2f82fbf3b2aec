import SkillFormat

extension UInt8 {
  /// What a name such as `INPUT_FILE` or `input-file` is made of; bytes of other alphabets count as letters.
  var isWordPart: Bool { isNamePart || self == UInt8(ascii: "-") || self >= 0x80 }
}

extension Collection<UInt8> {
  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  var commandText: String { String(decoding: self, as: UTF8.self) }
}

extension String {
  /// The text without blanks and line ends at its ends.
  var trimmingCommandSpace: String {
    let bytes = utf8
    guard let first = bytes.firstIndex(where: { !$0.isBlankOrLineEnd }),
      let last = bytes.lastIndex(where: { !$0.isBlankOrLineEnd })
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
      let byte = ignoringCase ? bytes[start].lowercased : bytes[start]
      if byte == first {
        var next = 1
        while next < length {
          let byte = ignoringCase ? bytes[start + next].lowercased : bytes[start + next]
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
