/// A weight file: a header, and blobs of numbers with metadata in front of each.
///
/// Source: Core ML's MIL blob storage, version 2. Nothing is trusted: each access is checked against the file's size.
public struct BlobFile: Sendable {
  /// The bytes a structure takes and is aligned to.
  public static let alignment = 64
  /// What a blob's metadata begin with.
  public static let sentinel: UInt32 = 0xDEAD_BEEF
  /// The version of the format.
  public static let version: UInt32 = 2

  /// How strictly a file is read.
  public struct Options: Hashable, Sendable {
    /// Whether metadata may say 0 for the size, which then follows from the program; some compilers leave it out.
    public var allowsMissingSizes = false

    /// Creates the strict options.
    public init() {}
  }

  /// The numbers of a blob.
  public struct Blob: Sendable {
    /// The offset of the metadata, by which programs refer to the blob.
    public var offset: UInt64
    /// The type of the elements.
    public var dataType: BlobDataType
    /// The elements, packed.
    public var bytes: WeightRegion
    /// How many bits of the last byte hold nothing.
    public var paddingBits: Int

    /// How many elements there are.
    public var elementCount: Int { (bytes.count * 8 - paddingBits) / dataType.bitWidth }
  }

  /// The file's bytes.
  public let bytes: WeightRegion
  /// How many blobs the header says there are.
  public let count: Int

  /// Reads a file's header.
  ///
  /// - Parameter bytes: The file.
  /// - Throws: `WeightError` where there is no header, or one of another version.
  public init(_ bytes: WeightRegion) throws(WeightError) {
    guard bytes.count >= Self.alignment else {
      throw WeightError(.truncatedHeader, at: 0, "the file has \(bytes.count) bytes, its header takes 64")
    }
    let (count, version) = bytes.withUnsafeBytes {
      (
        UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)),
        UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
      )
    }
    guard version == Self.version else {
      throw WeightError(.unsupportedVersion, at: 4, "the version is \(version), 2 is expected")
    }
    guard count > 0 else { throw WeightError(.empty, at: 0, "the header says that there are no blobs") }
    self.bytes = bytes
    self.count = Int(count)
  }

  /// The blob whose metadata stand at an offset.
  ///
  /// - Parameters:
  ///   - offset: The offset of the metadata; 64 for the first blob.
  ///   - options: How strictly the metadata are read.
  /// - Returns: The blob, whose numbers are not copied.
  /// - Throws: `WeightError` where the offset or the metadata are wrong.
  public func blob(at offset: UInt64, options: Options = Options()) throws(WeightError) -> Blob {
    guard offset >= 64, offset % 64 == 0 else {
      throw WeightError(.misalignedOffset, at: offset, "metadata stand at multiples of 64, the first at 64")
    }
    guard let metadata = bytes.part(at: offset, count: 64) else {
      throw WeightError(.outOfBounds, at: offset, "the metadata reach over the end, the file has \(bytes.count) bytes")
    }
    let (sentinel, code, size, start, padding) = metadata.withUnsafeBytes {
      (
        UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)),
        UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
      )
    }
    guard sentinel == Self.sentinel else {
      throw WeightError(.missingSentinel, at: offset, "no metadata begin here: they begin with 0xDEADBEEF")
    }
    guard let dataType = BlobDataType(rawValue: code) else {
      throw WeightError(.unknownDataType, at: offset + 4, "the data type \(code) does not exist")
    }
    if size == 0, options.allowsMissingSizes {
      // Everything up to the end; the program says how much of it counts.
      let first = start == 0 ? offset + 64 : start
      guard let rest = bytes.part(at: first, count: UInt64(bytes.count) - min(first, UInt64(bytes.count))) else {
        throw WeightError(.outOfBounds, at: offset + 16, "the data begin after the file's end")
      }
      return Blob(offset: offset, dataType: dataType, bytes: rest, paddingBits: 0)
    }
    guard start % 64 == 0 else {
      throw WeightError(.misalignedData, at: offset + 16, "the data begin at \(start), which is no multiple of 64")
    }
    guard let data = bytes.part(at: start, count: size) else {
      throw WeightError(
        .outOfBounds,
        at: offset + 8,
        "the data, \(size) bytes from \(start), reach over the end, the file has \(bytes.count) bytes"
      )
    }
    guard padding < 8, padding == 0 || size > 0, (size * 8 - padding) % UInt64(dataType.bitWidth) == 0 else {
      throw WeightError(
        .inconsistentSize,
        at: offset + 8,
        "\(size) bytes with \(padding) bits of padding are no whole number of \(dataType) elements"
      )
    }
    return Blob(offset: offset, dataType: dataType, bytes: data, paddingBits: Int(padding))
  }

  /// All blobs, where they follow one another as writers lay them.
  ///
  /// - Returns: The blobs, in order.
  /// - Throws: `WeightError` for the first that is wrong.
  public func blobs() throws(WeightError) -> [Blob] {
    var blobs: [Blob] = []
    var offset: UInt64 = 64
    for _ in 0..<count {
      let blob = try blob(at: offset)
      blobs.append(blob)
      let end = UInt64(blob.bytes.range.upperBound - bytes.range.lowerBound)
      offset = (max(end, offset + 64) + 63) / 64 * 64
    }
    return blobs
  }
}

extension BlobFile.Blob {
  /// Compares the blob with the type a program gives it.
  ///
  /// - Parameters:
  ///   - type: The type of the constant that refers to the blob.
  ///   - options: How strictly sizes are compared.
  /// - Returns: The bytes of the elements.
  /// - Throws: `WeightError` where element types or sizes differ.
  public func checked(against type: TensorType, options: BlobFile.Options = .init()) throws(WeightError) -> WeightRegion
  {
    guard dataType == BlobDataType(type.element) else {
      throw WeightError(.typeMismatch, at: offset, "the blob holds \(dataType), the program says \(type.element)")
    }
    guard let expected = type.byteCount else {
      throw WeightError(.sizeMismatch, at: offset, "no memory holds \(type)")
    }
    if options.allowsMissingSizes, bytes.count > expected, let part = bytes.part(at: 0, count: UInt64(expected)) {
      return part
    }
    guard bytes.count == expected else {
      throw WeightError(.sizeMismatch, at: offset, "the blob has \(bytes.count) bytes, \(type) takes \(expected)")
    }
    return bytes
  }
}

extension BlobFile {
  /// The file's header.
  static func header(count: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: alignment)
    store(UInt32(truncatingIfNeeded: count), at: 0, in: &header)
    store(version, at: 4, in: &header)
    return header
  }

  /// The metadata in front of a blob's data.
  static func metadata(_ dataType: BlobDataType, byteCount: Int, dataOffset: UInt64, paddingBits: Int) -> [UInt8] {
    var metadata = [UInt8](repeating: 0, count: alignment)
    store(sentinel, at: 0, in: &metadata)
    store(dataType.rawValue, at: 4, in: &metadata)
    store(UInt64(byteCount), at: 8, in: &metadata)
    store(dataOffset, at: 16, in: &metadata)
    store(UInt64(paddingBits), at: 24, in: &metadata)
    return metadata
  }

  private static func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int, in bytes: inout [UInt8]) {
    for index in 0..<MemoryLayout<Number>.size {
      bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
  }
}
