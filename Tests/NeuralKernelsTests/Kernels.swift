import NeuralKernels
import TestSupport

/// The levels this processor can run.
let supportedLevels = [
  NK_LEVEL_PORTABLE, NK_LEVEL_AVX2, NK_LEVEL_AVX512, NK_LEVEL_NEON, NK_LEVEL_NEON_DOT,
].filter(nk_level_supported)

/// Every encoding.
let allEncodings = [
  NK_F32, NK_F16, NK_BF16, NK_Q4_0, NK_Q4_1, NK_Q5_0, NK_Q5_1, NK_Q8_0, NK_Q4_K, NK_Q5_K, NK_Q6_K,
]

/// The encodings with blocks.
let blockEncodings = allEncodings.filter { nk_block_length($0) > 1 }

/// Runs calls of this thread on one level.
func onLevel<Result>(_ level: nk_level, _ body: () -> Result) -> Result {
  _ = nk_level_force(level)
  defer { nk_level_reset() }
  return body()
}

/// Numbers spread around zero like a model's weights and activations.
func randomNumbers(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
  var generator = SplitMix(seed: seed)
  return (0..<count).map { _ in
    (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) } * scale
  }
}

/// Rows of a matrix in an encoding: encoded numbers, or for the K types random codes with small scales.
func randomRows(_ encoding: nk_encoding, rows: Int, columns: Int, seed: UInt64) -> [UInt8] {
  let rowBytes = nk_row_bytes(encoding, columns)
  var bytes = [UInt8](repeating: 0, count: rows * rowBytes)
  let numbers = randomNumbers(rows * columns, seed: seed, scale: 0.05)
  if nk_quantise(encoding, numbers, rows * columns, &bytes) { return bytes }
  var generator = SplitMix(seed: seed)
  for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
  let block = nk_block_bytes(encoding)
  for start in stride(from: 0, to: bytes.count, by: block) {
    for offset in encoding == NK_Q6_K ? [208] : [0, 2] {
      var half: UInt16 = 0
      nk_float_to_half([Float.random(in: 0.0001...0.002, using: &generator)], &half, 1)
      bytes[start + offset] = UInt8(half & 255)
      bytes[start + offset + 1] = UInt8(half >> 8)
    }
  }
  return bytes
}

/// Memory aligned as the kernels want it.
final class AlignedMemory {
  let pointer: UnsafeMutableRawPointer

  init(_ count: Int) {
    pointer = .allocate(byteCount: max(count, 64), alignment: 64)
    pointer.initializeMemory(as: UInt8.self, repeating: 0xa5, count: max(count, 64))
  }

  deinit { pointer.deallocate() }
}

/// A weight matrix that owns its memory.
final class TestMatrix {
  let rows: AlignedMemory
  let packed: AlignedMemory
  let matrix: nk_matrix
  let panels: nk_matrix
  /// Decoded.
  let numbers: [Float]

  init(_ encoding: nk_encoding, rows count: Int, columns: Int, seed: UInt64) {
    let bytes = randomRows(encoding, rows: count, columns: columns, seed: seed)
    rows = AlignedMemory(bytes.count)
    rows.pointer.copyMemory(from: bytes, byteCount: bytes.count)
    packed = AlignedMemory(nk_packed_bytes(encoding, count, columns))
    matrix = nk_matrix(data: rows.pointer, rows: count, columns: columns, encoding: encoding, layout: NK_LAYOUT_ROWS)
    panels = nk_matrix_pack(matrix, packed.pointer, nil)
    var decoded = [Float](repeating: 0, count: count * columns)
    nk_dequantise(encoding, rows.pointer, decoded.count, &decoded)
    numbers = decoded
  }
}

/// A team of threads for the length of a test.
final class TestPool {
  let pool: OpaquePointer?
  init(_ threads: Int) { pool = nk_pool_create(threads) }
  deinit { nk_pool_destroy(pool) }
}

/// The largest difference, relative to the root mean square of what is expected.
func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
  var square = 0.0
  var largest = 0.0
  for (a, e) in zip(actual, expected) {
    square += e * e
    largest = max(largest, abs(Double(a) - e))
    if !a.isFinite { return .infinity }
  }
  let mean = (square / Double(max(expected.count, 1))).squareRoot()
  return mean == 0 ? largest : largest / mean
}
