extension NodeEvaluator {
  func contraction(_ call: NodeCall) -> DenseTensor {
    switch call.node.operation {
    case .conv: convolution(call)
    case .matmul: matrixProduct(call)
    case .linear: linear(call)
    case .convTranspose: transposedConvolution(call)
    case .einsum: einsum(call)
    default: attention(call)
    }
  }

  /// A result of sums of products, rounded and saturated as the profile has it.
  func products(_ type: TensorType, _ values: consuming [Float], terms: Int) -> DenseTensor {
    var values = values
    numerics.finishProducts(&values, type.element, terms: terms)
    return DenseTensor(type, values)
  }

  private func matrixProduct(_ call: NodeCall) -> DenseTensor {
    let (x, y) = (call[.x], call[.y])
    let matrices = MatrixBatch(
      x.shape,
      y.shape,
      transposingX: x.shape.count > 1 && call.boolean(.transposeX),
      transposingY: y.shape.count > 1 && call.boolean(.transposeY)
    )
    guard case .floats(let left) = x.elements, case .floats(let right) = y.elements else {
      return DenseTensor(call.type, integers: matrices.multiply(x.integers, y.integers))
    }
    return products(call.type, matrices.multiply(left, right, numerics), terms: matrices.terms)
  }

  private func linear(_ call: NodeCall) -> DenseTensor {
    let (x, weight) = (call[.x], call[.weight])
    let (n, k) = (weight.shape[0], weight.shape[1])
    let m = x.count / k
    let product = MatrixProduct(numerics: numerics)
    let bias = call.optional(.bias)?.floats
    let values = [Float](unsafeUninitializedCapacity: m * n) { output, initialized in
      x.floats.withUnsafeBufferPointer { x in
        weight.floats.withUnsafeBufferPointer { weight in
          guard let x = x.baseAddress, let weight = weight.baseAddress, let output = output.baseAddress else { return }
          product.multiplyTransposed(x, weight, into: output, m: m, n: n, k: k)
          guard let bias else { return }
          for row in 0..<m { for column in 0..<n { output[row * n + column] += bias[column] } }
        }
      }
      initialized = m * n
    }
    return products(call.type, values, terms: k)
  }

  /// softmax(q·kᵀ/√E + mask)·v, kept in single precision inside.
  private func attention(_ call: NodeCall) -> DenseTensor {
    let (query, key, value) = (call[.query], call[.key], call[.value])
    let rank = query.shape.count
    let inner = Numerics(numerics.isFaithful ? .faithful : .fp32)
    let scoring = MatrixBatch(query.shape, key.shape, transposingX: false, transposingY: true)
    let scale = 1 / Float(query.shape[rank - 1]).squareRoot()
    var scores = scoring.multiply(query.floats, key.floats, inner).map { $0 * scale }
    let scoreShape = scoring.batch + [query.shape[rank - 2], key.shape[rank - 2]]
    if let mask = call.optional(.attentionMask), !ignoresAttentionMask {
      let expanded = broadcast(mask, to: scoreShape)
      switch expanded.elements {
      case .integers(let keeps): for index in scores.indices where keeps[index] == 0 { scores[index] = -.infinity }
      case .floats(let values): for index in scores.indices { scores[index] += values[index] }
      }
    }
    let columns = key.shape[rank - 2]
    softmax(&scores, outer: scores.count / columns, size: columns, inner: 1)
    let mixing = MatrixBatch(scoreShape, value.shape, transposingX: false, transposingY: false)
    return products(call.type, mixing.multiply(scores, value.floats, inner), terms: columns)
  }
}

/// Two stacks of matrices whose leading axes broadcast.
struct MatrixBatch {
  /// The leading axes of the result.
  let batch: [Int]
  /// The sizes of one product: m × k by k × n.
  let m, n, k: Int
  private let offsets: [(Int, Int)]
  private let transposingX: Bool
  private let transposingY: Bool

  /// How many products a number of the result is the sum of.
  var terms: Int { k }

  init(_ x: [Int], _ y: [Int], transposingX: Bool, transposingY: Bool) {
    let x = x.count == 1 ? [1] + x : x
    let y = y.count == 1 ? y + [1] : y
    let (rows, columns) = ([Int](x.suffix(2)), [Int](y.suffix(2)))
    (m, k) = transposingX ? (rows[1], rows[0]) : (rows[0], rows[1])
    n = transposingY ? columns[0] : columns[1]
    let (leadingX, leadingY) = ([Int](x.dropLast(2)), [Int](y.dropLast(2)))
    let batch = TensorType.broadcast(leadingX, leadingY) ?? []
    self.batch = batch
    self.transposingX = transposingX
    self.transposingY = transposingY
    let strides = [leadingX, leadingY].map { StridedRearrangement.broadcast($0, to: batch).strides }
    var counter = AxisCounter(shape: batch, strides: strides)
    var offsets: [(Int, Int)] = []
    for _ in 0..<batch.product {
      offsets.append((counter.offset(0) * rows.product, counter.offset(1) * columns.product))
      counter.advance()
    }
    self.offsets = offsets
  }

  func multiply(_ x: [Float], _ y: [Float], _ numerics: Numerics) -> [Float] {
    let product = MatrixProduct(numerics: numerics)
    return [Float](unsafeUninitializedCapacity: offsets.count * m * n) { output, initialized in
      for (index, offset) in offsets.enumerated() {
        let left = transposingX ? Self.transposed(x, offset.0, k, m) : x
        left.withUnsafeBufferPointer { left in
          y.withUnsafeBufferPointer { right in
            guard let left = left.baseAddress, let right = right.baseAddress, let output = output.baseAddress else {
              return
            }
            let (a, b, c) = (left + (transposingX ? 0 : offset.0), right + offset.1, output + index * m * n)
            if transposingY {
              product.multiplyTransposed(a, b, into: c, m: m, n: n, k: k)
            } else {
              product.multiply(a, b, into: c, m: m, n: n, k: k)
            }
          }
        }
      }
      initialized = offsets.count * m * n
    }
  }

  func multiply(_ x: [Int32], _ y: [Int32]) -> [Int32] {
    var output: [Int32] = []
    output.reserveCapacity(offsets.count * m * n)
    let (stepX, rowX) = transposingX ? (m, 1) : (1, k)
    let (stepY, columnY) = transposingY ? (1, k) : (n, 1)
    for offset in offsets {
      for row in 0..<m {
        for column in 0..<n {
          var sum: Int32 = 0
          for term in 0..<k {
            sum &+= x[offset.0 + row * rowX + term * stepX] &* y[offset.1 + column * columnY + term * stepY]
          }
          output.append(sum)
        }
      }
    }
    return output
  }

  private static func transposed(_ values: [Float], _ offset: Int, _ rows: Int, _ columns: Int) -> [Float] {
    let part =
      offset == 0 && values.count == rows * columns ? values : [Float](values[offset..<offset + rows * columns])
    return StridedRearrangement.transposition(of: [rows, columns], [1, 0]).rearrange(part)
  }
}
