/// The type of a blob's elements, with the codes of the file format.
///
/// Source: Core ML's MIL blob storage, version 2.
public enum BlobDataType: UInt32, Hashable, Sendable, CaseIterable {
  case fp16 = 1
  case fp32 = 2
  case uint8 = 3
  case int8 = 4
  case bf16 = 5
  case int16 = 6
  case uint16 = 7
  case int4 = 8
  case uint1 = 9
  case uint2 = 10
  case uint4 = 11
  case uint3 = 12
  case uint6 = 13
  case int32 = 14
  case uint32 = 15
  case fp8E4M3 = 16
  case fp8E5M2 = 17

  /// How many bits an element takes.
  public var bitWidth: Int {
    switch self {
    case .fp32, .int32, .uint32: 32
    case .fp16, .bf16, .int16, .uint16: 16
    case .uint8, .int8, .fp8E4M3, .fp8E5M2: 8
    case .uint6: 6
    case .int4, .uint4: 4
    case .uint3: 3
    case .uint2: 2
    case .uint1: 1
    }
  }

  /// The type as programs spell it; `nil` for those that have no spelling.
  public var elementType: ElementType? {
    switch self {
    case .fp16: .fp16
    case .fp32: .fp32
    case .uint8: .uint8
    case .int8: .int8
    case .bf16: .bf16
    case .int16: .int16
    case .uint16: .uint16
    case .int4: .int4
    case .uint1: .uint1
    case .uint2: .uint2
    case .uint4: .uint4
    case .uint3: .uint3
    case .uint6: .uint6
    case .int32: .int32
    case .uint32: .uint32
    case .fp8E4M3, .fp8E5M2: nil
    }
  }

  /// The type of a blob that holds elements of a type; truth values are kept in bytes.
  ///
  /// - Parameter element: The type as programs spell it; `nil` comes back for strings and `uint64`.
  public init?(_ element: ElementType) {
    if element == .bool {
      self = .uint8
      return
    }
    guard let type = Self.allCases.first(where: { $0.elementType == element }) else { return nil }
    self = type
  }
}
