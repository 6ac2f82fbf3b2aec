import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite struct AttentionTests {
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

  @Test(arguments: supportedLevels, shapes)
  func `attention is that of double precision`(level: nk_level, shape: Shape) {
    for threads in [1, 3] {
      for encoding in [NK_F32, NK_F16] {
        for masked in [false, true] {
          check(level: level, shape: shape, threads: threads, encoding: encoding, masked: masked)
        }
      }
    }
  }

  func check(level: nk_level, shape: Shape, threads: Int, encoding: nk_encoding, masked: Bool) {
    let (heads, size, tokens, positions) = (shape.heads, shape.size, shape.tokens, shape.positions)
    let width = shape.kvHeads * size
    let q = randomNumbers(tokens * heads * size, seed: 1)
    var k = randomNumbers(positions * width, seed: 2)
    var v = randomNumbers(positions * width, seed: 3)
    nk_round_half(&k, k.count)
    nk_round_half(&v, v.count)
    let mask = randomNumbers(tokens * positions, seed: 4).map { $0 > 0.9 ? -Float.infinity : $0 }
    let offset = positions - tokens
    let scale = 1 / Float(size).squareRoot()
    let bytes = positions * width * nk_block_bytes(encoding)
    let keys = AlignedMemory(bytes)
    let values = AlignedMemory(bytes)
    _ = nk_quantise(encoding, k, k.count, keys.pointer)
    _ = nk_quantise(encoding, v, v.count, values.pointer)
    let pool = TestPool(threads)
    var output = [Float](repeating: .nan, count: q.count)
    q.withUnsafeBufferPointer { q in
      mask.withUnsafeBufferPointer { mask in
        output.withUnsafeMutableBufferPointer { output in
          var call = nk_attention(
            queries: q.baseAddress!,
            query_stride: heads * size,
            keys: keys.pointer,
            values: values.pointer,
            key_stride: width,
            key_head_stride: size,
            value_stride: width,
            value_head_stride: size,
            cache_encoding: encoding,
            output: output.baseAddress!,
            output_stride: heads * size,
            heads: heads,
            kv_heads: shape.kvHeads,
            head_size: size,
            tokens: tokens,
            positions: positions,
            scale: scale,
            causal: true,
            offset: offset,
            mask: masked ? mask.baseAddress : nil,
            mask_stride: positions
          )
          let scratch = AlignedMemory(nk_attention_scratch(&call, pool.pool))
          onLevel(level) { nk_attention_run(&call, scratch.pointer, pool.pool) }
        }
      }
    }
    var expected: [Double] = []
    for token in 0..<tokens {
      for head in 0..<heads {
        let group = head / (heads / shape.kvHeads) * size
        var scores = (0...(offset + token)).map { position in
          (0..<size).reduce(0.0) {
            $0 + Double(q[(token * heads + head) * size + $1]) * Double(k[position * width + group + $1])
          } * Double(scale) + (masked ? Double(mask[token * positions + position]) : 0)
        }
        let top = scores.max() ?? 0
        scores = scores.map { top == -.infinity ? 0 : exp($0 - top) }
        let sum = max(scores.reduce(0, +), .leastNormalMagnitude)
        for d in 0..<size {
          expected.append(scores.indices.reduce(0.0) { $0 + scores[$1] / sum * Double(v[$1 * width + group + d]) })
        }
      }
    }
    #expect(relativeError(output, expected) < 2e-5, "\(threads) threads, \(encoding), masked: \(masked)")
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
