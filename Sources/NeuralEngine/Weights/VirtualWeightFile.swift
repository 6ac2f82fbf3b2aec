/// A weight file that is laid out but not written: programs refer to its blobs by their offsets, while the numbers stay
/// where they are, a quantised matrix in its blocks.
///
/// Written out, it becomes a file with the same blobs at the same offsets.
public struct VirtualWeightFile: Sendable {
  /// Where a weight's blobs stand; what a program says to refer to them.
  public struct Placement: Hashable, Sendable {
    /// The offset of the numbers, or of the `data` of `constexpr_blockwise_shift_scale`.
    public var data: UInt64
    /// The offset of its `scale`; `nil` for plain numbers.
    public var scale: UInt64?
    /// The offset of its `offset`; `nil` where there is none.
    public var offset: UInt64?
  }

  enum Content: Sendable {
    case plain(BlobDataType, WeightRegion, paddingBits: Int)
    case encoded(EncodedWeight)
  }

  struct Entry: Sendable {
    var metadataOffset: UInt64
    var dataType: BlobDataType
    var byteCount: Int
    var content: Int
    var role: EncodedWeight.BlobRole
  }

  private(set) var contents: [Content] = []
  private(set) var entries: [Entry] = []
  private(set) var placements: [Placement] = []

  /// Begins an empty file.
  public init() {}

  /// How many blobs there are.
  public var count: Int { entries.count }

  /// How many bytes the file takes when it is written.
  public var byteCount: UInt64 {
    let header = UInt64(BlobFile.alignment)
    return entries.last.map { $0.metadataOffset + header + UInt64($0.byteCount) } ?? header
  }

  /// Places numbers as they are.
  ///
  /// - Parameters:
  ///   - data: The elements, packed.
  ///   - dataType: Their type.
  ///   - paddingBits: How many bits of the last byte hold nothing.
  /// - Returns: Where the blob stands.
  @discardableResult
  public mutating func append(_ data: WeightRegion, as dataType: BlobDataType, paddingBits: Int = 0) -> Placement {
    contents.append(.plain(dataType, data, paddingBits: paddingBits))
    let placement = Placement(data: place(dataType, data.count, .halves))
    placements.append(placement)
    return placement
  }

  /// Places a weight: plain encodings as one blob of halves, blocks as the two or three blobs of their
  /// ``WeightEncoding/blockwiseForm``.
  ///
  /// - Parameter weight: The weight.
  /// - Returns: Where its blobs stand.
  @discardableResult
  public mutating func append(_ weight: EncodedWeight) -> Placement {
    contents.append(.encoded(weight))
    func add(_ role: EncodedWeight.BlobRole, to file: inout VirtualWeightFile) -> UInt64 {
      let (dataType, byteCount) = weight.layout(of: role)
      return file.place(dataType, byteCount, role)
    }
    var placement: Placement
    if let form = weight.encoding.blockwiseForm {
      placement = Placement(data: add(.data, to: &self))
      placement.scale = add(.scale, to: &self)
      if form.hasOffset { placement.offset = add(.offset, to: &self) }
    } else {
      placement = Placement(data: add(.halves, to: &self))
    }
    placements.append(placement)
    return placement
  }

  private mutating func place(_ dataType: BlobDataType, _ byteCount: Int, _ role: EncodedWeight.BlobRole) -> UInt64 {
    let offset = (self.byteCount + 63) / 64 * 64
    entries.append(
      Entry(metadataOffset: offset, dataType: dataType, byteCount: byteCount, content: contents.count - 1, role: role)
    )
    return offset
  }

  /// The index of the blob whose metadata stand at an offset.
  func index(at offset: UInt64) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].metadataOffset < offset { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].metadataOffset == offset ? low : nil
  }

  /// The weight whose first blob stands at an offset, with the places of all its blobs.
  ///
  /// - Parameter offset: The offset of its numbers or of its `data`.
  /// - Returns: The weight; `nil` where something else stands there.
  public func weight(at offset: UInt64) -> (weight: EncodedWeight, placement: Placement)? {
    guard let index = index(at: offset), case .encoded(let weight) = contents[entries[index].content],
      placements[entries[index].content].data == offset
    else { return nil }
    return (weight, placements[entries[index].content])
  }

  /// The blob whose metadata stand at an offset: plain numbers as they are, of weights what is written for them.
  ///
  /// - Parameter offset: The offset of the metadata.
  /// - Returns: The blob.
  /// - Throws: `WeightError` where no blob stands there.
  public func blob(at offset: UInt64) throws(WeightError) -> BlobFile.Blob {
    guard let index = index(at: offset) else {
      throw WeightError(.missingSentinel, at: offset, "no metadata begin here")
    }
    let entry = entries[index]
    switch contents[entry.content] {
    case .plain(let dataType, let bytes, let paddingBits):
      return BlobFile.Blob(offset: offset, dataType: dataType, bytes: bytes, paddingBits: paddingBits)
    case .encoded(let weight):
      // Halves are what is written for halves.
      let bytes =
        weight.encoding == .f16
        ? weight.blocks : WeightRegion(copying: weight.rendered(entry.role, rows: 0..<weight.rows))
      return BlobFile.Blob(offset: offset, dataType: entry.dataType, bytes: bytes, paddingBits: 0)
    }
  }

  /// Gives the file's bytes away piece by piece, from the first to the last.
  ///
  /// - Parameter emit: Receives each piece for the time of the call.
  /// - Throws: What `emit` throws.
  public func write<Failure: Error>(_ emit: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    func give(_ bytes: [UInt8]) throws(Failure) { try WeightRegion(copying: bytes).withUnsafeBytes(emit) }
    try give(BlobFile.header(count: entries.count))
    var position = UInt64(BlobFile.alignment)
    for entry in entries {
      if position < entry.metadataOffset {
        try give([UInt8](repeating: 0, count: Int(entry.metadataOffset - position)))
      }
      let content = contents[entry.content]
      var padding = 0
      if case .plain(_, _, let bits) = content { padding = bits }
      let dataOffset = entry.metadataOffset + UInt64(BlobFile.alignment)
      try give(
        BlobFile.metadata(entry.dataType, byteCount: entry.byteCount, dataOffset: dataOffset, paddingBits: padding)
      )
      switch content {
      case .plain(_, let bytes, _): try bytes.withUnsafeBytes(emit)
      case .encoded(let weight) where weight.encoding == .f16: try weight.blocks.withUnsafeBytes(emit)
      case .encoded(let weight): try weight.render(entry.role, to: emit)
      }
      position = dataOffset + UInt64(entry.byteCount)
    }
  }

  /// The file's bytes, in memory.
  ///
  /// - Returns: A file that ``BlobFile`` reads.
  public func rendered() -> [UInt8] {
    var bytes: [UInt8] = []
    write { bytes.append(contentsOf: $0) }
    return bytes
  }
}
