package import NeuralEngine

/// A tensor of a model file, whose numbers stay in the file.
package struct GGUFTensor: Sendable {
  /// The name, such as `blk.0.attn_q.weight`.
  package let name: String
  /// How the numbers are stored.
  package let encoding: WeightEncoding
  /// The dimensions, outermost first: a matrix is `[rows, columns]`, each row one after the other in the file.
  package let shape: [Int]
  /// Where the numbers lie in the storage.
  package let range: Range<Int>
  /// What holds the bytes.
  package let storage: WeightBuffer

  /// How many numbers there are.
  package var elementCount: Int { shape.reduce(1, *) }

  /// The bytes, which are there as long as the storage: keep the storage with whatever keeps the pointer.
  package var unsafeBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage.unsafeBytes[range])
  }

  /// Calls a function with the bytes.
  ///
  /// - Parameter body: Receives the bytes for the time of the call.
  /// - Returns: What the function returns.
  /// - Throws: What the function throws.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withExtendedLifetime(storage) { () throws(Failure) -> Result in
      try body(RawSpan(_unsafeBytes: unsafeBytes))
    }
  }
}
