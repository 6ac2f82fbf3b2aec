import NeuralEngine
import NeuralKernels

/// Looks tokens up in a model's embedding and writes them where a trunk reads them, in memory that is there already.
final class EmbeddingWriter {
  private let table: EmbeddingTable
  /// Rows that were looked up, and the same as columns.
  private let rows: FloatBuffer
  private let columns: FloatBuffer
  /// How many rows were decoded since their pages were given back.
  private var decodedRows = 0
  /// How many rows are looked up at once.
  private static let blockLength = 32
  /// After how many rows their pages are given back: the system brings sixteen along with each, so that a long text would
  /// soon have the whole table in memory.
  private static let keptRows = 8

  /// Creates a writer.
  ///
  /// - Parameter table: The model's embedding.
  init(_ table: EmbeddingTable) {
    self.table = table
    rows = FloatBuffer(count: Self.blockLength * table.width)
    columns = FloatBuffer(count: Self.blockLength * table.width)
  }

  /// Writes the contents of a trunk's input `x`, [1, d, 1, S].
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - start: The position of the first.
  ///   - width: S, how many columns there are; those after the tokens are left as they are.
  ///   - surface: Takes them.
  /// - Throws: A ``LanguageModelError`` where the model does not have a token or a position.
  func write(
    _ tokens: ArraySlice<TokenID>,
    from start: Int,
    width: Int,
    to surface: Surface
  ) throws(LanguageModelError) {
    for column in stride(from: 0, to: tokens.count, by: Self.blockLength) {
      let block = tokens.dropFirst(column).prefix(Self.blockLength)
      try lookUp(block, from: start + column)
      do throws(SurfaceError) {
        try surface.write(rows: rows, count: block.count, depth: table.width, through: columns, at: column, of: width)
      } catch {
        throw LanguageModelError(error, purpose: "the embeddings of \(width) tokens")
      }
    }
  }

  private func lookUp(_ tokens: ArraySlice<TokenID>, from start: Int) throws(LanguageModelError) {
    let depth = table.width
    do throws(GGUFError) {
      for (index, token) in tokens.enumerated() {
        let row = UnsafeMutableBufferPointer(rebasing: rows.values[index * depth..<(index + 1) * depth])
        try table.write(Int(token), position: start + index, into: row)
      }
    } catch {
      throw LanguageModelError(error)
    }
    decodedRows += tokens.count
    if decodedRows >= Self.keptRows {
      table.relinquishPages()
      decodedRows = 0
    }
  }
}

extension Surface {
  /// Writes rows as columns of halves.
  ///
  /// - Parameters:
  ///   - rows: [count, depth]
  ///   - count: How many rows there are.
  ///   - depth: How long they are.
  ///   - scratch: Room for the columns.
  ///   - column: Which column the first becomes.
  ///   - width: How many columns the surface has.
  /// - Throws: `SurfaceError` where the surface is too small.
  fileprivate func write(
    rows: FloatBuffer,
    count: Int,
    depth: Int,
    through scratch: FloatBuffer,
    at column: Int,
    of width: Int
  ) throws(SurfaceError) {
    let size = MemoryLayout<UInt16>.size
    guard depth * width * size <= allocationSize, let source = rows.values.baseAddress,
      let turned = scratch.values.baseAddress
    else { throw .outOfBounds(needed: depth * width * size, allocated: allocationSize) }
    withBytes { bytes in
      guard let halves = bytes.baseAddress?.assumingMemoryBound(to: UInt16.self) else { return }
      if width == 1 { return nk_float_to_half(source, halves, depth) }
      nk_transpose(source, turned, count, depth, nil)
      for channel in 0..<depth {
        nk_float_to_half(turned + channel * count, halves + (channel * width + column), count)
      }
    }
  }
}
