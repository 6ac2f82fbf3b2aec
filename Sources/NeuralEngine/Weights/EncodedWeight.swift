/// A weight matrix kept in the blocks of a model file.
///
/// Programs see it as blobs of a weight file; whoever multiplies with it takes the blocks as they are.
public struct EncodedWeight: Sendable {
  /// How the numbers are stored.
  public let encoding: WeightEncoding
  /// How many rows there are: the output channels.
  public let rows: Int
  /// How many numbers a row has: the input channels.
  public let columns: Int
  /// The blocks, row after row.
  public let blocks: WeightRegion

  /// Describes a matrix, without copying it.
  ///
  /// - Parameters:
  ///   - encoding: How the numbers are stored.
  ///   - rows: How many rows there are.
  ///   - columns: How many numbers a row has.
  ///   - blocks: The blocks, row after row.
  /// - Throws: `WeightError` where rows are no whole blocks, or the bytes are too many or too few.
  public init(_ encoding: WeightEncoding, rows: Int, columns: Int, blocks: WeightRegion) throws(WeightError) {
    guard rows > 0, columns > 0, columns % encoding.blockLength == 0 else {
      throw WeightError(
        .malformedBlocks,
        "\(rows) rows of \(columns) numbers are no whole blocks of \(encoding.blockLength)"
      )
    }
    let (perRow, wide) = (columns / encoding.blockLength).multipliedReportingOverflow(by: encoding.blockSize)
    let (expected, large) = perRow.multipliedReportingOverflow(by: rows)
    guard !wide, !large, expected == blocks.count else {
      throw WeightError(
        .malformedBlocks,
        "\(rows) rows of \(columns) numbers in \(encoding) do not take \(blocks.count) bytes"
      )
    }
    self.encoding = encoding
    self.rows = rows
    self.columns = columns
    self.blocks = blocks
  }

  /// How many bytes a row takes.
  public var rowSize: Int { columns / encoding.blockLength * encoding.blockSize }

  /// The numbers of a row in single precision, as the encoding defines them.
  ///
  /// - Parameter row: Which row, from 0.
  /// - Returns: The numbers; none for a row that is not there.
  public func decoded(row: Int) -> [Float] {
    guard row >= 0, row < rows else { return [] }
    return blocks.withUnsafeBytes { bytes in
      let source = UnsafeRawBufferPointer(rebasing: bytes[(row * rowSize)..<((row + 1) * rowSize)])
      switch encoding {
      case .f32:
        return (0..<columns).map {
          Float(bitPattern: UInt32(littleEndian: source.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
        }
      case .f16:
        return (0..<columns).map { Half(littleEndianAt: $0 * 2, in: source).float }
      case .bf16:
        return (0..<columns).map {
          Float(bitPattern: UInt32(Half(littleEndianAt: $0 * 2, in: source).bitPattern) << 16)
        }
      default:
        var numbers: [Float] = []
        numbers.reserveCapacity(columns)
        var block = DecodedBlock()
        for index in 0..<(columns / encoding.blockLength) {
          let start = index * encoding.blockSize
          block.decode(encoding, UnsafeRawBufferPointer(rebasing: source[start..<(start + encoding.blockSize)]))
          for (element, code) in block.codes.prefix(encoding.blockLength).enumerated() {
            let group = element / block.groupLength
            numbers.append(block.scales[group] * Float(code) + block.minimums[group])
          }
        }
        return numbers
      }
    }
  }
}

extension Half {
  /// The half whose bits stand at an offset.
  init(littleEndianAt offset: Int, in bytes: UnsafeRawBufferPointer) {
    self.init(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
  }
}
