import NeuralEngine

extension GGUFReader {
  private static let alignmentKey = "general.alignment"

  /// What the offsets of tensors are multiples of.
  func alignment(from metadata: GGUFMetadata) throws(GGUFError) -> Int {
    guard let alignment = try metadata.integer(Self.alignmentKey) else { return 32 }
    guard alignment > 0, alignment % 8 == 0, alignment <= 1 << 30 else {
      throw GGUFError(.misaligned, in: Self.alignmentKey, "the alignment must be a multiple of 8, found \(alignment)")
    }
    return alignment
  }

  /// The table of tensors, which ends the part that is read.
  mutating func tensors(count: Int, alignment: Int) throws(GGUFError) -> [GGUFTensor] {
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for _ in 0..<count { entries.append(try entry(alignment: alignment)) }
    let (padded, overflow) = position.addingReportingOverflow((alignment - position % alignment) % alignment)
    let start = overflow ? Int.max : padded
    var tensors: [GGUFTensor] = []
    tensors.reserveCapacity(count)
    for entry in entries {
      let (begin, overflow) = start.addingReportingOverflow(entry.dataOffset)
      let (end, overflowAtEnd) = begin.addingReportingOverflow(entry.size)
      guard !overflow, !overflowAtEnd, end <= storage.count else {
        throw GGUFError(
          .truncated,
          at: entry.offset,
          in: entry.name,
          """
          the tensor's \(entry.size) bytes at offset \(entry.dataOffset) of the data end behind the file, \
          which has \(storage.count) bytes; fetch the whole file again
          """
        )
      }
      tensors.append(
        GGUFTensor(
          name: entry.name,
          encoding: entry.encoding,
          shape: entry.shape,
          range: begin..<end,
          storage: storage
        )
      )
    }
    try checkOverlaps(tensors)
    return tensors
  }

  private struct Entry {
    var name: String
    var encoding: WeightEncoding
    var shape: [Int]
    var size: Int
    var dataOffset: Int
    var offset: Int
  }

  private mutating func entry(alignment: Int) throws(GGUFError) -> Entry {
    let offset = position
    let name = try name("tensor name")
    let rank = try number(UInt32.self, in: name)
    guard rank <= 4 else {
      throw GGUFError(
        .invalidShape,
        at: offset,
        in: name,
        "the tensor has \(rank) dimensions, at most 4 are allowed; the file is damaged"
      )
    }
    var dimensions: [Int] = []
    for _ in 0..<rank {
      let dimension = try number(UInt64.self, in: name)
      guard let dimension = Int(exactly: dimension) else {
        throw GGUFError(.outOfBounds, at: offset, in: name, "a dimension of \(dimension) is too large")
      }
      dimensions.append(dimension)
    }
    let encoding = try encoding(in: name)
    let dataOffset = try number(UInt64.self, in: name)
    guard let dataOffset = Int(exactly: dataOffset) else {
      throw GGUFError(.outOfBounds, at: offset, in: name, "the offset \(dataOffset) is too large; the file is damaged")
    }
    guard dataOffset % alignment == 0 else {
      throw GGUFError(
        .misaligned,
        at: offset,
        in: name,
        "the tensor's offset \(dataOffset) is not a multiple of the alignment \(alignment); write the file again"
      )
    }
    return Entry(
      name: name,
      encoding: encoding,
      shape: dimensions.reversed(),
      size: try size(of: dimensions, encoding, in: name, at: offset),
      dataOffset: dataOffset,
      offset: offset
    )
  }

  private mutating func encoding(in name: String) throws(GGUFError) -> WeightEncoding {
    let offset = position
    let code = try number(UInt32.self, in: name)
    guard let encoding = WeightEncoding(rawValue: code) else {
      let known = WeightEncoding.allCases.map { "\($0)".uppercased() }.joined(separator: ", ")
      throw GGUFError(
        .unknownEncoding,
        at: offset,
        in: name,
        "the tensor has the encoding \(code), which cannot be read; quantise the model to one of \(known)"
      )
    }
    return encoding
  }

  private func size(
    of dimensions: [Int],
    _ encoding: WeightEncoding,
    in name: String,
    at offset: Int
  ) throws(GGUFError) -> Int {
    let row = dimensions.first ?? 1
    guard row % encoding.blockLength == 0 else {
      throw GGUFError(
        .invalidShape,
        at: offset,
        in: name,
        "rows of \(row) numbers are not whole blocks of \(encoding.blockLength), as \(encoding) needs"
      )
    }
    var size = row / encoding.blockLength
    for factor in dimensions.dropFirst() + [encoding.blockSize] {
      let (product, overflow) = size.multipliedReportingOverflow(by: factor)
      guard !overflow else {
        throw GGUFError(.outOfBounds, at: offset, in: name, "the dimensions \(dimensions) make more bytes than can be")
      }
      size = product
    }
    // The number of elements must fit as well, where a block of many takes few bytes.
    guard TensorType(.int8, dimensions).elementCount != nil else {
      throw GGUFError(.outOfBounds, at: offset, in: name, "the dimensions \(dimensions) make more numbers than can be")
    }
    return size
  }

  private func checkOverlaps(_ tensors: [GGUFTensor]) throws(GGUFError) {
    let sorted = tensors.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
    for (first, second) in zip(sorted, sorted.dropFirst()) where second.range.lowerBound < first.range.upperBound {
      throw GGUFError(
        .overlapping,
        at: second.range.lowerBound,
        in: second.name,
        "the tensor's bytes overlap those of '\(first.name)'; the file is damaged"
      )
    }
  }
}
