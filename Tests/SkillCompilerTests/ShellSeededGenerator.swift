/// A small generator (SplitMix64) whose numbers depend on its seed alone.
struct ShellSeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A copy with a few bytes replaced, put in, taken out, doubled or cut off.
  mutating func mutate(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let index = Int.random(in: 0...result.count, using: &self)
      let byte =
        Bool.random(using: &self) ? alphabet.randomElement(using: &self) : UInt8.random(in: 0...255, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: if index < result.count, let byte { result[index] = byte }
      case 1: if let byte { result.insert(byte, at: index) }
      case 2: if index < result.count { result.remove(at: index) }
      case 3:
        let end = min(result.count, index + 12)
        result.insert(contentsOf: Array(result[index..<end]), at: index)
      default: result.removeSubrange(index..<min(result.count, index + 6))
      }
    }
    return result
  }
}
