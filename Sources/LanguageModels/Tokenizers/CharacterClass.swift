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

  /// How many scalars a block of the table has.
  private static let blockLength = 256
  private static let scalarCount: UInt32 = 0x110000

  /// The raw values of the classes of all scalars: the class of a scalar is element `scalar % blockLength` of the block
  /// that begins at the `scalar / blockLength`th place. Blocks of one class are there once.
  private static let table: (places: [Int], classes: [UInt8]) = {
    var places: [Int] = []
    var classes: [UInt8] = []
    var uniform: [UInt8: Int] = [:]
    var filled = 0
    func add(_ value: UInt8, _ length: Int) {
      var left = length
      while left > 0 {
        if filled == 0, left >= blockLength, let known = uniform[value] {
          places.append(known)
          left -= blockLength
          continue
        }
        let count = min(left, blockLength - filled)
        if filled == 0 {
          places.append(classes.count)
          if count == blockLength { uniform[value] = classes.count }
        }
        classes.append(contentsOf: repeatElement(value, count: count))
        filled = (filled + count) % blockLength
        left -= count
      }
    }
    var value: UInt8 = 0
    var length = 0
    runs.withUTF8Buffer { text in
      for (index, byte) in text.enumerated() {
        if byte >= 97 {
          if index > 0 { add(value, length + 1) }
          value = byte == 97 ? 0 : 1 << (byte - 98)
          length = 0
        } else {
          length = length * 32 + Int(byte >= 65 ? byte - 55 : byte - 48)
        }
      }
    }
    add(value, length + 1)
    // What the runs do not reach is of no class.
    add(0, Int(scalarCount) - (places.count * blockLength - (blockLength - filled) % blockLength))
    return (places, classes)
  }()

  /// The table as plain pointers, for the time of many searches.
  struct Lookup {
    fileprivate let places: UnsafeBufferPointer<Int>
    fileprivate let classes: UnsafeBufferPointer<UInt8>

    /// The class of a scalar.
    subscript(scalar: UInt32) -> CharacterClass {
      guard scalar < scalarCount else { return [] }
      let index = Int(truncatingIfNeeded: scalar)
      return CharacterClass(rawValue: classes[places[index / blockLength] + index % blockLength])
    }
  }

  /// Calls a function with the table.
  static func withTable<Result>(_ body: (Lookup) -> Result) -> Result {
    table.places.withUnsafeBufferPointer { places in
      table.classes.withUnsafeBufferPointer { classes in body(Lookup(places: places, classes: classes)) }
    }
  }
}
