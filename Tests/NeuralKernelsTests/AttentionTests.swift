import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct AttentionTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var heads = 4
    var kvHeads = 2
    var size = 16
    var tokens = 1
    var positions = 1
    var testDescription: String { "\(heads)/\(kvHeads) heads of \(size), \(tokens) of \(positions)" }
  }

  static let shapes = [
    Shape(), Shape(heads: 1, kvHeads: 1, size: 1, tokens: 3, positions: 5),
    Shape(heads: 9, kvHeads: 3, size: 64, tokens: 1, positions: 700),
    Shape(heads: 12, kvHeads: 2, size: 128, tokens: 1, positions: 65),
    Shape(heads: 9, kvHeads: 3, size: 64, tokens: 70, positions: 130),
    Shape(heads: 4, kvHeads: 4, size: 24, tokens: 50, positions: 50),
    Shape(heads: 64, kvHeads: 1, size: 8, tokens: 2, positions: 9),
  ]

  /// Queries, rounded keys and values, and a mask that hides a few places.
  struct Inputs {
    let q: [Float]
    var k: [Float]
    var v: [Float]
    var mask: [Float]?

    init(_ shape: Shape, masked: Bool) {
      q = randomNumbers(shape.tokens * shape.heads * shape.size, seed: 1)
      k = randomNumbers(shape.positions * shape.kvHeads * shape.size, seed: 2)
      v = randomNumbers(shape.positions * shape.kvHeads * shape.size, seed: 3)
      nk_round_half(&k, k.count)
      nk_round_half(&v, v.count)
      mask =
        masked
        ? randomNumbers(shape.tokens * shape.positions, seed: 4).map { $0 > 0.9 ? -.infinity : $0 } : nil
    }

    /// Attention in double precision, operator by operator.
    func expected(_ shape: Shape) -> [Double] {
      let (size, width) = (shape.size, shape.kvHeads * shape.size)
      let scale = Double(1 / Float(size).squareRoot())
      var result = [Double](repeating: 0, count: q.count)
      for token in 0..<shape.tokens {
        for head in 0..<shape.heads {
          let at = (token * shape.heads + head) * size
          let group = head / (shape.heads / shape.kvHeads) * size
          var scores: [Double] = []
          for position in 0...(shape.positions - shape.tokens + token) {
            var dot = 0.0
            for d in 0..<size { dot += Double(q[at + d]) * Double(k[position * width + group + d]) }
            scores.append(dot * scale + Double(mask?[token * shape.positions + position] ?? 0))
          }
          let top = scores.max() ?? 0
          let weights = scores.map { top == -.infinity ? 0 : exp($0 - top) }
          let sum = max(weights.reduce(0, +), .leastNormalMagnitude)
          for (position, weight) in weights.enumerated() where weight > 0 {
            for d in 0..<size { result[at + d] += weight / sum * Double(v[position * width + group + d]) }
          }
        }
      }
      return result
    }

    func run(_ shape: Shape, _ encoding: nk_encoding, _ pool: OpaquePointer?) -> [Float] {
      let width = shape.kvHeads * shape.size
      let keys = AlignedMemory(k.count * nk_block_bytes(encoding))
      let values = AlignedMemory(v.count * nk_block_bytes(encoding))
      _ = nk_quantise(encoding, k, k.count, keys.pointer)
      _ = nk_quantise(encoding, v, v.count, values.pointer)
      var output = [Float](repeating: .nan, count: q.count)
      q.withUnsafeBufferPointer { q in
        (mask ?? []).withUnsafeBufferPointer { rows in
          output.withUnsafeMutableBufferPointer { output in
            guard let queries = q.baseAddress, let result = output.baseAddress else { return }
            var call = nk_attention(
              queries: queries,
              query_stride: shape.heads * shape.size,
              keys: keys.pointer,
              values: values.pointer,
              key_stride: width,
              key_head_stride: shape.size,
              value_stride: width,
              value_head_stride: shape.size,
              cache_encoding: encoding,
              output: result,
              output_stride: shape.heads * shape.size,
              heads: shape.heads,
              kv_heads: shape.kvHeads,
              head_size: shape.size,
              tokens: shape.tokens,
              positions: shape.positions,
              scale: 1 / Float(shape.size).squareRoot(),
              causal: true,
              offset: shape.positions - shape.tokens,
              mask: mask == nil ? nil : rows.baseAddress,
              mask_stride: shape.positions
            )
            let scratch = AlignedMemory(nk_attention_scratch(&call, pool))
            nk_attention_run(&call, scratch.pointer, pool)
          }
        }
      }
      return output
    }
  }

  @Test(arguments: shapes, [false, true])
  func `attention is that of double precision`(shape: Shape, masked: Bool) {
    let inputs = Inputs(shape, masked: masked)
    let expected = inputs.expected(shape)
    for level in supportedLevels {
      for threads in [1, 3] {
        let pool = TestPool(threads)
        for encoding in [NK_F32, NK_F16] {
          let actual = onLevel(level) { inputs.run(shape, encoding, pool.pool) }
          #expect(relativeError(actual, expected) < 2e-5, "\(level), \(threads) threads, \(encoding)")
        }
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `rows that see nothing are zero, whatever the others see`(level: nk_level) {
    // Few rows and many, which go different ways; more than a block of hidden positions before what is seen.
    for tokens in [1, 3, 40] {
      let shape = Shape(heads: 6, kvHeads: 2, size: 32, tokens: tokens, positions: 200)
      var inputs = Inputs(shape, masked: true)
      var mask = [Float](repeating: -.infinity, count: tokens * 200)
      for token in stride(from: 1, to: tokens, by: 2) { for p in 100..<120 { mask[token * 200 + p] = 0.5 } }
      inputs.mask = mask
      let output = onLevel(level) { inputs.run(shape, NK_F16, nil) }
      #expect(relativeError(output, inputs.expected(shape)) < 2e-5)
      for token in stride(from: 0, to: tokens, by: 2) {
        #expect(output[token * 192..<(token + 1) * 192].allSatisfy { $0 == 0 })
      }
    }
  }

  @Test(arguments: supportedLevels, [false, true])
  func `rotation turns pairs by the tables' angles`(level: nk_level, interleaved: Bool) {
    let (tokens, heads, size, rotary) = (37, 3, 20, 16)
    let x = randomNumbers(tokens * heads * size, seed: 1)
    let angles = randomNumbers(tokens * rotary / 2, seed: 2)
    var y = x
    let pool = TestPool(2)
    onLevel(level) {
      nk_rotary(
        &y,
        heads * size,
        tokens,
        heads,
        size,
        rotary,
        angles.map { cosf($0) },
        angles.map { sinf($0) },
        interleaved,
        pool.pool
      )
    }
    for row in 0..<tokens * heads {
      for i in 0..<size {
        var expected = x[row * size + i]
        if i < rotary {
          let pair = interleaved ? i / 2 : i % (rotary / 2)
          let first = interleaved ? 2 * pair : pair
          let second = interleaved ? first + 1 : first + rotary / 2
          let angle = angles[row / heads * rotary / 2 + pair]
          let (a, b) = (x[row * size + first], x[row * size + second])
          expected = i == first ? a * cosf(angle) - b * sinf(angle) : a * sinf(angle) + b * cosf(angle)
        }
        #expect(abs(y[row * size + i] - expected) < 1e-6)
      }
    }
  }
}
