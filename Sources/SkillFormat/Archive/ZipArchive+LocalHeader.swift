extension ZipArchive {
  /// The stretch of the archive that an entry takes up.
  struct Extent {
    /// Local header, packed bytes and data descriptor.
    var all: Range<Int>
    /// The packed bytes alone.
    var data: Range<Int>
  }
}

extension ZipArchive.DirectoryRecord {
  private static let localSignature: UInt32 = 0x0403_4B50
  private static let descriptorSignature: UInt32 = 0x0807_4B50

  /// Reads the local header, which must say the same as the directory, and finds the packed bytes behind it.
  func extent(in bytes: [UInt8], before limit: Int, path: String) throws(ZipArchive.Failure) -> ZipArchive.Extent {
    func failure(_ problem: ZipArchive.Failure.Problem) -> ZipArchive.Failure {
      ZipArchive.Failure(problem, entry: path)
    }

    guard !isEncrypted else { throw failure(.encrypted) }
    guard localHeader < limit else { throw failure(.damagedLocalHeader) }
    var reader = FieldReader(bytes, in: localHeader..<limit)
    guard reader.signature(Self.localSignature), reader.uint16() != nil, let localFlags = reader.uint16(),
      let localMethod = reader.uint16(), reader.uint32() != nil, let localChecksum = reader.uint32(),
      let packed32 = reader.uint32(), let size32 = reader.uint32(), let nameLength = reader.uint16(),
      let extraLength = reader.uint16(), let localName = reader.range(Int(nameLength)),
      let localExtra = reader.range(Int(extraLength))
    else { throw failure(.damagedLocalHeader) }

    guard bytes[localName].elementsEqual(bytes[name]) else {
      let other = String(decoding: bytes[localName], as: UTF8.self)
      throw failure(.localNameDiffers(other))
    }
    guard localFlags & 0x2041 == 0 else { throw failure(.encrypted) }
    guard localMethod == methodNumber else { throw failure(.localHeaderDiffers("compression method")) }
    guard localFlags & 0x0800 == flags & 0x0800 || bytes[name].allSatisfy({ $0 < 0x80 }) else {
      throw failure(.localHeaderDiffers("encoding of the name"))
    }

    var wide = ZipArchive.Zip64Extra(in: localExtra, of: bytes)
    guard let localSize = wide.value(size32), let localPacked = wide.value(packed32) else {
      throw failure(.damagedExtra)
    }
    let hasDescriptor = localFlags & 0x0008 != 0
    // A streaming writer does not know them yet, and leaves them zero or full.
    func agrees<Value: Equatable>(_ local: Value, _ directory: Value, unknown: Value...) -> Bool {
      local == directory || hasDescriptor && unknown.contains(local)
    }
    guard agrees(localChecksum, checksum, unknown: 0) else { throw failure(.localHeaderDiffers("checksum")) }
    guard agrees(localSize, size, unknown: 0, Int(UInt32.max)),
      agrees(localPacked, packedSize, unknown: 0, Int(UInt32.max))
    else { throw failure(.localHeaderDiffers("size")) }

    guard let data = reader.range(packedSize) else { throw failure(.truncated) }
    if hasDescriptor { try readDescriptor(from: &reader, path: path) }
    return ZipArchive.Extent(all: localHeader..<reader.offset, data: data)
  }

  /// Skips the data descriptor, whose signature is optional and whose sizes have 32 or 64 bits.
  private func readDescriptor(from reader: inout FieldReader, path: String) throws(ZipArchive.Failure) {
    for isSigned in [true, false] {
      for isWide in [false, true] {
        var attempt = reader
        guard !isSigned || attempt.signature(Self.descriptorSignature), attempt.uint32() == checksum else { continue }
        let packed = isWide ? attempt.uint64() : attempt.uint32().map(UInt64.init)
        let full = isWide ? attempt.uint64() : attempt.uint32().map(UInt64.init)
        guard let packed, packed == UInt64(packedSize), let full, full == UInt64(size) else { continue }
        reader = attempt
        return
      }
    }
    throw ZipArchive.Failure(.localHeaderDiffers("data descriptor"), entry: path)
  }
}
