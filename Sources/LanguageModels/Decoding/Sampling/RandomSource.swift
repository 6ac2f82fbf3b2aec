/// A small random number generator whose numbers follow from its seed alone (xorshift64*).
package struct RandomSource: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// Creates a generator; seeds that differ in one bit give unrelated numbers.
  package init(seed: UInt64) {
    // Xorshift never leaves zero and starts slowly from few bits, so the seed is mixed first.
    var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    state = mixed == 0 ? 0x9E37_79B9_7F4A_7C15 : mixed
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// A number from 0 up to, not including, 1.
  mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
