extension SplitMix {
  /// A copy of some bytes with a few changes: pieces put in, stretches taken out, doubled elsewhere or replaced, single
  /// bytes changed to any other, and now and then the end cut off.
  ///
  /// - Parameters:
  ///   - bytes: What is changed; may be empty.
  ///   - pieces: What means something where the bytes are read.
  ///   - changes: How many changes are made.
  /// - Returns: The changed copy.
  package mutating func mutated(
    _ bytes: [UInt8],
    pieces: [String],
    changes: ClosedRange<Int> = 1...6
  ) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: changes, using: &self) {
      let start = Int.random(in: 0...result.count, using: &self)
      let end = min(result.count, start + Int.random(in: 0...stretch, using: &self))
      let piece = Array((pieces.randomElement(using: &self) ?? "").utf8)
      switch Int.random(in: 0..<20, using: &self) {
      case 0..<8: result.insert(contentsOf: piece, at: start)
      case 8..<12: result.removeSubrange(start..<end)
      case 12..<14: if start < result.count { result[start] = .random(in: .min ... .max, using: &self) }
      case 14..<16: result.replaceSubrange(start..<end, with: piece)
      case 16..<19:
        result.insert(contentsOf: Array(result[start..<end]), at: Int.random(in: 0...result.count, using: &self))
      default: result.removeSubrange(start...)
      }
    }
    return result
  }

  /// How long a stretch may be: mostly a few bytes, sometimes lines.
  private var stretch: Int {
    mutating get { Int.random(in: 0..<4, using: &self) == 0 ? 80 : 8 }
  }
}
