import NeuralEngine
import NeuralKernels

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
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: channels) { halves in
      source.withBytes { bytes in
        guard let start = bytes.baseAddress, let target = halves.baseAddress else { return }
        nk_copy_rows(start + column * size, width * size, target, size, channels, size)
      }
      withBytes { bytes in bytes.copyMemory(from: UnsafeRawBufferPointer(halves)) }
    }
  }
}
