/// Builds a weight file in memory, byte for byte as Core ML's tools write it.
public struct BlobFileWriter {
  private var bytes: [UInt8]
  private var count = 0

  /// Begins a file.
  public init() { bytes = BlobFile.header(count: 0) }

  /// Adds a blob.
  ///
  /// - Parameters:
  ///   - data: The elements, packed.
  ///   - dataType: Their type.
  ///   - paddingBits: How many bits of the last byte hold nothing.
  /// - Returns: The offset by which programs refer to the blob.
  @discardableResult
  public mutating func append(_ data: some Collection<UInt8>, as dataType: BlobDataType, paddingBits: Int = 0) -> UInt64
  {
    pad()
    let offset = bytes.count
    bytes += BlobFile.metadata(
      dataType,
      byteCount: data.count,
      dataOffset: UInt64(offset + BlobFile.alignment),
      paddingBits: paddingBits
    )
    bytes += data
    count += 1
    return UInt64(offset)
  }

  /// Adds a blob of whole numbers, the first in the lowest bits.
  ///
  /// - Parameters:
  ///   - values: The elements; of each as many bits are kept as the type has.
  ///   - dataType: Their type.
  /// - Returns: The offset by which programs refer to the blob.
  @discardableResult
  public mutating func append(integers values: [Int], as dataType: BlobDataType) -> UInt64 {
    let width = dataType.bitWidth
    var packed: [UInt8] = []
    packed.reserveCapacity((values.count * width + 7) / 8)
    var pending: UInt64 = 0
    var pendingBits = 0
    for value in values {
      pending |= (UInt64(truncatingIfNeeded: value) & ((1 << UInt64(width)) - 1)) << UInt64(pendingBits)
      pendingBits += width
      while pendingBits >= 8 {
        packed.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        pendingBits -= 8
      }
    }
    if pendingBits > 0 { packed.append(UInt8(truncatingIfNeeded: pending)) }
    return append(packed, as: dataType, paddingBits: pendingBits > 0 ? 8 - pendingBits : 0)
  }

  /// Adds a blob of halves.
  ///
  /// - Parameter values: The elements.
  /// - Returns: The offset by which programs refer to the blob.
  @discardableResult
  public mutating func append(halves values: [Half]) -> UInt64 {
    append(integers: values.map { Int($0.bitPattern) }, as: .fp16)
  }

  /// Adds a blob of single-precision numbers.
  ///
  /// - Parameter values: The elements.
  /// - Returns: The offset by which programs refer to the blob.
  @discardableResult
  public mutating func append(floats values: [Float]) -> UInt64 {
    append(integers: values.map { Int($0.bitPattern) }, as: .fp32)
  }

  /// The file so far.
  ///
  /// - Returns: The bytes of a whole file.
  public func finished() -> [UInt8] {
    var file = bytes
    file.replaceSubrange(0..<BlobFile.alignment, with: BlobFile.header(count: count))
    return file
  }

  private mutating func pad() {
    let remainder = bytes.count % BlobFile.alignment
    if remainder > 0 { bytes += [UInt8](repeating: 0, count: BlobFile.alignment - remainder) }
  }
}

extension BlobFile.Blob {
  /// The elements as whole numbers; `nil` for types that are none.
  public var integers: [Int]? {
    guard let element = dataType.elementType, element.isInteger else { return nil }
    let width = dataType.bitWidth
    let isSigned = [.int4, .int8, .int16, .int32].contains(dataType)
    return bytes.withUnsafeBytes { bytes in
      var values: [Int] = []
      values.reserveCapacity(elementCount)
      var pending: UInt64 = 0
      var pendingBits = 0
      var position = 0
      for _ in 0..<elementCount {
        while pendingBits < width {
          pending |= UInt64(bytes[position]) << UInt64(pendingBits)
          position += 1
          pendingBits += 8
        }
        let value = Int(pending & ((1 << UInt64(width)) - 1))
        values.append(isSigned && value >> (width - 1) == 1 ? value - (1 << width) : value)
        pending >>= UInt64(width)
        pendingBits -= width
      }
      return values
    }
  }
}
