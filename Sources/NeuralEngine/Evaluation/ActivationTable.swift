#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An activation as the device computes it: straight lines between 33 knots.
///
/// The public measurements give the number of knots, the greatest errors and the values at 0, not the knots. These
/// tables have evenly spaced knots, over the range whose error is the published one: the sag of a chord between knots
/// h apart is h²·max|f″|/8. A constant taken off every knot gives the published value at 0.
struct ActivationTable: Sendable {
  /// What lies beyond the last knot.
  enum Tail: Sendable {
    /// The value of the last knot.
    case flat
    /// 0 to the left, x to the right.
    case ramp
  }

  private let first: Float
  private let step: Float
  private let knots: [Float]
  private let tail: Tail
  /// Whether the knots are those of the right half of an odd function.
  private let isOdd: Bool

  private init(
    from first: Double,
    to last: Double,
    tail: Tail,
    isOdd: Bool = false,
    shift: Double = 0,
    _ function: (Double) -> Double
  ) {
    let step = (last - first) / 32
    self.first = Float(first)
    self.step = Float(step)
    self.tail = tail
    self.isOdd = isOdd
    knots = (0...32).map { Float(function(first + Double($0) * step) - shift) }
  }

  func callAsFunction(_ value: Float) -> Float {
    if isOdd, value < 0 { return -self(-value) }
    guard !value.isNaN else { return value }
    let position = (value - first) / step
    if position <= 0 {
      return tail == .ramp ? 0 : knots[0]
    }
    if position >= 32 {
      return tail == .ramp ? value : knots[32]
    }
    let index = Int(position)
    let fraction = position - Float(index)
    return knots[index] + (knots[index + 1] - knots[index]) * fraction
  }

  /// Greatest error 0.0034.
  static let sigmoid = ActivationTable(from: -8.5, to: 8.5, tail: .flat) { 1 / (1 + exp(-$0)) }
  /// Greatest error 0.0017.
  static let tanh = ActivationTable(from: 0, to: 4.25, tail: .flat, isOdd: true) { 1 - 2 / (exp(2 * $0) + 1) }
  /// Greatest error 0.0059, −0.000543 at 0.
  static let gelu = ActivationTable(from: -4.065, to: 4.065, tail: .ramp, shift: 0.000543) {
    0.5 * $0 * (1 + erf($0 / 2.0.squareRoot()))
  }
  /// −0.001259 at 0; the greatest error is not published.
  static let silu = ActivationTable(from: -8, to: 8, tail: .ramp, shift: 0.001259) { $0 / (1 + exp(-$0)) }
}
