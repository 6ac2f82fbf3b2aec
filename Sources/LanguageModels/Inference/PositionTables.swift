import NeuralEngine
import NeuralKernels

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
        guard let source = table.baseAddress, let target = bytes.baseAddress else { return }
        precondition(positions.upperBound <= count && width * columns * size <= bytes.count)
        let start = source + positions.lowerBound * size
        nk_copy_rows(start, count * size, target, columns * size, width, positions.count * size)
      }
    }
  }
}
