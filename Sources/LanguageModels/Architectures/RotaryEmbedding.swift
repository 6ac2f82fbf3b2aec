package import NeuralEngine

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// How a model turns its queries and keys by the places of their tokens: the part the host computes.
package struct RotaryEmbedding: Hashable, Sendable {
  /// How many numbers a head has.
  package var width: Int
  /// Which numbers of a head are turned together.
  package var style: RotaryStyle
  /// For each pair, the angle by which a step to the next token turns it.
  package var frequencies: [Double]

  /// Describes an embedding.
  ///
  /// - Parameters:
  ///   - width: How many numbers a head has; an even number.
  ///   - base: Pair i turns by `base^(−2i/width)` a step.
  ///   - style: Which numbers of a head are turned together.
  ///   - divisors: What the angles of the pairs are divided by; one number for all, or one for each pair.
  package init(width: Int, base: Double, style: RotaryStyle, divisors: [Double] = [1]) {
    self.width = width
    self.style = style
    frequencies = (0..<width / 2).map { pair in
      pow(base, -2 * Double(pair) / Double(width)) / (divisors.count == 1 ? divisors[0] : divisors[pair])
    }
  }

  /// The contents of the surfaces `cos` and `sin`.
  ///
  /// - Parameter positions: The tokens' places in the text, from 0.
  /// - Returns: Cosines and sines, each [1, width, 1, positions] row-major.
  package func tables(positions: [Int]) -> (cosines: [Float], sines: [Float]) {
    let count = positions.count
    var cosines = [Float](repeating: 0, count: width * count)
    var sines = cosines
    for (pair, frequency) in frequencies.enumerated() {
      let (first, second) =
        style == .interleaved ? (2 * pair * count, (2 * pair + 1) * count) : (pair * count, (pair + width / 2) * count)
      for (column, position) in positions.enumerated() {
        let angle = Double(position) * frequency
        let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
        (cosines[first + column], cosines[second + column]) = (cosine, cosine)
        (sines[first + column], sines[second + column]) = (sine, sine)
      }
    }
    return (cosines, sines)
  }
}

extension RotaryEmbedding {
  /// Reads what a model file says of the embedding.
  ///
  /// Files of Llama models hold queries and keys so that neighbours are turned together; those of Qwen models do not.
  init(
    _ file: GGUFFile,
    _ keys: KeyReader,
    headWidth: Int,
    _ family: ModelConfiguration.Family
  ) throws(GGUFError) {
    let prefix = keys.prefix
    let base = try file.metadata.number("\(prefix).rope.freq_base") ?? 10_000
    guard base > 0, base.isFinite else { throw keys.invalid("rope.freq_base", "\(base) is no base of angles") }
    let width = try keys.count("rope.dimension_count", default: headWidth)
    guard width == headWidth, width % 2 == 0 else {
      throw keys.unsupported(
        "rope.dimension_count",
        "only heads that are turned as a whole can be run, these have \(headWidth) numbers of which \(width) are turned"
      )
    }
    // As with the reference implementation, a factor alone stands for linear scaling; the second key is an old one.
    var divisors = [1.0]
    switch try file.metadata.string("\(prefix).rope.scaling.type") ?? "linear" {
    case "none": break
    case "linear":
      let old = try file.metadata.number("\(prefix).rope.scale_linear")
      let factor = try file.metadata.number("\(prefix).rope.scaling.factor") ?? old ?? 0
      guard factor >= 0, factor.isFinite else { throw keys.invalid("rope.scaling.factor", "\(factor) is no factor") }
      divisors = [factor == 0 ? 1 : factor]
    case let kind:
      throw keys.unsupported(
        "rope.scaling.type",
        "positions scaled in the way '\(kind)' cannot be run; choose a model without, or with 'linear' scaling"
      )
    }
    guard try file.metadata.number("\(prefix).rope.scaling.attn_factor") ?? 1 == 1 else {
      throw keys.unsupported("rope.scaling.attn_factor", "attention that is scaled with positions cannot be run")
    }
    if let factors = file.tensor(named: "rope_freqs.weight") {
      let row = try EncodedWeight(factors).decoded(row: 0)
      guard row.count == width / 2, row.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw GGUFError(
          .invalidShape,
          in: factors.name,
          "expected \(width / 2) factors, found the shape \(factors.shape)"
        )
      }
      divisors = row.map { Double($0) * divisors[0] }
    }
    self.init(width: width, base: base, style: family == .llama ? .interleaved : .halfSplit, divisors: divisors)
  }
}
