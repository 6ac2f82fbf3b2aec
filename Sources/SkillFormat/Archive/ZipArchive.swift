/// A zip held in memory: read from its directory, checked strictly, and never written anywhere.
///
/// Two readers of a doubtful zip can see two different sets of files. Whatever allows that (names that differ between
/// directory and local header, overlaps, duplicates, several end records) is refused rather than repaired.
package struct ZipArchive: Sendable {
  /// What a zip may cost to read.
  package struct Limits: Hashable, Sendable {
    /// The most entries, folders included.
    package var entries = 10_000
    /// The most bytes that one entry may inflate to.
    package var entryBytes = 32 << 20
    /// The most bytes that all entries together may inflate to.
    package var totalBytes = 128 << 20
    package var names = PathRules()

    package init() {}
  }

  package struct Entry: Hashable, Sendable {
    /// The path, with `/` between its parts and none at its end.
    package let path: String
    package let isFolder: Bool
    package let isExecutable: Bool
    /// The inflated size that the directory claims; ``contents(of:)`` holds the data to it.
    package let size: Int
    let method: Method
    let checksum: UInt32
    /// Where the packed bytes lie in the archive.
    let data: Range<Int>
  }

  enum Method: Hashable, Sendable { case stored, deflated }

  /// Something odd about a name that is no reason to refuse it.
  package struct Remark: Hashable, Sendable {
    package let entry: String
    package let problem: PathRules.Remark
  }

  /// The entries in the order of the directory.
  package let entries: [Entry]
  package let remarks: [Remark]
  private let bytes: [UInt8]
  private let limits: Limits
  private var bytesInflated = 0

  /// Reads the directory and checks every entry against it; nothing is inflated yet.
  package init(bytes: [UInt8], limits: Limits = Limits()) throws(Failure) {
    let end = try EndRecord(in: bytes)
    guard end.count <= limits.entries else { throw Failure(.tooManyEntries(end.count, limit: limits.entries)) }
    var reader = FieldReader(bytes, in: end.directory)
    var entries: [Entry] = []
    var remarks: [Remark] = []
    var extents: [Extent] = []
    var names = PathTable()
    // An entry takes at least 46 bytes of directory, so the claimed count is checked before it is believed.
    entries.reserveCapacity(min(end.count, end.directory.count / DirectoryRecord.fixedSize))
    for _ in 0..<end.count {
      let record = try DirectoryRecord(from: &reader, of: bytes)
      var path = try record.path(in: bytes, remarks: &remarks)
      let isFolder = try record.isFolder(path: &path)
      try Self.check(path, by: limits.names, remarks: &remarks)
      if let conflict = names.insert(path, isFolder: isFolder) {
        throw Failure(.conflict(conflict), entry: path)
      }
      let extent = try record.extent(in: bytes, before: end.directory.lowerBound, path: path)
      guard record.size <= limits.entryBytes else {
        throw Failure(.entryTooLarge(limit: limits.entryBytes), entry: path)
      }
      extents.append(extent)
      entries.append(
        Entry(
          path: path,
          isFolder: isFolder,
          isExecutable: !isFolder && record.isExecutable,
          size: record.size,
          method: try record.method(path: path),
          checksum: record.checksum,
          data: extent.data
        )
      )
    }
    guard reader.isAtEnd else { throw Failure(.damagedDirectory) }
    try Self.checkOverlaps(of: extents, entries: entries)
    self.entries = entries
    self.remarks = remarks
    self.bytes = bytes
    self.limits = limits
  }

  /// The inflated bytes of an entry, checked for size and checksum and counted against the limits.
  package mutating func contents(of entry: Entry) throws(Failure) -> [UInt8] {
    guard !entry.isFolder, entry.size > 0 || !entry.data.isEmpty else { return [] }
    guard entry.size <= limits.totalBytes - bytesInflated else {
      throw Failure(.tooLarge(limit: limits.totalBytes), entry: entry.path)
    }
    let contents: [UInt8]
    switch entry.method {
    case .stored:
      contents = Array(bytes[entry.data])
    case .deflated:
      switch Inflation.inflate(bytes, in: entry.data, expecting: entry.size) {
      case .complete(let inflated): contents = inflated
      case .tooLong: throw Failure(.sizeDiffers(claimed: entry.size), entry: entry.path)
      case .damaged: throw Failure(.damagedData, entry: entry.path)
      }
    }
    bytesInflated += contents.count
    guard contents.count == entry.size else { throw Failure(.sizeDiffers(claimed: entry.size), entry: entry.path) }
    guard Inflation.checksum(of: contents) == entry.checksum else { throw Failure(.checksum, entry: entry.path) }
    return contents
  }

  /// Whether bytes begin as a zip does: with a local header, or with the end record of an empty one.
  package static func isZip(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  private static func check(_ path: String, by rules: PathRules, remarks: inout [Remark]) throws(Failure) {
    if let fault = rules.fault(in: path) { throw Failure(.unsafeName(fault), entry: path) }
    for remark in rules.remarks(on: path) { remarks.append(Remark(entry: path, problem: remark)) }
  }

  /// One stretch of a file that two entries claim would let a small bundle inflate without bound.
  private static func checkOverlaps(of extents: [Extent], entries: [Entry]) throws(Failure) {
    let order = extents.indices.sorted { extents[$0].all.lowerBound < extents[$1].all.lowerBound }
    for (earlier, later) in zip(order, order.dropFirst())
    where extents[later].all.lowerBound < extents[earlier].all.upperBound {
      throw Failure(.overlap(with: entries[earlier].path), entry: entries[later].path)
    }
  }
}
