extension ZipArchive {
  /// An entry as the directory at a zip's end describes it.
  struct DirectoryRecord {
    static let fixedSize = 46
    private static let signature: UInt32 = 0x0201_4B50

    let host: UInt16
    let flags: UInt16
    let methodNumber: UInt16
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let localHeader: Int
    let name: Range<Int>
    let extra: Range<Int>
    private let attributes: UInt32

    init(from reader: inout FieldReader, of bytes: [UInt8]) throws(Failure) {
      guard reader.signature(Self.signature), let madeBy = reader.uint16(), reader.uint16() != nil,
        let flags = reader.uint16(), let method = reader.uint16(), reader.uint32() != nil,
        let checksum = reader.uint32(), let packedSize = reader.uint32(), let size = reader.uint32(),
        let nameLength = reader.uint16(), let extraLength = reader.uint16(), let commentLength = reader.uint16(),
        let disk = reader.uint16(), reader.uint16() != nil, let attributes = reader.uint32(),
        let offset = reader.uint32(), let name = reader.range(Int(nameLength)),
        let extra = reader.range(Int(extraLength)), reader.range(Int(commentLength)) != nil
      else { throw Failure(.damagedDirectory) }

      host = madeBy >> 8
      self.flags = flags
      methodNumber = method
      self.checksum = checksum
      self.attributes = attributes
      self.name = name
      self.extra = extra
      let shown = String(decoding: bytes[name], as: UTF8.self)
      var wide = Zip64Extra(in: extra, of: bytes)
      guard let size = wide.value(size), let packedSize = wide.value(packedSize), let offset = wide.value(offset)
      else { throw Failure(.damagedExtra, entry: shown) }
      guard disk == 0 || disk == .max else { throw Failure(.split, entry: shown) }
      self.size = size
      self.packedSize = packedSize
      localHeader = offset
    }

    private var mode: UInt32 { attributes >> 16 }
    private var isMarkedAsFolder: Bool { mode & 0o170000 == 0o040000 || attributes & 0x10 != 0 }
    var isExecutable: Bool { mode & 0o111 != 0 }
    var isEncrypted: Bool { flags & 0x2041 != 0 }
    var isUTF8: Bool { flags & 0x0800 != 0 }

    func method(path: String) throws(Failure) -> Method {
      switch methodNumber {
      case 0:
        guard packedSize == size else { throw Failure(.sizeDiffers(claimed: size), entry: path) }
        return .stored
      case 8: return .deflated
      default: throw Failure(.unknownMethod(methodNumber), entry: path)
      }
    }

    /// Tells folders from files and takes the slash from a folder's path; links and devices are refused.
    func isFolder(path: inout String) throws(Failure) -> Bool {
      // The type is looked at whatever system the zip says it is from: some readers never ask.
      switch mode & 0o170000 {
      case 0, 0o100000, 0o040000: break
      case 0o120000: throw Failure(.link, entry: path)
      default: throw Failure(.device, entry: path)
      }
      let isReparsePoint = (host == 0 || host == 10 || host == 14) && attributes & 0x400 != 0
      guard !isReparsePoint else { throw Failure(.link, entry: path) }
      guard path.utf8.last == .slash else {
        guard !isMarkedAsFolder else { throw Failure(.kindUnclear, entry: path) }
        return false
      }
      guard size == 0 else { throw Failure(.kindUnclear, entry: path) }
      // A name of nothing but slashes stays as it is, to be refused as absolute.
      if path.utf8.count > 1 { path.removeLast() }
      return true
    }

    /// The name as text: UTF-8 where it says so or is so, else the original code page 437.
    func path(in bytes: [UInt8], remarks: inout [Remark]) throws(Failure) -> String {
      let text = String(validating: bytes[name], as: UTF8.self)
      if isUTF8 {
        guard let text else {
          throw Failure(.nameNotUTF8, entry: String(decoding: bytes[name], as: UTF8.self))
        }
        return text
      }
      let isASCII = bytes[name].allSatisfy { $0 < 0x80 }
      if let unicode = try unicodePath(in: bytes), unicode != text {
        guard !isASCII else { throw Failure(.localHeaderDiffers("name"), entry: unicode) }
        return unicode
      }
      // Finder writes UTF-8 and does not say so.
      if let text { return text }
      let decoded = CodePage437.decode(bytes[name])
      remarks.append(Remark(entry: decoded, problem: .codePage))
      return decoded
    }

    /// The name of Info-ZIP's Unicode path field, where it belongs to this name.
    private func unicodePath(in bytes: [UInt8]) throws(Failure) -> String? {
      let fields = ExtraFields(in: extra, of: bytes)
      guard let field = fields.first(0x7075), field.count > 5, bytes[field.lowerBound] == 1 else { return nil }
      var reader = FieldReader(bytes, in: field.lowerBound + 1..<field.upperBound)
      guard reader.uint32() == Inflation.checksum(of: bytes[name]) else { return nil }
      guard let text = String(validating: bytes[reader.offset..<field.upperBound], as: UTF8.self) else {
        throw Failure(.nameNotUTF8, entry: CodePage437.decode(bytes[name]))
      }
      return text
    }
  }
}
