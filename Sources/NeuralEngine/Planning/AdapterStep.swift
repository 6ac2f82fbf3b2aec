import NeuralKernels

/// A low-rank correction by matrices that surfaces hold.
struct AdapterStep {
  var input: UnsafeMutablePointer<Float>
  var output: UnsafeMutablePointer<Float>
  /// The inputs that hold A [rank, columns] and B [rows, rank].
  var down: Int
  var up: Int
  var rank: Int
  var rows: Int
  var columns: Int
  var tokens: Int

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    guard let a = surfaces.input(down).baseAddress, let b = surfaces.input(up).baseAddress else { return }
    let hidden = frame.scratch.assumingMemoryBound(to: Float.self)
    let scratch = frame.scratch + hiddenSize
    multiply(a, rank, input, columns, into: hidden) { nk_linear_run(&$0, scratch, frame.pool) }
    multiply(b, rows, hidden, rank, into: output) { nk_linear_run(&$0, scratch, frame.pool) }
  }

  /// How many bytes of scratch the step needs.
  func scratchSize(_ pool: OpaquePointer?) -> Int {
    var size = 0
    // Only the extents count.
    multiply(input, rank, input, columns, into: output) { size = nk_linear_scratch(&$0, pool) }
    multiply(input, rows, input, rank, into: output) { size = max(size, nk_linear_scratch(&$0, pool)) }
    return hiddenSize + size
  }

  private var hiddenSize: Int { (tokens * rank * MemoryLayout<Float>.stride + 63) & ~63 }

  private func multiply(
    _ matrix: UnsafeRawPointer,
    _ rows: Int,
    _ input: UnsafePointer<Float>,
    _ columns: Int,
    into output: UnsafeMutablePointer<Float>,
    _ body: (inout nk_linear) -> Void
  ) {
    let weights = nk_matrix(data: matrix, rows: rows, columns: columns, encoding: NK_F16, layout: NK_LAYOUT_ROWS)
    var part = nk_linear_part(weights: weights, bias: nil, output: output, output_stride: rows, residual: nil)
    withUnsafePointer(to: &part) { part in
      var call = nk_linear(
        input: input,
        input_stride: columns,
        tokens: tokens,
        columns: columns,
        parts: part,
        part_count: 1,
        precision: NK_PRECISION_EXACT,
        epilogue: NK_EPILOGUE_STORE,
        round_half: false
      )
      body(&call)
    }
  }
}
