import NeuralKernels

/// Conversion of whole rows between halves and single precision.
enum HalfRows {
  /// Reads halves.
  static func load(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
    nk_half_to_float(source.assumingMemoryBound(to: UInt16.self), target, values.count)
  }

  /// Writes the nearest halves.
  static func store(_ values: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
    nk_float_to_half(source, target.assumingMemoryBound(to: UInt16.self), values.count)
  }

  /// Rounds numbers to the nearest halves in place.
  static func round(_ values: UnsafeMutableBufferPointer<Float>) {
    guard let start = values.baseAddress else { return }
    nk_round_half(start, values.count)
  }

  /// The nearest half to a number, without branches so that loops over it become vector instructions.
  @inline(__always)
  static func rounded(_ value: Float) -> Float {
    let bits = value.bitPattern
    let magnitude = bits & 0x7fff_ffff
    let normal = (magnitude &+ 0xfff &+ ((magnitude >> 13) & 1)) & ~0x1fff
    // Adding 0.5 makes the adder round to a multiple of 2^-24.
    let subnormal = ((Float(bitPattern: magnitude) + 0.5) - 0.5).bitPattern
    var result = magnitude < 0x3880_0000 ? subnormal : normal
    result = result >= 0x4780_0000 ? 0x7f80_0000 : result
    result = magnitude > 0x7f80_0000 ? magnitude : result
    return Float(bitPattern: result | (bits & 0x8000_0000))
  }
}
