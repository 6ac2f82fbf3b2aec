#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension NodeEvaluator {
  func reduction(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    let isArgument = call.node.operation == .reduceArgmax || call.node.operation == .reduceArgmin
    let axes = isArgument ? [call.integer(.axis)] : call.integers(.axes)
    let (moved, fold) = AxisFold.bringing(axes, of: x)
    if isArgument {
      let isGreatest = call.node.operation == .reduceArgmax
      switch moved {
      case .floats(let values):
        return DenseTensor(call.type, integers: isGreatest ? fold.first(values, by: >) : fold.first(values, by: <))
      case .integers(let values):
        return DenseTensor(call.type, integers: isGreatest ? fold.first(values, by: >) : fold.first(values, by: <))
      }
    }
    switch moved {
    case .floats(let values): return result(call.type, reduce(call.node.operation, values, fold))
    case .integers(let values):
      // Whole numbers of 32 bits wrap around.
      let sums = reduceIntegers(call.node.operation, values, fold)
      return DenseTensor(call.type, integers: sums.map { call.type.element.wrapped($0) })
    }
  }

  private func reduce(_ operation: Operator, _ x: [Float], _ fold: AxisFold) -> [Float] {
    switch operation {
    case .reduceSum: return sum(x, fold)
    case .reduceMean:
      let scale = 1 / Float(fold.size)
      return numerics.isFaithful ? sum(x, fold).map { $0 * scale } : sum(x, fold).map { $0 / Float(fold.size) }
    case .reduceMax: return fold.combine(x, from: -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
    case .reduceMin: return fold.combine(x, from: .infinity) { $1 < $0 || $1.isNaN ? $1 : $0 }
    case .reduceProd: return fold.combine(x, from: 1) { $0 * $1 }
    case .reduceSumSquare: return sum(x.map { $0 * $0 }, fold)
    case .reduceL1Norm: return sum(x.map { $0.magnitude }, fold)
    case .reduceL2Norm: return sum(x.map { $0 * $0 }, fold).map { $0.squareRoot() }
    case .reduceLogSum: return sum(x, fold).map { log($0) }
    default:
      let peaks = fold.combine(x, from: -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
      let shifts = peaks.map { $0.isFinite ? $0 : 0 }
      let powers = fold.apply(x, shifts) { exp($0 - $1) }
      return zip(sum(powers, fold), shifts).map { log($0) + $1 }
    }
  }

  /// Sums in single precision; in halves, four at a time, as devices reduce.
  func sum(_ x: [Float], _ fold: AxisFold) -> [Float] {
    guard numerics.isFaithful else { return fold.sum(x) }
    return fold.sumInHalves(x)
  }

  private func reduceIntegers(_ operation: Operator, _ x: [Int32], _ fold: AxisFold) -> [Int32] {
    switch operation {
    case .reduceMax: return fold.combine(x, from: .min) { Swift.max($0, $1) }
    case .reduceMin: return fold.combine(x, from: .max) { Swift.min($0, $1) }
    case .reduceSum: return fold.combine(x, from: 0) { $0 &+ $1 }
    case .reduceProd: return fold.combine(x, from: 1) { $0 &* $1 }
    case .reduceSumSquare: return fold.combine(x, from: 0) { $0 &+ $1 &* $1 }
    case .reduceL1Norm: return fold.combine(x, from: 0) { $0 &+ ($1 < 0 ? 0 &- $1 : $1) }
    case .reduceMean:
      return fold.combine(x, from: 0) { $0 &+ $1 }.map { $0 / Int32(clamping: fold.size) }
    default:
      return reduce(operation, x.map { Float($0) }, fold).map { Int32(clamping: $0) }
    }
  }
}
