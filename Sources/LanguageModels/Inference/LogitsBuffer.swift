import NeuralEngine

/// The logits of one token, in single precision, in memory that is used again and again.
final class LogitsBuffer {
  /// The logits, one a token of the vocabulary.
  let values: UnsafeMutableBufferPointer<Float>

  /// Makes room for the logits of a vocabulary.
  ///
  /// - Parameter count: How many tokens it has.
  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Reads the logits from the surfaces that pieces of them lie in.
  ///
  /// - Parameter pieces: The surfaces in the order of the vocabulary, with the count of logits in each.
  /// - Throws: `SurfaceError` where a surface is smaller than its piece.
  func read(_ pieces: [(surface: Surface, count: Int)]) throws(SurfaceError) {
    var start = 0
    for piece in pieces {
      let count = min(piece.count, values.count - start)
      try piece.surface.read(into: UnsafeMutableBufferPointer(rebasing: values[start..<start + count]))
      start += count
    }
  }
}
