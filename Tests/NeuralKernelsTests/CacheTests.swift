import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct CacheTests {
  static let one: UInt16 = 0x3c00
  static let hidden: [UInt16] = [0xfc00, 0xf0e2, 0xfbff, 0xf53c]

  /// A mask whose rows see the given numbers of columns.
  static func mask(_ lengths: [Int], columns: Int) -> [UInt16] {
    lengths.enumerated().flatMap { row, length in
      (0..<columns).map { $0 < length ? ($0 % 7 == 3 ? 0x8000 : 0) : hidden[(row + $0) % 4] }
    }
  }

  @Test func `masks are read as prefixes`() {
    var generator = SplitMix(seed: 1)
    for columns in [1, 7, 31, 32, 33, 100, 257] {
      let expected = [0, columns] + (0..<20).map { _ in Int.random(in: 0...columns, using: &generator) }
      var lengths = [Int32](repeating: -5, count: expected.count)
      #expect(nk_mask_prefixes(Self.mask(expected, columns: columns), expected.count, columns, &lengths))
      #expect(lengths.map(Int.init) == expected)
    }
  }

  @Test func `one number of another kind spoils a mask`() {
    let columns = 75
    let lengths = [10, 40, 75, 0]
    // Just above −10,000; NaN of both signs; ∞; 0 after a hidden place; the least number.
    for odd in [0xf0e1, 0xfc01, 0x7e00, 0x7c00, 0x0001, 0x8001, 0xbc00] as [UInt16] {
      for column in 0..<columns {
        var mask = Self.mask(lengths, columns: columns)
        mask[columns + column] = odd
        var found = [Int32](repeating: 0, count: 4)
        #expect(!nk_mask_prefixes(mask, 4, columns, &found), "\(odd) at \(column)")
      }
    }
    for column in 41..<columns {
      var mask = Self.mask(lengths, columns: columns)
      mask[columns + column] = 0
      var found = [Int32](repeating: 0, count: 4)
      #expect(!nk_mask_prefixes(mask, 4, columns, &found))
    }
  }

  @Test func `rows of at most a one are selections`() {
    for columns in [1, 8, 32, 65, 300] {
      for column in 0..<columns {
        var matrix = [UInt16](repeating: 0, count: 3 * columns)
        matrix[column] = Self.one
        matrix[2 * columns + (columns - 1 - column)] = Self.one
        var selected = [Int32](repeating: 7, count: 3)
        #expect(nk_selected_columns(matrix, 3, columns, &selected))
        #expect(selected == [Int32(column), -1, Int32(columns - 1 - column)])
        for odd in [Self.one, 0x3c01, 0xbc00, 0x7e00] {
          matrix[columns + column] = odd
          matrix[columns + (column + 1) % columns] = columns > 1 ? 0x0001 : odd
          #expect(nk_selected_columns(matrix, 3, columns, &selected) == (columns == 1 && odd == Self.one))
        }
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `rows are added to a cache's with one rounding`(level: nk_level) {
    for count in [1, 7, 64, 255, 256, 700] {
      let old = randomNumbers(count, seed: 1)
      let new = randomNumbers(count, seed: 2)
      var halves = [UInt16](repeating: 0, count: count + 1)
      nk_float_to_half(old, &halves, count)
      halves[count] = 0x1234
      var expected = [Float](repeating: 0, count: count)
      nk_half_to_float(halves, &expected, count)
      for i in 0..<count { expected[i] = expected[i] + new[i] * 2 }
      nk_round_half(&expected, count)
      onLevel(level) { nk_add_scaled_to_halves(new, 2, &halves, count) }
      var actual = [Float](repeating: 0, count: count)
      nk_half_to_float(halves, &actual, count)
      #expect(actual == expected)
      #expect(halves[count] == 0x1234, "wrote past the end")
    }
  }

  @Test func `rows are copied between strides`() {
    let source = (0..<60).map { UInt8($0) }
    var target = [UInt8](repeating: 255, count: 20)
    target.withUnsafeMutableBytes { target in
      source.withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        nk_copy_rows(from + 3, 12, to + 1, 4, 4, 3)
      }
    }
    let rows: [[UInt8]] = (0..<4).map { row in (0..<3).map { UInt8(3 + 12 * row + $0) } }
    #expect(target == [255] + rows.joined(separator: [255]) + [UInt8](repeating: 255, count: 4))
  }
}
