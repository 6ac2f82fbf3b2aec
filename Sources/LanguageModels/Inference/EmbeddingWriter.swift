import NeuralEngine
import NeuralKernels

/// Looks tokens up in a model's embedding and writes them where a trunk reads them, in memory that is there already.
final class EmbeddingWriter {
  private let table: EmbeddingTable
  /// The rows of a pass, and the same as columns; they grow to the largest pass there was.
  private var rows: FloatBuffer
  private var columns: FloatBuffer
  /// How many rows were decoded since their pages were given back.
  private var decodedRows = 0
  /// After how many rows that is done.
  private static let keptRows = 64

  /// Creates a writer.
  ///
  /// - Parameter table: The model's embedding.
  init(_ table: EmbeddingTable) {
    self.table = table
    rows = FloatBuffer(count: table.width)
    columns = FloatBuffer(count: 0)
  }

  /// Writes the contents of a trunk's input `x`, [1, d, 1, S].
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - start: The position of the first.
  ///   - width: S, how many columns there are; those after the tokens are of no account.
  ///   - surface: Takes them.
  /// - Throws: A ``LanguageModelError`` where the model does not have a token or a position.
  func write(
    _ tokens: ArraySlice<TokenID>,
    from start: Int,
    width: Int,
    to surface: Surface
  ) throws(LanguageModelError) {
    let depth = table.width
    if rows.values.count < width * depth {
      rows = FloatBuffer(count: width * depth)
      columns = FloatBuffer(count: width * depth)
    }
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
    if width > 1, let source = rows.values.baseAddress, let target = columns.values.baseAddress {
      nk_transpose(source, target, width, depth, nil)
    }
    let values = UnsafeBufferPointer(rebasing: (width > 1 ? columns : rows).values[..<(width * depth)])
    do throws(SurfaceError) {
      try surface.write(from: values)
    } catch {
      throw LanguageModelError(error, purpose: "the embeddings of \(width) tokens")
    }
  }
}
