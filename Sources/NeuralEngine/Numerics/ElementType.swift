/// The type of a tensor's elements, as MIL spells it.
public enum ElementType: String, Hashable, Sendable, CaseIterable {
  case fp16, fp32, bf16
  case int32, uint32, int16, uint16, int8, uint8, uint64
  case int4, uint4, uint6, uint3, uint2, uint1
  case bool, string

  /// How many bits an element takes in memory; `nil` for strings.
  public var bitWidth: Int? {
    switch self {
    case .uint64: 64
    case .fp32, .int32, .uint32: 32
    case .fp16, .bf16, .int16, .uint16: 16
    case .int8, .uint8, .bool: 8
    case .uint6: 6
    case .int4, .uint4: 4
    case .uint3: 3
    case .uint2: 2
    case .uint1: 1
    case .string: nil
    }
  }

  /// Whether elements are floating-point numbers.
  public var isFloatingPoint: Bool { self == .fp16 || self == .fp32 || self == .bf16 }

  /// Whether elements are whole numbers.
  public var isInteger: Bool { !isFloatingPoint && self != .bool && self != .string }
}
