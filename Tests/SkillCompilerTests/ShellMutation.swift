import TestSupport

extension SplitMix {
  /// A copy with a few bytes replaced, put in, taken out, doubled or cut off.
  mutating func mutated(_ bytes: [UInt8], alphabet: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let index = Int.random(in: 0...result.count, using: &self)
      let known = alphabet.randomElement(using: &self) ?? 0
      let byte = Bool.random(using: &self) ? known : UInt8.random(in: 0...255, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: if index < result.count { result[index] = byte }
      case 1: result.insert(byte, at: index)
      case 2: if index < result.count { result.remove(at: index) }
      case 3: result.insert(contentsOf: Array(result[index..<min(result.count, index + 12)]), at: index)
      default: result.removeSubrange(index..<min(result.count, index + 6))
      }
    }
    return result
  }
}
