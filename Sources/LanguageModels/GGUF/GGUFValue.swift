package import NeuralEngine

/// The types of metadata values, with the codes of the format.
///
/// Source: the GGUF specification.
package enum GGUFValueType: UInt32, Hashable, Sendable, CaseIterable {
  case uint8 = 0
  case int8 = 1
  case uint16 = 2
  case int16 = 3
  case uint32 = 4
  case int32 = 5
  case float32 = 6
  case bool = 7
  case string = 8
  case array = 9
  case uint64 = 10
  case int64 = 11
  case float64 = 12

  /// How many bytes a value takes, where all values take the same.
  package var size: Int? {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .string, .array: nil
    }
  }

  /// The fewest bytes that a value takes.
  var minimumSize: Int {
    switch self {
    case .string: 8
    case .array: 12
    default: size ?? 1
    }
  }
}

/// A metadata value; numbers are widened to the widest of their kind.
package enum GGUFValue: Sendable {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Double)
  case bool(Bool)
  case string(GGUFText)
  case array(GGUFArray)

  /// The value as an integer, whatever width and sign it is stored with.
  package var integer: Int? {
    switch self {
    case .unsigned(let value): Int(exactly: value)
    case .signed(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The value as a number, integers included.
  package var number: Double? {
    switch self {
    case .unsigned(let value): Double(value)
    case .signed(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// What the value is, for messages.
  package var kindName: String {
    switch self {
    case .unsigned(let number) where number > Int.max: "an integer too large"
    case .unsigned, .signed: "an integer"
    case .float: "a floating-point number"
    case .bool: "a boolean"
    case .string: "a string"
    case .array(let array): "an array of \(array.elementType)"
    }
  }
}

/// A text that stays in the file until somebody asks for it.
package struct GGUFText: Sendable {
  /// What holds the bytes.
  package let storage: WeightBuffer
  /// Where the text lies in the storage.
  package let range: Range<Int>

  /// The text; bytes that are not UTF-8 become replacement characters.
  package var string: String {
    withExtendedLifetime(storage) { String(decoding: storage.unsafeBytes[range], as: UTF8.self) }
  }
}
