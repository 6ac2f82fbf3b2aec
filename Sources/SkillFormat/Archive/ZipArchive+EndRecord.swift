extension ZipArchive {
  /// The record at a zip's end, with its zip64 counterpart: where the directory lies and how many entries it has.
  struct EndRecord {
    let directory: Range<Int>
    let count: Int

    private static let fixedSize = 22
    private static let signature: UInt32 = 0x0605_4B50
    private static let zip64Signature: UInt32 = 0x0606_4B50
    private static let zip64LocatorSignature: UInt32 = 0x0706_4B50
    private static let zip64LocatorSize = 20
    /// The fixed fields after the record's own length.
    private static let zip64FieldsSize = 44

    init(in bytes: [UInt8]) throws(Failure) {
      let start = try Self.find(in: bytes)
      var reader = FieldReader(bytes, in: start + 4..<bytes.count)
      guard let disk = reader.uint16(), let directoryDisk = reader.uint16(), let diskCount = reader.uint16(),
        let count16 = reader.uint16(), let size32 = reader.uint32(), let offset32 = reader.uint32()
      else { throw Failure(.noEndRecord) }

      var count = Int(count16)
      var size = Int(size32)
      var offset = Int(offset32)
      var end = start
      if let zip64 = try Self.zip64Record(in: bytes, before: start) {
        // A field that is not at its limit must say the same in both records.
        guard count16 == .max || count == zip64.count, size32 == .max || size == zip64.size,
          offset32 == .max || offset == zip64.offset
        else { throw Failure(.damagedDirectory) }
        (count, size, offset, end) = (zip64.count, zip64.size, zip64.offset, zip64.start)
      } else {
        guard disk == 0, directoryDisk == 0, diskCount == count16 else { throw Failure(.split) }
      }
      // The directory must end where the end record starts. Any other offset is a lie, or bytes were put before it.
      guard size <= end, offset == end - size else { throw Failure(.misplacedDirectory) }
      directory = offset..<end
      self.count = count
    }

    /// The offset of the one end record whose comment reaches exactly to the end of the bytes.
    private static func find(in bytes: [UInt8]) throws(Failure) -> Int {
      var found: Int?
      var extra: Int?
      var start = bytes.count - fixedSize
      let lowest = max(0, start - 0xFFFF)
      while start >= lowest {
        defer { start -= 1 }
        guard bytes[start] == 0x50, bytes[start + 1] == 0x4B, bytes[start + 2] == 0x05, bytes[start + 3] == 0x06
        else { continue }
        let comment = Int(bytes[start + 20]) | Int(bytes[start + 21]) << 8
        let end = start + fixedSize + comment
        if end == bytes.count {
          guard found == nil else { throw Failure(.severalEndRecords) }
          found = start
        } else if end < bytes.count, extra == nil {
          extra = bytes.count - end
        }
      }
      if let found { return found }
      throw Failure(extra.map { .bytesAfterEnd($0) } ?? .noEndRecord)
    }

    private struct Zip64 {
      var start, count, size, offset: Int
    }

    private static func zip64Record(in bytes: [UInt8], before end: Int) throws(Failure) -> Zip64? {
      guard end >= zip64LocatorSize else { return nil }
      var reader = FieldReader(bytes, in: end - zip64LocatorSize..<end)
      guard reader.signature(zip64LocatorSignature) else { return nil }
      guard reader.uint32() == 0, let start = reader.uint64().flatMap({ Int(exactly: $0) }), reader.uint32() == 1
      else { throw Failure(.split) }
      guard start <= end - zip64LocatorSize else { throw Failure(.misplacedDirectory) }

      reader = FieldReader(bytes, in: start..<end - zip64LocatorSize)
      guard reader.signature(zip64Signature), let length = reader.uint64().flatMap({ Int(exactly: $0) }),
        length >= zip64FieldsSize, reader.range(length) != nil, reader.isAtEnd
      else { throw Failure(.misplacedDirectory) }

      reader = FieldReader(bytes, in: start + 16..<end - zip64LocatorSize)
      guard let disk = reader.uint32(), let directoryDisk = reader.uint32(), let diskCount = reader.uint64(),
        let count = reader.uint64(), let size = reader.uint64(), let offset = reader.uint64()
      else { throw Failure(.damagedDirectory) }
      guard disk == 0, directoryDisk == 0, diskCount == count else { throw Failure(.split) }
      guard let count = Int(exactly: count), let size = Int(exactly: size), let offset = Int(exactly: offset) else {
        throw Failure(.misplacedDirectory)
      }
      return Zip64(start: start, count: count, size: size, offset: offset)
    }
  }
}
