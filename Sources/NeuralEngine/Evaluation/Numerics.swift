/// How numbers behave while a program runs.
public struct Numerics: Hashable, Sendable {
  /// The kinds of arithmetic.
  public enum Profile: String, Hashable, Sendable, CaseIterable {
    /// Every operator's result is rounded to a half; products, sums and means accumulate in single precision and are
    /// rounded once; NaN stays.
    case fp16
    /// What was measured on devices: products of 32,768 and more are infinite, lanes of four are summed in halves,
    /// reductions too, NaN does not exist, there is one zero, and activations come from tables of 33 knots.
    case faithful
    /// Nothing is rounded between operators, to tell errors of halves from other errors.
    case fp32
    /// What models run by: a plan keeps single precision between its surfaces, also where no kernel computes a node.
    case fused
  }

  /// The kind of arithmetic.
  public var profile: Profile
  /// Whether products take halves below 2⁻¹⁴ for zero, as the first generation of Macs does; `faithful` only.
  public var flushesDenormals: Bool

  /// Creates numerics.
  ///
  /// - Parameters:
  ///   - profile: The kind of arithmetic.
  ///   - flushesDenormals: Whether products take halves below 2⁻¹⁴ for zero.
  public init(_ profile: Profile = .fp16, flushesDenormals: Bool = false) {
    self.profile = profile
    self.flushesDenormals = flushesDenormals
  }
}

extension Numerics {
  var isFaithful: Bool { profile == .faithful }

  /// Makes numbers what an operator of this profile would have given.
  func finish(_ values: inout [Float], _ element: ElementType) {
    switch profile {
    case .fp32: return
    case .fp16, .fused:
      if element == .fp16 {
        values.withUnsafeMutableBufferPointer { HalfRows.round($0) }
      } else if element == .bf16 {
        for index in values.indices { values[index] = Float(element.rounded(Double(values[index]))) }
      }
    case .faithful:
      // Single precision exists at the program's boundary only.
      values.withUnsafeMutableBufferPointer { values in
        HalfRows.round(values)
        for index in values.indices {
          let value = values[index]
          if value.isNaN || value == 0 { values[index] = 0 }
        }
      }
    }
  }

  /// Makes sums of products what a unit of this profile would have given.
  ///
  /// - Parameters:
  ///   - values: The sums, replaced.
  ///   - element: The type they are stored as.
  ///   - terms: How many products each is the sum of; a single one does not saturate.
  func finishProducts(_ values: inout [Float], _ element: ElementType, terms: Int) {
    finish(&values, element)
    guard isFaithful, terms > 1 || flushesDenormals else { return }
    for index in values.indices {
      let value = values[index]
      if terms > 1, value.magnitude >= 32768 {
        values[index] = value < 0 ? -.infinity : .infinity
      } else if flushesDenormals, value.magnitude < 0x1p-14 {
        values[index] = 0
      }
    }
  }

  /// Makes numbers given from outside what the program sees of them.
  func receive(_ values: inout [Float]) {
    guard isFaithful else { return }
    values.withUnsafeMutableBufferPointer { values in
      for index in values.indices where values[index].isNaN { values[index] = .infinity }
      HalfRows.round(values)
    }
  }
}
