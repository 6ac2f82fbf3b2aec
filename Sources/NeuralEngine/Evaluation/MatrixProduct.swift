import NeuralKernels

/// Products of matrices, accumulated in single precision: the only loops that have to be quick.
struct MatrixProduct {
  /// How lanes are summed.
  var numerics: Numerics

  /// `output[m × n] = a[m × k] · b[k × n]`, all row-major.
  func multiply(
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>,
    m: Int,
    n: Int,
    k: Int
  ) {
    if numerics.isFaithful {
      multiplyInLanes(a, b, into: output, m: m, n: n, k: k)
    } else {
      nk_matmul(a, k, b, n, output, n, m, n, k, nil)
    }
  }

  /// `output[m × n] = a[m × k] · b[n × k]ᵀ`, all row-major.
  func multiplyTransposed(
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>,
    m: Int,
    n: Int,
    k: Int
  ) {
    if numerics.isFaithful {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: n * k) { rows in
        guard let rows = rows.baseAddress else { return }
        for column in 0..<n { for term in 0..<k { rows[term * n + column] = b[column * k + term] } }
        multiplyInLanes(a, rows, into: output, m: m, n: n, k: k)
      }
      return
    }
    nk_matmul_transposed(a, k, b, k, output, n, m, n, k, nil)
  }

  /// As devices do it: four products at a time are summed in halves, these sums in single precision.
  private func multiplyInLanes(
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>,
    m: Int,
    n: Int,
    k: Int
  ) {
    output.update(repeating: 0, count: m * n)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: n) { lane in
      for row in 0..<m {
        let y = output + row * n
        for start in stride(from: 0, to: k, by: 4) {
          for term in start..<min(start + 4, k) {
            let (factor, x) = (operand(a[row * k + term]), b + term * n)
            if term == start {
              for column in 0..<n { lane[column] = HalfRows.rounded(factor * operand(x[column])) }
            } else {
              for column in 0..<n {
                lane[column] = HalfRows.rounded(lane[column] + factor * operand(x[column]))
              }
            }
          }
          for column in 0..<n { y[column] += lane[column] }
        }
      }
    }
  }

  @inline(__always)
  private func operand(_ value: Float) -> Float {
    numerics.flushesDenormals && value.magnitude < 0x1p-14 ? 0 : value
  }
}
