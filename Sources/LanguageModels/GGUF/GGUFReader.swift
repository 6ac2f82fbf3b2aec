import NeuralEngine

/// Reads a GGUF file from front to back, never past its end.
struct GGUFReader {
  let storage: WeightBuffer
  private(set) var position: Int

  /// How deep arrays may nest in arrays.
  static let maximumDepth = 8

  init(storage: WeightBuffer, position: Int) {
    self.storage = storage
    self.position = position
  }

  private var remaining: Int { storage.count - position }

  // MARK: Header and metadata

  mutating func header() throws(GGUFError) -> (version: Int, tensorCount: Int, entryCount: Int) {
    guard storage.count >= 4, (0..<4).allSatisfy({ storage.unsafeBytes[$0] == [0x47, 0x47, 0x55, 0x46][$0] }) else {
      throw GGUFError(.notGGUF, at: 0, "the file does not begin with 'GGUF'; only models in GGUF format can be read")
    }
    position = 4
    let version = try number(UInt32.self, in: nil)
    switch version {
    case 2, 3: break
    case _ where (1...3).contains(version.byteSwapped):
      throw GGUFError(
        .bigEndian,
        at: 4,
        "the model is written for big-endian machines; convert it to little-endian, as gguf-convert-endian does"
      )
    default:
      throw GGUFError(
        .unsupportedVersion,
        at: 4,
        "version \(version) of the GGUF format cannot be read, only 2 and 3; convert the model again"
      )
    }
    let tensorCount = try count(minimumSize: 24, of: "tensors", in: nil)
    let entryCount = try count(minimumSize: 13, of: "metadata entries", in: nil)
    return (Int(version), tensorCount, entryCount)
  }

  mutating func metadata(count: Int) throws(GGUFError) -> GGUFMetadata {
    var metadata = GGUFMetadata()
    for _ in 0..<count {
      let offset = position
      let key = try name("metadata key")
      let value = try value(type: valueType(in: key), in: key)
      guard metadata.add(GGUFMetadata.Entry(key: key, value: value, offset: offset)) else {
        throw GGUFError(.duplicateName, at: offset, in: key, "the key occurs twice; the file is damaged")
      }
    }
    return metadata
  }

  private mutating func valueType(in key: String) throws(GGUFError) -> GGUFValueType {
    let offset = position
    let code = try number(UInt32.self, in: key)
    guard let type = GGUFValueType(rawValue: code) else {
      throw GGUFError(
        .unknownValueType,
        at: offset,
        in: key,
        "the value has the unknown type \(code), expected 0 to 12; the file is damaged or newer than this reader"
      )
    }
    return type
  }

  private mutating func value(type: GGUFValueType, in key: String) throws(GGUFError) -> GGUFValue {
    switch type {
    case .uint8: .unsigned(UInt64(try number(UInt8.self, in: key)))
    case .uint16: .unsigned(UInt64(try number(UInt16.self, in: key)))
    case .uint32: .unsigned(UInt64(try number(UInt32.self, in: key)))
    case .uint64: .unsigned(try number(UInt64.self, in: key))
    case .int8: .signed(Int64(try number(Int8.self, in: key)))
    case .int16: .signed(Int64(try number(Int16.self, in: key)))
    case .int32: .signed(Int64(try number(Int32.self, in: key)))
    case .int64: .signed(try number(Int64.self, in: key))
    case .float32: .float(Double(Float(bitPattern: try number(UInt32.self, in: key))))
    case .float64: .float(Double(bitPattern: try number(UInt64.self, in: key)))
    case .bool: .bool(try number(UInt8.self, in: key) != 0)
    case .string: .string(GGUFText(storage: storage, range: try text(in: key)))
    case .array: .array(try array(in: key, depth: 0))
    }
  }

  // MARK: Arrays

  mutating func array(in key: String, depth: Int) throws(GGUFError) -> GGUFArray {
    guard depth < Self.maximumDepth else {
      throw GGUFError(
        .outOfBounds,
        at: position,
        in: key,
        "arrays nest deeper than \(Self.maximumDepth); the file is damaged"
      )
    }
    let type = try valueType(in: key)
    let count = try count(minimumSize: type.minimumSize, of: "elements", in: key)
    let start = position
    if let size = type.size {
      // The count was checked against what the file holds.
      position += count * size
    } else if type == .string {
      try skipStrings(count, in: key)
    } else {
      for _ in 0..<count { _ = try array(in: key, depth: depth + 1) }
    }
    return GGUFArray(storage: storage, elementType: type, count: count, range: start..<position)
  }

  /// Steps over strings. A vocabulary has hundreds of thousands, so that this is plain pointer work.
  private mutating func skipStrings(_ count: Int, in key: String) throws(GGUFError) {
    guard let start = storage.unsafeBytes.baseAddress else { return }
    let end = storage.count
    var position = position
    var index = 0
    while index < count {
      guard end &- position >= 8 else { throw truncated("string \(index) of \(count)", at: position, in: key) }
      let length = start.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      position &+= 8
      guard length <= UInt64(truncatingIfNeeded: end &- position) else {
        throw truncated("string \(index) of \(count), of \(length) bytes", at: position &- 8, in: key)
      }
      position &+= Int(truncatingIfNeeded: length)
      index &+= 1
    }
    self.position = position
  }

  // MARK: Pieces

  /// A key or a tensor's name.
  mutating func name(_ what: String) throws(GGUFError) -> String {
    let offset = position
    let range = try text(in: what)
    guard range.count <= 65_535 else {
      throw GGUFError(
        .outOfBounds,
        at: offset,
        "a \(what) has \(range.count) bytes, more than 65535; the file is damaged"
      )
    }
    guard let name = String(validating: storage.unsafeBytes[range], as: UTF8.self) else {
      throw GGUFError(.invalidText, at: offset, "a \(what) is not valid UTF-8; the file is damaged")
    }
    return name
  }

  private mutating func text(in subject: String) throws(GGUFError) -> Range<Int> {
    let length = try count(minimumSize: 1, of: "bytes", in: subject)
    defer { position += length }
    return position..<position + length
  }

  /// A count of things that follow, of which the rest of the file must have room for so many.
  private mutating func count(minimumSize: Int, of things: String, in subject: String?) throws(GGUFError) -> Int {
    let offset = position
    let count = try number(UInt64.self, in: subject)
    guard count <= UInt64(remaining / minimumSize) else {
      throw GGUFError(
        .truncated,
        at: offset,
        in: subject,
        "\(count) \(things) are declared, but only \(remaining) bytes follow; the file is damaged or not whole"
      )
    }
    return Int(count)
  }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type,
    in subject: String?
  ) throws(GGUFError) -> Number {
    let size = MemoryLayout<Number>.size
    guard remaining >= size else { throw truncated("a number of \(size) bytes", at: position, in: subject) }
    defer { position += size }
    return Number(littleEndian: storage.unsafeBytes.loadUnaligned(fromByteOffset: position, as: Number.self))
  }

  func truncated(_ what: String, at offset: Int, in subject: String?) -> GGUFError {
    GGUFError(
      .truncated,
      at: offset,
      in: subject,
      "the file ends at byte \(storage.count), within \(what); fetch the whole file again"
    )
  }
}
