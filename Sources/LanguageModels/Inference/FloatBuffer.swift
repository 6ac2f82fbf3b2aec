/// Numbers in memory that is used again and again.
final class FloatBuffer {
  /// The numbers.
  let values: UnsafeMutableBufferPointer<Float>

  /// Takes memory, filled with zeros.
  ///
  /// - Parameter count: How many numbers there are.
  init(count: Int) {
    values = .allocate(capacity: count)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }
}
