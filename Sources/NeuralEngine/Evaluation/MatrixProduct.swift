/// Products of matrices, accumulated in single precision: the only loops that have to be quick.
///
/// This is the one place that kernels of another language would take over.
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
    } else if n < 8, m > 1 {
      // Short rows of b: its columns are made rows, so that the inner loop runs along k.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: n * k) { columns in
        guard let columns = columns.baseAddress else { return }
        for row in 0..<k { for column in 0..<n { columns[column * k + row] = b[row * n + column] } }
        multiplyTransposed(a, columns, into: output, m: m, n: n, k: k)
      }
    } else {
      multiplyByRows(a, b, into: output, m: m, n: n, k: k)
    }
  }

  /// Four rows of the result grow at a time, a stretch of columns that stays in the nearest cache.
  private func multiplyByRows(
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>,
    m: Int,
    n: Int,
    k: Int
  ) {
    output.update(repeating: 0, count: m * n)
    let stretch = 512
    for start in stride(from: 0, to: n, by: stretch) {
      let length = min(stretch, n - start)
      var row = 0
      while row + 4 <= m {
        let (a0, a1, a2, a3) = (a + row * k, a + (row + 1) * k, a + (row + 2) * k, a + (row + 3) * k)
        let y0 = output + row * n + start
        let (y1, y2, y3) = (y0 + n, y0 + 2 * n, y0 + 3 * n)
        for term in 0..<k {
          let x = b + term * n + start
          let (f0, f1, f2, f3) = (a0[term], a1[term], a2[term], a3[term])
          for index in 0..<length {
            let value = x[index]
            y0[index] += f0 * value
            y1[index] += f1 * value
            y2[index] += f2 * value
            y3[index] += f3 * value
          }
        }
        row += 4
      }
      while row < m {
        let y = output + row * n + start
        for term in 0..<k {
          let (x, factor) = (b + term * n + start, a[row * k + term])
          for index in 0..<length { y[index] += factor * x[index] }
        }
        row += 1
      }
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
    for row in 0..<m {
      for column in 0..<n { output[row * n + column] = Self.dot(a + row * k, b + column * k, k) }
    }
  }

  /// A sum of products over eight lanes.
  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var lanes = (SIMD8<Float>.zero, SIMD8<Float>.zero)
    var index = 0
    let (rawA, rawB) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    while index + 16 <= count {
      let offset = 4 * index
      lanes.0 +=
        rawA.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        * rawB.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
      lanes.1 +=
        rawA.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
        * rawB.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
      index += 16
    }
    var sum = (lanes.0 + lanes.1).sum()
    while index < count {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
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
