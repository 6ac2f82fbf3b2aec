import NeuralKernels

extension EncodedWeight {
  /// Decodes a row into memory.
  ///
  /// - Parameters:
  ///   - row: Which row, from 0.
  ///   - target: Takes the numbers; room for a row.
  /// - Returns: Whether there is such a row, and room for it.
  package func decode(row: Int, into target: UnsafeMutableBufferPointer<Float>) -> Bool {
    guard row >= 0, row < rows, target.count >= columns, let start = target.baseAddress else { return false }
    return blocks.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return false }
      nk_dequantise(nk_encoding(rawValue: encoding.rawValue), source + row * rowSize, columns, start)
      return true
    }
  }
}
