package import NeuralEngine

/// A metadata array that stays in the file until somebody asks for its elements.
///
/// Its extent was checked when the file was opened, so that walking it needs no further checks.
package struct GGUFArray: Sendable {
  /// What holds the bytes.
  package let storage: WeightBuffer
  /// The type of the elements.
  package let elementType: GGUFValueType
  /// How many elements there are.
  package let count: Int
  /// Where the elements lie in the storage.
  package let range: Range<Int>

  /// The elements of an array of integers; `nil` for other arrays and for numbers that no `Int` holds.
  package var integers: [Int]? {
    switch elementType {
    case .uint8: scalars(UInt8.self).map(Int.init)
    case .int8: scalars(Int8.self).map(Int.init)
    case .uint16: scalars(UInt16.self).map(Int.init)
    case .int16: scalars(Int16.self).map(Int.init)
    case .uint32: scalars(UInt32.self).map(Int.init)
    case .int32: scalars(Int32.self).map(Int.init)
    case .int64: scalars(Int64.self).map(Int.init)
    case .uint64:
      scalars(UInt64.self).reduce(into: [Int]?.some([])) { result, value in
        if let value = Int(exactly: value) { result?.append(value) } else { result = nil }
      }
    default: nil
    }
  }

  /// The elements of an array of numbers as single floats; `nil` for other arrays.
  package var floats: [Float]? {
    switch elementType {
    case .float32: scalars(Float.self)
    case .float64: scalars(Double.self).map { Float($0) }
    default: integers?.map { Float($0) }
    }
  }

  /// The elements of an array of booleans; `nil` for other arrays.
  package var bools: [Bool]? {
    elementType == .bool ? scalars(UInt8.self).map { $0 != 0 } : nil
  }

  /// The elements of an array of strings; `nil` for other arrays.
  package var texts: [GGUFText]? {
    guard elementType == .string else { return nil }
    return stringRanges.map { GGUFText(storage: storage, range: $0) }
  }

  /// The elements of an array of arrays; `nil` for other arrays.
  package var arrays: [GGUFArray]? {
    guard elementType == .array else { return nil }
    var reader = GGUFReader(storage: storage, position: range.lowerBound)
    // The whole was read once when the file was opened, so this cannot fail.
    return try? (0..<count).map { _ in try reader.array(in: "array", depth: 1) }
  }

  /// Where the strings of an array of strings lie, without their lengths; empty for other arrays.
  package var stringRanges: [Range<Int>] {
    guard elementType == .string else { return [] }
    return withExtendedLifetime(storage) {
      let bytes = storage.unsafeBytes
      var position = range.lowerBound
      return (0..<count).map { _ in
        let length = Int(bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        defer { position += 8 + length }
        return position + 8..<position + 8 + length
      }
    }
  }

  private func scalars<Scalar: BitwiseCopyable>(_: Scalar.Type) -> [Scalar] {
    withExtendedLifetime(storage) {
      let bytes = storage.unsafeBytes
      return (0..<count).map {
        bytes.loadUnaligned(fromByteOffset: range.lowerBound + $0 * MemoryLayout<Scalar>.size, as: Scalar.self)
      }
    }
  }
}
