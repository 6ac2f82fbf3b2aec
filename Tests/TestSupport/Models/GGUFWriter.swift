/// Writes small GGUF files for tests, whole or wrong in the one way that a test wants.
package struct GGUFWriter: Sendable {
  package indirect enum Value: Sendable {
    case uint8(UInt8)
    case int8(Int8)
    case uint16(UInt16)
    case int16(Int16)
    case uint32(UInt32)
    case int32(Int32)
    case uint64(UInt64)
    case int64(Int64)
    case float32(Float)
    case float64(Double)
    case bool(Bool)
    case string(String)
    /// An array with the code of its elements' type.
    case array(UInt32, [Value])

    package static func strings(_ texts: [String]) -> Value { .array(8, texts.map { .string($0) }) }
    package static func integers(_ numbers: [Int]) -> Value { .array(5, numbers.map { .int32(Int32($0)) }) }
    package static func floats(_ numbers: [Float]) -> Value { .array(6, numbers.map { .float32($0) }) }

    package var code: UInt32 {
      switch self {
      case .uint8: 0
      case .int8: 1
      case .uint16: 2
      case .int16: 3
      case .uint32: 4
      case .int32: 5
      case .float32: 6
      case .bool: 7
      case .string: 8
      case .array: 9
      case .uint64: 10
      case .int64: 11
      case .float64: 12
      }
    }
  }

  package struct Tensor: Sendable {
    package var name: String
    /// As in the file: innermost first.
    package var dimensions: [UInt64]
    package var encoding: UInt32
    package var data: [UInt8]
    /// The offset in the data; the next free one where left out.
    package var offset: UInt64?

    package init(name: String, dimensions: [UInt64], encoding: UInt32, data: [UInt8], offset: UInt64? = nil) {
      self.name = name
      self.dimensions = dimensions
      self.encoding = encoding
      self.data = data
      self.offset = offset
    }
  }

  package var version: UInt32 = 3
  package var alignment = 32
  package var entries: [(key: String, value: Value)] = []
  package var tensors: [Tensor] = []
  package var entryCount: UInt64?
  package var tensorCount: UInt64?

  package init() {}

  package func bytes() -> [UInt8] {
    var bytes = Array("GGUF".utf8)
    Self.add(version, to: &bytes)
    Self.add(tensorCount ?? UInt64(tensors.count), to: &bytes)
    Self.add(entryCount ?? UInt64(entries.count), to: &bytes)
    for (key, value) in entries {
      Self.add(key, to: &bytes)
      Self.add(value.code, to: &bytes)
      Self.add(value, to: &bytes)
    }
    var data: [UInt8] = []
    for tensor in tensors {
      data += [UInt8](repeating: 0, count: (alignment - data.count % alignment) % alignment)
      Self.add(tensor.name, to: &bytes)
      Self.add(UInt32(tensor.dimensions.count), to: &bytes)
      for dimension in tensor.dimensions { Self.add(dimension, to: &bytes) }
      Self.add(tensor.encoding, to: &bytes)
      Self.add(tensor.offset ?? UInt64(data.count), to: &bytes)
      data += tensor.data
    }
    bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
    return bytes + data
  }

  private static func add(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  private static func add(_ text: String, to bytes: inout [UInt8]) {
    add(UInt64(text.utf8.count), to: &bytes)
    bytes += text.utf8
  }

  private static func add(_ value: Value, to bytes: inout [UInt8]) {
    switch value {
    case .uint8(let number): add(number, to: &bytes)
    case .int8(let number): add(number, to: &bytes)
    case .uint16(let number): add(number, to: &bytes)
    case .int16(let number): add(number, to: &bytes)
    case .uint32(let number): add(number, to: &bytes)
    case .int32(let number): add(number, to: &bytes)
    case .uint64(let number): add(number, to: &bytes)
    case .int64(let number): add(number, to: &bytes)
    case .float32(let number): add(number.bitPattern, to: &bytes)
    case .float64(let number): add(number.bitPattern, to: &bytes)
    case .bool(let flag): bytes.append(flag ? 1 : 0)
    case .string(let text): add(text, to: &bytes)
    case .array(let code, let elements):
      add(code, to: &bytes)
      add(UInt64(elements.count), to: &bytes)
      for element in elements { add(element, to: &bytes) }
    }
  }
}
