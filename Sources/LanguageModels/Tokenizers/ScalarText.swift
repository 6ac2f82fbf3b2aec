/// A text as its Unicode scalars with their classes and places, which is what pre-tokenisers look at.
struct ScalarText {
  private(set) var scalars: [UInt32] = []
  private(set) var classes: [CharacterClass] = []
  /// Where each scalar begins in the bytes, and where the text ends.
  private(set) var offsets: [Int] = []

  var count: Int { scalars.count }

  /// Takes a text apart.
  ///
  /// - Parameter bytes: Valid UTF-8.
  init(_ bytes: UnsafeRawBufferPointer) {
    scalars.reserveCapacity(bytes.count)
    classes.reserveCapacity(bytes.count)
    offsets.reserveCapacity(bytes.count + 1)
    CharacterClass.withTable { table in
      var position = 0
      func continuation(_ distance: Int) -> UInt32 {
        position + distance < bytes.count ? UInt32(bytes[position + distance] & 0x3F) : 0
      }
      while position < bytes.count {
        let first = bytes[position]
        var scalar = UInt32(first)
        var length = 1
        if first >= 0xF0 {
          scalar = (scalar & 7) << 18 | continuation(1) << 12 | continuation(2) << 6 | continuation(3)
          length = 4
        } else if first >= 0xE0 {
          scalar = (scalar & 15) << 12 | continuation(1) << 6 | continuation(2)
          length = 3
        } else if first >= 0xC0 {
          scalar = (scalar & 31) << 6 | continuation(1)
          length = 2
        }
        scalars.append(scalar)
        classes.append(table[scalar])
        offsets.append(position)
        position += length
      }
    }
    offsets.append(bytes.count)
  }
}
