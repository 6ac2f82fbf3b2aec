/// What kind of character a Unicode scalar is, as far as pre-tokenisers tell them apart; empty for all others.
struct CharacterClass: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let lowercase = Self(rawValue: 1)
  static let uppercase = Self(rawValue: 2)
  static let otherLetter = Self(rawValue: 4)
  static let mark = Self(rawValue: 8)
  static let number = Self(rawValue: 16)
  static let punctuation = Self(rawValue: 32)
  static let symbol = Self(rawValue: 64)
  static let whitespace = Self(rawValue: 128)

  static let letter: Self = [.lowercase, .uppercase, .otherLetter]
  static let word: Self = [.letter, .number]
  static let wordOrSpace: Self = [.letter, .number, .whitespace]

  /// The raw values of the classes of all scalars.
  static let table: [UInt8] = {
    let scalarCount = 0x110000
    return [UInt8](unsafeUninitializedCapacity: scalarCount) { table, count in
      table.initialize(repeating: 0)
      count = scalarCount
      var end = 0
      var value: UInt8 = 0
      var length = 0
      func finish() {
        let start = end
        end = min(end + length + 1, scalarCount)
        if value != 0 { table[start..<end].update(repeating: value) }
      }
      runs.withUTF8Buffer { text in
        for (index, byte) in text.enumerated() {
          if byte >= 97 {
            if index > 0 { finish() }
            value = byte == 97 ? 0 : 1 << (byte - 98)
            length = 0
          } else {
            length = length * 32 + Int(byte >= 65 ? byte - 55 : byte - 48)
          }
        }
      }
      finish()
    }
  }()
}
