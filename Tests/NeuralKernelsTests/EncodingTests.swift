import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct EncodingTests {
  @Test(arguments: GoldenBlocks.samples.indices)
  func `blocks decode as the reference package decodes them`(index: Int) throws {
    let sample = GoldenBlocks.samples[index]
    let encoding = nk_encoding(rawValue: sample.encoding)
    let block = try [UInt8](#require(Data(base64Encoded: sample.block)))
    let expected = try #require(Data(base64Encoded: sample.numbers)).withUnsafeBytes { bytes in
      (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
    #expect(block.count == nk_block_bytes(encoding))
    #expect(expected.count == nk_block_length(encoding))
    var actual = [Float](repeating: .nan, count: expected.count)
    nk_dequantise(encoding, block, expected.count, &actual)
    // The order of the products may differ by a rounding.
    for (a, e) in zip(actual, expected) { #expect(abs(a - e) <= abs(e) * 0x1p-22 + 0x1p-26) }
  }

  @Test(arguments: blockEncodings)
  func `rows of panels decode exactly as rows`(encoding: nk_encoding) {
    let columns = 512
    for rows in [1, 15, 16, 37] {
      let matrix = TestMatrix(encoding, rows: rows, columns: columns, seed: UInt64(rows))
      #expect(matrix.panels.layout == NK_LAYOUT_PANELS)
      for row in 0..<rows {
        var actual = [Float](repeating: .nan, count: columns)
        nk_matrix_row(matrix.panels, row, &actual)
        let expected = [Float](matrix.numbers[row * columns..<(row + 1) * columns])
        #expect(zip(actual, expected).allSatisfy { abs($0 - $1) <= abs($1) * 0x1p-20 + 0x1p-24 })
        nk_matrix_row(matrix.matrix, row, &actual)
        #expect(actual == expected)
      }
    }
  }

  @Test func `packing fills little more than the rows`() {
    for encoding in blockEncodings {
      let packed = nk_packed_bytes(encoding, 160, 1024)
      #expect(Double(packed) <= Double(160 * nk_row_bytes(encoding, 1024)) * 1.03)
    }
    #expect(nk_packed_bytes(NK_F16, 16, 64) == 0)
  }

  @Test(
    arguments: [
      (NK_Q8_0, 0.006), (NK_Q5_1, 0.04), (NK_Q5_0, 0.05), (NK_Q4_1, 0.08), (NK_Q4_0, 0.1), (NK_F16, 0.0005),
      (NK_BF16, 0.004),
    ] as [(nk_encoding, Double)]
  )
  func `what is encoded comes back`(encoding: nk_encoding, bound: Double) {
    let numbers = randomNumbers(1024, seed: 3)
    var bytes = [UInt8](repeating: 0, count: nk_row_bytes(encoding, 1024))
    #expect(nk_quantise(encoding, numbers, 1024, &bytes))
    var back = [Float](repeating: .nan, count: 1024)
    nk_dequantise(encoding, bytes, 1024, &back)
    let error = zip(back, numbers).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
    let square = numbers.reduce(0.0) { $0 + pow(Double($1), 2) }
    #expect((error / square).squareRoot() < bound)
  }

  @Test func `zeros stay zeros`() {
    for encoding in [NK_Q4_0, NK_Q4_1, NK_Q5_0, NK_Q5_1, NK_Q8_0] {
      var bytes = [UInt8](repeating: 1, count: nk_row_bytes(encoding, 64))
      #expect(nk_quantise(encoding, [Float](repeating: 0, count: 64), 64, &bytes))
      var back = [Float](repeating: .nan, count: 64)
      nk_dequantise(encoding, bytes, 64, &back)
      #expect(back.allSatisfy { $0 == 0 })
    }
  }

  @Test func `sizes refuse what is no encoding or no whole row`() {
    #expect(nk_row_bytes(NK_Q4_K, 288) == 0)
    #expect(nk_row_bytes(nk_encoding(rawValue: 9), 256) == 0)
    #expect(nk_row_bytes(NK_Q4_1, 576) == 360)
    #expect(nk_row_bytes(NK_Q6_K, 1536) == 1260)
    var nothing: UInt8 = 0
    #expect(!nk_quantise(NK_Q6_K, [0], 0, &nothing))
  }
}

@Suite(.onOwnThread) struct HalfTests {
  @Test(arguments: supportedLevels)
  func `every half goes to single precision and back`(level: nk_level) {
    let halves = (0...UInt16.max).map { $0 }
    var numbers = [Float](repeating: 0, count: halves.count)
    var back = [UInt16](repeating: 0, count: halves.count)
    onLevel(level) {
      nk_half_to_float(halves, &numbers, halves.count)
      nk_float_to_half(numbers, &back, halves.count)
    }
    for (half, (number, again)) in zip(halves, zip(numbers, back)) {
      if half & 0x7fff > 0x7c00 {
        #expect(number.isNaN)
        #expect(again & 0x7fff > 0x7c00)
      } else {
        #expect(again == half)
      }
    }
    #expect(numbers[0x3c00] == 1)
    #expect(numbers[1] == 0x1p-24)
    #expect(numbers[0xfbff] == -65504)
    #expect(numbers[0x7c00] == .infinity)
  }

  @Test(arguments: supportedLevels)
  func `rounding is to the nearest, ties to even`(level: nk_level) {
    let pairs: [(Float, Float)] = [
      (65519.9, 65504), (65520, .infinity), (-1e10, -.infinity), (1 + 0x1p-11, 1), (1 + 0x3p-11, 1 + 0x1p-9),
      (0x1p-25, 0), (0x1.000002p-25, 0x1p-24), (2.9e-8, 0), (3.1e-8, 0x1p-24), (1e-5, 168 * 0x1p-24), (-0.0, 0),
      (.infinity, .infinity), (2049, 2048), (2051, 2052),
    ]
    // Once alone and once in a long array, for the loop and for its tail.
    for copies in [1, 5, 40] {
      let repeated = (0..<copies).flatMap { _ in pairs }
      var numbers = repeated.map(\.0)
      onLevel(level) { nk_round_half(&numbers, numbers.count) }
      #expect(numbers == repeated.map(\.1))
    }
    var nan: [Float] = [.nan]
    onLevel(level) { nk_round_half(&nan, 1) }
    #expect(nan[0].isNaN)
  }
}
