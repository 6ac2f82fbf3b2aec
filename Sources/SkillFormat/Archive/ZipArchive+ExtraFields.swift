extension ZipArchive {
  /// The tagged fields that follow an entry's name.
  struct ExtraFields {
    private let bytes: [UInt8]
    private let range: Range<Int>

    init(in range: Range<Int>, of bytes: [UInt8]) {
      self.range = range
      self.bytes = bytes
    }

    /// The contents of the first field with a tag; nil also where a field claims more than there is.
    func first(_ tag: UInt16) -> Range<Int>? {
      var reader = FieldReader(bytes, in: range)
      while let found = reader.uint16(), let length = reader.uint16(), let field = reader.range(Int(length)) {
        if found == tag { return field }
      }
      return nil
    }

    /// Whether every field ends where it says. Up to three bytes of padding may follow.
    var areWhole: Bool {
      var reader = FieldReader(bytes, in: range)
      while range.upperBound - reader.offset >= 4 {
        guard reader.uint16() != nil, let length = reader.uint16(), reader.range(Int(length)) != nil else {
          return false
        }
      }
      return true
    }
  }

  /// The sizes and offset of a zip64 entry, each there only where its 32-bit field is full, and in this order.
  struct Zip64Extra {
    private var reader: FieldReader?
    private let isWhole: Bool

    init(in range: Range<Int>, of bytes: [UInt8]) {
      let fields = ExtraFields(in: range, of: bytes)
      isWhole = fields.areWhole
      reader = fields.first(0x0001).map { FieldReader(bytes, in: $0) }
    }

    /// The value of a 32-bit field, or of its 64-bit counterpart; nil where that is missing or does not fit.
    mutating func value(_ field: UInt32) -> Int? {
      guard isWhole else { return nil }
      guard field == .max, var reader else { return Int(field) }
      defer { self.reader = reader }
      return reader.uint64().flatMap { Int(exactly: $0) }
    }
  }
}
