import NeuralEngine

/// The cosines and sines of all positions of a context, as halves.
struct PositionTables: Sendable {
  /// How many channels a position has.
  let width: Int
  /// How many positions there are.
  let count: Int
  /// Channel by channel, so that neighbouring positions of a channel are neighbours.
  private let cosines: [UInt16]
  private let sines: [UInt16]

  /// Computes the tables.
  ///
  /// - Parameters:
  ///   - embedding: The model's embedding of positions.
  ///   - count: How many positions there are.
  init(_ embedding: RotaryEmbedding, count: Int) {
    let tables = embedding.tables(positions: Array(0..<count))
    width = embedding.width
    self.count = count
    cosines = tables.cosines.map { Half($0).bitPattern }
    sines = tables.sines.map { Half($0).bitPattern }
  }

  /// Writes the values of some positions into surfaces of the shape [1, width, 1, columns].
  ///
  /// - Parameters:
  ///   - positions: The positions, which become the first columns.
  ///   - columns: How many columns the surfaces have.
  ///   - cosineSurface: Takes the cosines.
  ///   - sineSurface: Takes the sines.
  func write(_ positions: Range<Int>, columns: Int, cosines cosineSurface: Surface, sines sineSurface: Surface) {
    copy(cosines, positions, columns, to: cosineSurface)
    copy(sines, positions, columns, to: sineSurface)
  }

  private func copy(_ table: [UInt16], _ positions: Range<Int>, _ columns: Int, to surface: Surface) {
    let size = MemoryLayout<UInt16>.size
    table.withUnsafeBytes { table in
      surface.withBytes { bytes in
        for channel in 0..<width {
          let start = (channel * count + positions.lowerBound) * size
          let source = UnsafeRawBufferPointer(rebasing: table[start..<start + positions.count * size])
          UnsafeMutableRawBufferPointer(rebasing: bytes[(channel * columns * size)...]).copyMemory(from: source)
        }
      }
    }
  }
}
