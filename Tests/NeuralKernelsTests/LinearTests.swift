import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct LinearTests {
  /// A product in double precision.
  static func product(_ x: [Float], tokens: Int, _ matrix: TestMatrix) -> [Double] {
    let columns = matrix.matrix.columns
    var result: [Double] = []
    for token in 0..<tokens {
      for row in 0..<matrix.matrix.rows {
        var sum = 0.0
        for i in 0..<columns { sum += Double(x[token * columns + i]) * Double(matrix.numbers[row * columns + i]) }
        result.append(sum)
      }
    }
    return result
  }

  struct Options {
    var precision = NK_PRECISION_INT15
    var epilogue = NK_EPILOGUE_STORE
    var bias: [Float]?
    var residual: [Float]?
    var roundHalf = false
    var pool: OpaquePointer?
  }

  /// The products of `x` with each matrix.
  static func run(_ x: [Float], tokens: Int, _ matrices: [nk_matrix], _ options: Options = Options()) -> [[Float]] {
    let outputs = matrices.map { UnsafeMutablePointer<Float>.allocate(capacity: max(1, $0.rows * tokens)) }
    let bias = AlignedMemory((options.bias?.count ?? 0) * 4)
    let residual = AlignedMemory((options.residual?.count ?? 0) * 4)
    if let values = options.bias { bias.pointer.copyMemory(from: values, byteCount: values.count * 4) }
    if let values = options.residual { residual.pointer.copyMemory(from: values, byteCount: values.count * 4) }
    defer { outputs.forEach { $0.deallocate() } }
    let parts = zip(matrices, outputs).map { matrix, output in
      nk_linear_part(
        weights: matrix,
        bias: options.bias == nil ? nil : UnsafePointer(bias.pointer.assumingMemoryBound(to: Float.self)),
        output: output,
        output_stride: matrix.rows,
        residual: options.residual == nil ? nil : UnsafePointer(residual.pointer.assumingMemoryBound(to: Float.self))
      )
    }
    return parts.withUnsafeBufferPointer { parts in
      x.withUnsafeBufferPointer { x in
        guard let input = x.baseAddress, let first = parts.baseAddress else { return [] }
        var linear = nk_linear(
          input: input,
          input_stride: matrices[0].columns,
          tokens: tokens,
          columns: matrices[0].columns,
          parts: first,
          part_count: parts.count,
          precision: options.precision,
          epilogue: options.epilogue,
          round_half: options.roundHalf
        )
        let scratch = AlignedMemory(nk_linear_scratch(&linear, options.pool))
        nk_linear_run(&linear, scratch.pointer, options.pool)
        return zip(matrices, outputs).map { matrix, output in
          (0..<matrix.rows * tokens).map { output[$0] }
        }
      }
    }
  }

  @Test(arguments: allEncodings)
  func `products are those of the decoded weights`(encoding: nk_encoding) {
    for (rows, columns, tokens) in [(1, 256, 1), (37, 512, 1), (16, 256, 31), (50, 768, 5)] {
      let matrix = TestMatrix(encoding, rows: rows, columns: columns, seed: UInt64(rows + tokens))
      let x = randomNumbers(tokens * columns, seed: 9)
      let expected = Self.product(x, tokens: tokens, matrix)
      for level in supportedLevels {
        for layout in [matrix.matrix, matrix.panels] {
          for (precision, bound) in [
            (NK_PRECISION_EXACT, 1e-5), (NK_PRECISION_INT15, 4e-4), (NK_PRECISION_INT8, 0.06),
          ] {
            let actual = onLevel(level) { Self.run(x, tokens: tokens, [layout], Options(precision: precision))[0] }
            #expect(
              relativeError(actual, expected) < bound,
              "\(level), \(rows)×\(columns), \(tokens) tokens, layout \(layout.layout), \(precision)"
            )
          }
        }
      }
    }
  }

  @Test(arguments: supportedLevels, [NK_PRECISION_INT15, NK_PRECISION_INT8])
  func `levels agree with the portable one`(level: nk_level, precision: nk_precision) {
    for encoding in blockEncodings {
      let matrix = TestMatrix(encoding, rows: 33, columns: 512, seed: 4)
      let x = randomNumbers(27 * 512, seed: 5)
      let options = Options(precision: precision)
      let expected = onLevel(NK_LEVEL_PORTABLE) { Self.run(x, tokens: 27, [matrix.panels], options)[0] }
      let actual = onLevel(level) { Self.run(x, tokens: 27, [matrix.panels], options)[0] }
      // Integer parts are equal; only the order of the scaled sums differs.
      #expect(relativeError(actual, expected.map(Double.init)) < 5e-5)
    }
  }

  @Test(arguments: supportedLevels)
  func `columns of odd counts work for weights of single numbers`(level: nk_level) {
    for encoding in [NK_F32, NK_F16, NK_BF16] {
      for columns in [1, 3, 17, 67] {
        let matrix = TestMatrix(encoding, rows: 7, columns: columns, seed: 2)
        let x = randomNumbers(6 * columns, seed: 1)
        let actual = onLevel(level) { Self.run(x, tokens: 6, [matrix.matrix])[0] }
        #expect(relativeError(actual, Self.product(x, tokens: 6, matrix)) < 1e-5)
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `several matrices of different encodings share the activations`(level: nk_level) {
    let q = TestMatrix(NK_Q4_K, rows: 40, columns: 512, seed: 1)
    let v = TestMatrix(NK_Q6_K, rows: 24, columns: 512, seed: 2)
    let f = TestMatrix(NK_F16, rows: 10, columns: 512, seed: 3)
    let x = randomNumbers(19 * 512, seed: 4)
    let pool = TestPool(3)
    let actual = onLevel(level) { Self.run(x, tokens: 19, [q.panels, v.matrix, f.matrix], Options(pool: pool.pool)) }
    for (part, matrix) in zip(actual, [q, v, f]) {
      #expect(relativeError(part, Self.product(x, tokens: 19, matrix)) < 4e-4)
    }
  }

  @Test(arguments: supportedLevels)
  func `bias, residual and gate are applied`(level: nk_level) {
    let gate = TestMatrix(NK_Q8_0, rows: 21, columns: 96, seed: 1)
    let up = TestMatrix(NK_Q4_1, rows: 21, columns: 96, seed: 2)
    let x = randomNumbers(5 * 96, seed: 3)
    let bias = randomNumbers(21, seed: 4)
    let residual = randomNumbers(5 * 21, seed: 5)
    let g = Self.product(x, tokens: 5, gate).enumerated().map { $1 + Double(bias[$0 % 21]) }
    let u = Self.product(x, tokens: 5, up).enumerated().map { $1 + Double(bias[$0 % 21]) }
    onLevel(level) {
      let added = Self.run(
        x,
        tokens: 5,
        [gate.panels],
        Options(epilogue: NK_EPILOGUE_ADD, bias: bias, residual: residual)
      )[0]
      #expect(relativeError(added, zip(g, residual).map { $0 + Double($1) }) < 4e-4)
      let gated = Self.run(
        x,
        tokens: 5,
        [gate.panels, up.matrix],
        Options(epilogue: NK_EPILOGUE_SILU_GATE, bias: bias)
      )[0]
      let expected = zip(g, u).map { g, u in g / (1 + exp(-g)) * u }
      #expect(relativeError(gated, expected) < 6e-4)
      let rounded = Self.run(x, tokens: 5, [gate.panels], Options(roundHalf: true))[0]
      var again = rounded
      nk_round_half(&again, again.count)
      #expect(rounded == again)
    }
  }

  @Test(arguments: supportedLevels)
  func `zeros give zeros and no number spreads over its token only`(level: nk_level) {
    let matrix = TestMatrix(NK_Q4_K, rows: 18, columns: 256, seed: 1)
    var x = [Float](repeating: 0, count: 3 * 256)
    x[256 + 7] = .infinity
    x[512 + 9] = .nan
    for precision in [NK_PRECISION_INT15, NK_PRECISION_INT8] {
      let y = onLevel(level) { Self.run(x, tokens: 3, [matrix.panels], Options(precision: precision))[0] }
      #expect(y[..<18].allSatisfy { $0 == 0 })
      #expect(y[18...].allSatisfy { !$0.isFinite })
    }
  }

  @Test(arguments: supportedLevels)
  func `products of activations are those of double precision`(level: nk_level) {
    for (n, m, k) in [(1, 1, 1), (5, 7, 3), (13, 70, 33), (30, 129, 64)] {
      let a = randomNumbers(n * k, seed: 1)
      let b = randomNumbers(m * k, seed: 2)
      var y = [Float](repeating: .nan, count: n * m)
      var expected = [Double](repeating: 0, count: n * m)
      for i in 0..<n {
        for j in 0..<m { for t in 0..<k { expected[i * m + j] += Double(a[i * k + t]) * Double(b[j * k + t]) } }
      }
      let pool = TestPool(2)
      onLevel(level) { nk_matmul_transposed(a, k, b, k, &y, m, n, m, k, pool.pool) }
      #expect(relativeError(y, expected) < 1e-5)
      var turned = [Float](repeating: .nan, count: m * k)
      nk_transpose(b, &turned, m, k, nil)
      y = [Float](repeating: .nan, count: n * m)
      onLevel(level) { nk_matmul(a, k, turned, m, &y, m, n, m, k, pool.pool) }
      #expect(relativeError(y, expected) < 1e-5)
    }
  }
}
