/// Writes zips, false ones too: every field can be set apart from the data.
struct ZipWriter {
  struct Entry {
    var name: [UInt8]
    var contents: [UInt8] = []
    var mode: UInt32 = 0o100644
    var host: UInt16 = 3
    var flags: UInt16 = 0x0800
    var method: UInt16 = 0
    var localName: [UInt8]?
    var checksum: UInt32?
    var size: UInt32?
    var extra: [UInt8] = []
    /// The index of another entry whose local header this one claims.
    var sharedWith: Int?

    init(_ name: String, _ contents: String = "") {
      self.name = Array(name.utf8)
      self.contents = Array(contents.utf8)
    }
  }

  static func with(_ entry: Entry, _ change: (inout Entry) -> Void) -> Entry {
    var entry = entry
    change(&entry)
    return entry
  }

  static func write(_ entries: [Entry], comment: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    var offsets: [Int] = []
    for entry in entries {
      let offset = entry.sharedWith.map { offsets[$0] } ?? bytes.count
      offsets.append(offset)
      let common =
        le16(entry.flags) + le16(entry.method) + le32(0x21_0000) + le32(entry.checksum ?? crc(entry.contents))
        + le32(UInt32(entry.contents.count)) + le32(entry.size ?? UInt32(entry.contents.count))
      if entry.sharedWith == nil {
        let name = entry.localName ?? entry.name
        bytes += le32(0x0403_4B50) + le16(20) + common + le16(UInt16(name.count)) + le16(0) + name + entry.contents
      }
      directory += le32(0x0201_4B50) + le16(entry.host << 8 | 20) + le16(20) + common
      directory += le16(UInt16(entry.name.count)) + le16(UInt16(entry.extra.count)) + le16(0) + le16(0) + le16(0)
      directory += le32(entry.mode << 16) + le32(UInt32(offset)) + entry.name + entry.extra
    }
    let count = le16(UInt16(entries.count))
    return bytes + directory + le32(0x0605_4B50) + le16(0) + le16(0) + count + count + le32(UInt32(directory.count))
      + le32(UInt32(bytes.count)) + le16(UInt16(comment.count)) + comment
  }

  static func le16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
  static func le32(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }

  /// The checksum of zips, bit by bit: slow, and not the code under test.
  static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
