import NeuralKernels
import TestSupport
import Testing

/// Random shapes and contents: every level must do what the portable one does.
@Suite(.onOwnThread) struct LevelFuzzTests {
  static let faster = supportedLevels.filter { $0 != NK_LEVEL_PORTABLE }

  /// The results agree: numbers closely, what is no number nowhere else.
  static func agree(_ a: [Float], _ b: [Float], within bound: Double = 5e-5) -> Bool {
    guard a.count == b.count, zip(a, b).allSatisfy({ $0.isFinite == $1.isFinite }) else { return false }
    return relativeError(a.filter(\.isFinite), b.filter(\.isFinite).map(Double.init)) < bound
  }

  @Test(arguments: 0..<40)
  func `products of random shapes agree`(seed: Int) {
    var generator = SplitMix(seed: UInt64(seed))
    let columns = 256 * Int.random(in: 1...4, using: &generator)
    let tokens = Int.random(in: 1...40, using: &generator)
    let rows = Int.random(in: 1...70, using: &generator)
    let isGated = Bool.random(using: &generator)
    let matrices = (0..<(isGated ? 2 : Int.random(in: 1...3, using: &generator))).map { index in
      let encoding = allEncodings.randomElement(using: &generator) ?? NK_Q4_K
      let count = isGated ? rows : Int.random(in: 1...70, using: &generator)
      let matrix = TestMatrix(encoding, rows: count, columns: columns, seed: UInt64(seed * 3 + index))
      return (matrix, Bool.random(using: &generator) ? matrix.matrix : matrix.panels)
    }
    let x = randomNumbers(tokens * columns, seed: UInt64(seed))
    let pool = TestPool(Int.random(in: 1...3, using: &generator))
    let precision = [NK_PRECISION_EXACT, NK_PRECISION_INT15, NK_PRECISION_INT8].randomElement(using: &generator)
    var options = LinearTests.Options(precision: precision ?? NK_PRECISION_INT8, pool: pool.pool)
    if isGated {
      options.epilogue = NK_EPILOGUE_SILU_GATE
    } else if matrices.count == 1 && Bool.random(using: &generator) {
      options.epilogue = NK_EPILOGUE_ADD
      options.residual = randomNumbers(tokens * matrices[0].1.rows, seed: 7)
    }
    let weights = matrices.map(\.1)
    let expected = onLevel(NK_LEVEL_PORTABLE) { LinearTests.run(x, tokens: tokens, weights, options) }
    for level in Self.faster {
      let actual = onLevel(level) { LinearTests.run(x, tokens: tokens, weights, options) }
      // Of a gated pair only the first is written.
      for index in 0..<(isGated ? 1 : weights.count) {
        #expect(Self.agree(actual[index], expected[index], within: 2e-4), "\(level), part \(index)")
      }
    }
  }

  @Test(arguments: blockEncodings)
  func `blocks of random bytes agree`(encoding: nk_encoding) {
    var generator = SplitMix(seed: UInt64(encoding.rawValue))
    let (rows, columns, tokens) = (19, 512, 3)
    let size = rows * nk_row_bytes(encoding, columns)
    let source = AlignedMemory(size)
    let packed = AlignedMemory(nk_packed_bytes(encoding, rows, columns))
    let x = randomNumbers(tokens * columns, seed: 5)
    for _ in 0..<10 {
      let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
      source.pointer.copyMemory(from: bytes, byteCount: size)
      let matrix = nk_matrix(
        data: source.pointer,
        rows: rows,
        columns: columns,
        encoding: encoding,
        layout: NK_LAYOUT_ROWS
      )
      let panels = nk_matrix_pack(matrix, packed.pointer, nil)
      for precision in [NK_PRECISION_INT15, NK_PRECISION_INT8] {
        let options = LinearTests.Options(precision: precision)
        let results = supportedLevels.map { level in
          onLevel(level) { LinearTests.run(x, tokens: tokens, [panels], options)[0] }
        }
        for (level, result) in zip(supportedLevels, results) {
          // Scales span the range of halves, so that a row is compared with itself.
          for row in 0..<rows {
            let of = { (numbers: [Float]) in (0..<tokens).map { numbers[$0 * rows + row] } }
            #expect(Self.agree(of(result), of(results[0]), within: 1e-3), "\(level), row \(row)")
          }
        }
      }
    }
  }

  @Test(arguments: 0..<30)
  func `rows of random lengths agree`(seed: Int) {
    var generator = SplitMix(seed: UInt64(seed))
    let rows = Int.random(in: 1...9, using: &generator)
    let columns = Int.random(in: 1...300, using: &generator)
    let count = rows * columns
    let a = randomNumbers(count, seed: UInt64(seed), scale: 3)
    let b = randomNumbers(count, seed: UInt64(seed) + 100)
    let operations: [(inout [Float]) -> Void] = [
      { nk_softmax(a, &$0, rows, columns, nil) },
      { nk_rmsnorm(a, b, 1e-5, &$0, rows, columns, nil) },
      { nk_layernorm(a, b, a, 1e-5, &$0, rows, columns, nil) },
      { nk_silu_multiply(a, b, &$0, count, nil) },
      { nk_transpose(a, &$0, rows, columns, nil) },
      { nk_binary(NK_MULTIPLY, NK_EACH_ROW, false, a, b, &$0, rows, columns, nil) },
      { nk_binary(NK_SUBTRACT, NK_EACH_COLUMN, true, a, b, &$0, rows, columns, nil) },
      { nk_reduce_columns(NK_MEAN, a, &$0, rows, columns) },
      { nk_reduce_rows(NK_SUM_OF_SQUARES, a, &$0, rows, columns) },
      { nk_add_scaled(a, 0.3, &$0, count) },
      { numbers in for operation in 0...13 { nk_unary(nk_unary_operation(UInt32(operation)), b, &numbers, count, nil) }
      },
    ]
    for (index, operation) in operations.enumerated() {
      func run(_ level: nk_level) -> [Float] {
        var output = [Float](repeating: 0.5, count: count + 1)
        onLevel(level) { operation(&output) }
        #expect(output[count] == 0.5, "operation \(index) wrote past the end")
        return output
      }
      let expected = run(NK_LEVEL_PORTABLE)
      for level in Self.faster {
        #expect(Self.agree(run(level), expected, within: 1e-4), "\(level), operation \(index)")
      }
    }
  }

  @Test(arguments: 0..<24)
  func `attention of random shapes agrees`(seed: Int) {
    var generator = SplitMix(seed: UInt64(seed) + 50)
    let kvHeads = Int.random(in: 1...3, using: &generator)
    let tokens = Int.random(in: 1...60, using: &generator)
    let shape = AttentionTests.Shape(
      heads: kvHeads * Int.random(in: 1...7, using: &generator),
      kvHeads: kvHeads,
      size: Int.random(in: 1...80, using: &generator),
      tokens: tokens,
      positions: tokens + Int.random(in: 0...200, using: &generator)
    )
    let inputs = AttentionTests.Inputs(shape, masked: Bool.random(using: &generator))
    let pool = TestPool(Int.random(in: 1...3, using: &generator))
    for encoding in [NK_F16, NK_F32] {
      let expected = onLevel(NK_LEVEL_PORTABLE) { inputs.run(shape, encoding, nil) }
      for level in Self.faster {
        let actual = onLevel(level) { inputs.run(shape, encoding, pool.pool) }
        #expect(Self.agree(actual, expected), "\(level), \(encoding), \(shape)")
      }
    }
  }
}
