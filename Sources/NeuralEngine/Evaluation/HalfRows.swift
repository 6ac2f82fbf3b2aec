/// Conversion of whole rows between halves and single precision.
enum HalfRows {
  /// Every half as a single-precision number.
  private static let table: [Float] = (0...UInt16.max).map { Half(bitPattern: $0).float }

  /// Reads halves.
  static func load(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    table.withUnsafeBufferPointer { table in
      for index in values.indices {
        values[index] = table[Int(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))]
      }
    }
  }

  /// Writes the nearest halves.
  static func store(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    for index in values.indices {
      bytes.storeBytes(of: Half(values[index]).bitPattern, toByteOffset: 2 * index, as: UInt16.self)
    }
  }

  /// Rounds numbers to the nearest halves in place.
  static func round(_ values: UnsafeMutableBufferPointer<Float>) {
    for index in values.indices { values[index] = Half(values[index]).float }
  }
}
