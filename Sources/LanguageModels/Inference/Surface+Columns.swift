import NeuralEngine

extension Surface {
  /// Makes one column of another surface's halves the beginning of this one.
  ///
  /// - Parameters:
  ///   - column: Which of the columns.
  ///   - source: The other surface, [1, channels, 1, width].
  ///   - channels: How many channels it has.
  ///   - width: How many columns it has.
  /// - Throws: `SurfaceError` where one of the surfaces is too small.
  func copyColumn(_ column: Int, of source: Surface, channels: Int, width: Int) throws(SurfaceError) {
    let size = MemoryLayout<UInt16>.size
    guard (0..<width).contains(column), channels * width * size <= source.allocationSize,
      channels * size <= allocationSize
    else { throw .outOfBounds(needed: channels * width * size, allocated: min(allocationSize, source.allocationSize)) }
    // One surface is locked at a time.
    let halves = source.withBytes { bytes in
      (0..<channels).map { bytes.load(fromByteOffset: ($0 * width + column) * size, as: UInt16.self) }
    }
    withBytes { bytes in halves.withUnsafeBytes { bytes.copyMemory(from: $0) } }
  }
}
