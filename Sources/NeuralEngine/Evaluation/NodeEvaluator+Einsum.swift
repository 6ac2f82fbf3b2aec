extension NodeEvaluator {
  /// Products of matrices that lie on the axes before and behind a batch axis, which is brought to the front.
  func einsum(_ call: NodeCall) -> DenseTensor {
    let values = call.all(.values)
    let (x, y) = (values[0], values[1])
    let rank = x.shape.count
    let order = [Int](0..<rank - 3) + [rank - 2, rank - 3, rank - 1]
    let (left, right) = (
      StridedRearrangement.transposition(of: x.shape, order), StridedRearrangement.transposition(of: y.shape, order)
    )
    let matrices = MatrixBatch(left.shape, right.shape, transposingX: false, transposingY: false)
    let product = matrices.multiply(left.rearrange(x.floats), right.rearrange(y.floats), numerics)
    // The exchange of two axes undoes itself.
    let back = StridedRearrangement.transposition(of: order.map { call.type.shape[$0] }, order)
    return products(call.type, back.rearrange(product), terms: matrices.terms)
  }
}
