/// An IEEE 754 half-precision number, the neural engine's native element.
///
/// `Float16` does not exist on every platform the package supports, so the bits are kept and arithmetic happens in
/// single precision; hot loops convert whole rows in the kernels.
public struct Half: Hashable, Sendable {
  /// The number's bits: sign, five bits of exponent, ten of fraction.
  public var bitPattern: UInt16

  /// Creates a number from its bits.
  public init(bitPattern: UInt16) {
    self.bitPattern = bitPattern
  }

  /// Creates the nearest half to a number, ties to even; what is too large becomes infinity.
  public init(_ value: Float) {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7fff_ffff
    if magnitude > 0x7f80_0000 {
      bitPattern = sign | 0x7e00
    } else if magnitude >= 0x4780_0000 {  // 2^16 and above, infinity among them
      bitPattern = sign | 0x7c00
    } else if magnitude < 0x3880_0000 {
      // Below 2^-14: adding 0.5 makes the adder of single precision round to a multiple of 2^-24.
      let shifted = Float(bitPattern: magnitude) + 0.5
      bitPattern = sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- 0x3f00_0000)
    } else {
      let odd = (magnitude >> 13) & 1
      let rounded = magnitude &- 0x3800_0000 &+ 0xfff &+ odd
      bitPattern = sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }
  }

  /// Creates the nearest half to a number, ties to even, rounding once.
  public init(_ value: Double) {
    // Round to odd first: single precision has more than twice the bits of a half, so the second rounding is exact.
    let single = Float(value)
    guard single.isFinite, Double(single) != value else {
      self.init(single)
      return
    }
    var bits = single.bitPattern
    if Double(single).magnitude > value.magnitude { bits &-= 1 }
    self.init(Float(bitPattern: bits | 1))
  }

  /// The number in single precision, exactly.
  public var float: Float {
    let sign = UInt32(bitPattern & 0x8000) << 16
    let exponent = UInt32(bitPattern >> 10) & 0x1f
    let fraction = UInt32(bitPattern & 0x3ff)
    switch exponent {
    case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
