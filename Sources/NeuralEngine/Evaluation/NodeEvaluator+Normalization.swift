#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension NodeEvaluator {
  func normalization(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    switch call.node.operation {
    case .softmax:
      var values = x.floats
      let fold = AxisFold.bringing([call.integer(.axis)], of: x).1
      softmax(&values, outer: fold.outer, size: fold.size, inner: fold.inner)
      return result(call.type, values)
    case .cumsum: return runningSum(call)
    case .localResponseNorm: return localResponse(call)
    case .batchNorm, .instanceNorm: return channelNorm(call)
    case .l2Norm:
      let size = x.shape.suffix(3).reduce(1, *)
      let fold = AxisFold(outer: x.count / size, size: size, inner: 1)
      let epsilon = call.number(.epsilon)
      let factors = sum(x.floats.map { $0 * $0 }, fold).map { 1 / ($0 + epsilon).squareRoot() }
      return result(call.type, fold.apply(x.floats, factors) { $0 * $1 })
    default: return layerNorm(call)
    }
  }

  /// Softmax along the middle of three axes, the greatest number subtracted first.
  func softmax(_ values: inout [Float], outer: Int, size: Int, inner: Int) {
    let fold = AxisFold(outer: outer, size: size, inner: inner)
    let peaks = fold.combine(values, from: -.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
    values = fold.apply(values, peaks) { exp($0 - $1) }
    let sums = fold.sum(values)
    values = fold.apply(values, sums) { $0 / $1 }
  }

  private func runningSum(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    let fold = AxisFold.bringing([call.integer(.axis)], of: x).1
    let (isExclusive, isReversed) = (call.boolean(.exclusive), call.boolean(.reverse))
    func run<Number: AdditiveArithmetic>(_ x: [Number], _ add: (Number, Number) -> Number) -> [Number] {
      var results = x
      for part in 0..<fold.outer {
        for index in 0..<fold.inner {
          var sum = Number.zero
          for step in 0..<fold.size {
            let row = isReversed ? fold.size - 1 - step : step
            let place = (part * fold.size + row) * fold.inner + index
            if isExclusive { results[place] = sum }
            sum = add(sum, x[place])
            if !isExclusive { results[place] = sum }
          }
        }
      }
      return results
    }
    switch x.elements {
    case .integers(let values):
      return DenseTensor(call.type, integers: run(values, &+).map { call.type.element.wrapped($0) })
    case .floats(let values):
      let isFaithful = numerics.isFaithful
      return result(call.type, run(values) { isFaithful ? HalfRows.rounded($0 + $1) : $0 + $1 })
    }
  }

  /// Each channel less its mean, by the root of its variance: both given, or those of each image.
  private func channelNorm(_ call: NodeCall) -> DenseTensor {
    let x = call[.x]
    let (rows, channels) = (x.shape[0] * x.shape[1], x.shape[1])
    let fold = AxisFold(outer: rows, size: x.count / rows, inner: 1)
    func spread(_ values: [Float]) -> [Float] { (0..<rows).map { values[$0 % channels] } }
    let size = Float(fold.size)
    let means = call.optional(.mean).map { spread($0.floats) } ?? sum(x.floats, fold).map { $0 / size }
    var values = fold.apply(x.floats, means) { $0 - $1 }
    let variances =
      call.optional(.variance).map { spread($0.floats) } ?? sum(values.map { $0 * $0 }, fold).map { $0 / size }
    let epsilon = call.number(.epsilon)
    values = fold.apply(values, variances.map { 1 / ($0 + epsilon).squareRoot() }) { $0 * $1 }
    if let gamma = call.optional(.gamma)?.floats { values = fold.apply(values, spread(gamma)) { $0 * $1 } }
    if let beta = call.optional(.beta)?.floats { values = fold.apply(values, spread(beta)) { $0 + $1 } }
    return result(call.type, values)
  }

  private func layerNorm(_ call: NodeCall) -> DenseTensor {
    let (x, axes) = (call[.x], call.integers(.axes))
    let others = x.shape.indices.filter { !axes.contains($0) }
    let order = others + axes
    let forward = StridedRearrangement.transposition(of: x.shape, order)
    let moved = forward.rearrange(x.floats)
    let size = axes.map { x.shape[$0] }.product
    let fold = AxisFold(outer: x.count / size, size: size, inner: 1)
    let epsilon = call.number(.epsilon)
    let means = sum(moved, fold).map { $0 / Float(size) }
    let centred = fold.apply(moved, means) { $0 - $1 }
    let factors = sum(centred.map { $0 * $0 }, fold).map { 1 / ($0 / Float(size) + epsilon).squareRoot() }
    var values = fold.apply(centred, factors) { $0 * $1 }
    let columns = AxisFold(outer: 1, size: fold.outer, inner: size)
    if let gamma = call.optional(.gamma)?.floats { values = columns.apply(values, gamma) { $0 * $1 } }
    if let beta = call.optional(.beta)?.floats { values = columns.apply(values, beta) { $0 + $1 } }
    let back = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
    let plan = StridedRearrangement.transposition(of: forward.shape, back)
    return result(call.type, plan.rearrange(values))
  }
}
