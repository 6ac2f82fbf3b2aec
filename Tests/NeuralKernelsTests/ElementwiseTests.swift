import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct ElementwiseTests {
  static func reference(_ operation: nk_unary_operation, _ x: Double) -> Double {
    switch operation {
    case NK_EXP: exp(x)
    case NK_SQRT: x.squareRoot()
    case NK_RSQRT: 1 / x.squareRoot()
    case NK_SIGMOID: 1 / (1 + exp(-x))
    case NK_TANH: tanh(x)
    case NK_SILU: x / (1 + exp(-x))
    case NK_GELU_TANH: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case NK_GELU_ERF: 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
    case NK_RELU: max(x, 0)
    case NK_NEGATE: -x
    case NK_ABSOLUTE: abs(x)
    case NK_RECIPROCAL: 1 / x
    case NK_LOG: log(x)
    default: x * x
    }
  }

  static let unary = (0...13).map { nk_unary_operation(rawValue: $0) }

  @Test(arguments: supportedLevels, unary)
  func `functions of one number are those of double precision`(level: nk_level, operation: nk_unary_operation) {
    let positive = [NK_SQRT, NK_RSQRT, NK_LOG].contains(operation)
    for count in [1, 3, 16, 67, 1000] {
      let input = randomNumbers(count, seed: UInt64(count), scale: 4).map { positive ? abs($0) + 0.01 : $0 }
      var output = [Float](repeating: .nan, count: count + 1)
      onLevel(level) { nk_unary(operation, input, &output, count, nil) }
      #expect(output[count].isNaN, "wrote past the end")
      for (x, y) in zip(input, output) {
        let expected = Self.reference(operation, Double(x))
        // Relative, but absolute where the function cancels: near zero, and 1 + erf far below it.
        let least = operation == NK_GELU_ERF ? 1.2e-6 : 3e-7
        #expect(abs(Double(y) - expected) <= abs(expected) * 4e-7 + least * min(1, abs(Double(x))))
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `exp is right to about a unit in the last place over all its range`(level: nk_level) {
    let input = stride(from: Float(-103), through: 88.7, by: 0.00173).map { $0 }
    var output = [Float](repeating: 0, count: input.count)
    onLevel(level) { nk_unary(NK_EXP, input, &output, input.count, nil) }
    var worst = 0.0
    for (x, y) in zip(input, output) {
      let expected = exp(Double(x))
      worst = max(worst, abs(Double(y) - expected) / Double(Float(expected).ulp))
    }
    #expect(worst < 1.5)
    let special: [Float] = [.infinity, -.infinity, .nan, 0, -0.0, 100, -200, 88.73]
    var results = special
    onLevel(level) { nk_unary(NK_EXP, special, &results, special.count, nil) }
    #expect(results[0] == .infinity && results[1] == 0 && results[2].isNaN)
    #expect(results[3] == 1 && results[4] == 1 && results[5] == .infinity && results[6] == 0)
    #expect(results[7] == .infinity)
  }

  @Test(arguments: supportedLevels)
  func `infinities have the limits of the function`(level: nk_level) {
    let input: [Float] = [.infinity, -.infinity, .nan]
    var output = input
    onLevel(level) {
      nk_unary(NK_SIGMOID, input, &output, 3, nil)
      #expect(output[0] == 1 && output[1] == 0 && output[2].isNaN)
      nk_unary(NK_TANH, input, &output, 3, nil)
      #expect(output[0] == 1 && output[1] == -1 && output[2].isNaN)
      nk_unary(NK_SILU, input, &output, 3, nil)
      #expect(output[0] == .infinity && output[2].isNaN)
      nk_unary(NK_RELU, input, &output, 3, nil)
      #expect(output[0] == .infinity && output[1] == 0 && output[2].isNaN)
    }
  }

  @Test(arguments: supportedLevels, (0...6).map { nk_binary_operation(rawValue: $0) })
  func `functions of two numbers broadcast as asked`(level: nk_level, operation: nk_binary_operation) {
    func reference(_ a: Float, _ b: Float) -> Float {
      switch operation {
      case NK_ADD: a + b
      case NK_SUBTRACT: a - b
      case NK_MULTIPLY: a * b
      case NK_DIVIDE: a / b
      case NK_MAXIMUM: max(a, b)
      case NK_MINIMUM: min(a, b)
      default: powf(a, b)
      }
    }
    for (rows, columns) in [(1, 1), (3, 5), (7, 33), (2, 128)] {
      let a = randomNumbers(rows * columns, seed: 1).map { abs($0) + 0.1 }
      for broadcast in [NK_SAME_SHAPE, NK_EACH_ROW, NK_EACH_COLUMN, NK_SCALAR] {
        let b = randomNumbers(rows * columns, seed: 2).map { abs($0) + 0.1 }
        for swapped in [false, true] {
          var output = [Float](repeating: .nan, count: rows * columns)
          onLevel(level) { nk_binary(operation, broadcast, swapped, a, b, &output, rows, columns, nil) }
          for i in output.indices {
            let other =
              switch broadcast {
              case NK_SAME_SHAPE: b[i]
              case NK_EACH_ROW: b[i % columns]
              case NK_EACH_COLUMN: b[i / columns]
              default: b[0]
              }
            let expected = swapped ? reference(other, a[i]) : reference(a[i], other)
            #expect(abs(output[i] - expected) <= abs(expected) * 2e-7)
          }
        }
      }
    }
    for exponent in [Float(-0.5), 0.5, 2] {
      var output: [Float] = [0, 0]
      onLevel(level) { nk_binary(NK_POWER, NK_SCALAR, false, [4, 9], [exponent], &output, 1, 2, nil) }
      #expect(abs(output[0] - powf(4, exponent)) < 1e-6 && abs(output[1] - powf(9, exponent)) < 1e-5)
    }
  }

  @Test(arguments: supportedLevels)
  func `norms and softmax are those of double precision`(level: nk_level) {
    let pool = TestPool(2)
    for (rows, columns) in [(1, 1), (3, 5), (9, 64), (4, 577), (40, 1536)] {
      let x = randomNumbers(rows * columns, seed: 1, scale: 3)
      let weight = randomNumbers(columns, seed: 2)
      let bias = randomNumbers(columns, seed: 3)
      var rms = x
      var layer = x
      var soft = x
      onLevel(level) {
        nk_rmsnorm(x, weight, 1e-5, &rms, rows, columns, pool.pool)
        nk_layernorm(x, weight, bias, 1e-5, &layer, rows, columns, pool.pool)
        nk_softmax(x, &soft, rows, columns, pool.pool)
      }
      for r in 0..<rows {
        let row = x[r * columns..<(r + 1) * columns].map(Double.init)
        let range = r * columns..<(r + 1) * columns
        let n = Double(columns)
        let square = row.reduce(0) { $0 + $1 * $1 } / n
        #expect(
          relativeError(
            Array(rms[range]),
            zip(row, weight).map { $0 / (square + 1e-5).squareRoot() * Double($1) }
          ) < 2e-6
        )
        let mean = row.reduce(0, +) / n
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        let expected = zip(row, zip(weight, bias)).map {
          ($0 - mean) / (variance + 1e-5).squareRoot() * Double($1.0) + Double($1.1)
        }
        #expect(relativeError(Array(layer[range]), expected) < 1e-5)
        let top = row.max() ?? 0
        let exponentials = row.map { exp($0 - top) }
        let sum = exponentials.reduce(0, +)
        #expect(relativeError(Array(soft[range]), exponentials.map { $0 / sum }) < 1e-5)
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `softmax stands large numbers and rows of nothing`(level: nk_level) {
    let infinity = -Float.infinity
    let x: [Float] = [1000, 1001, infinity, infinity, infinity, infinity]
    var y = x
    onLevel(level) { nk_softmax(x, &y, 2, 3, nil) }
    #expect(abs(y[0] - 0.26894142) < 1e-6 && abs(y[1] - 0.73105858) < 1e-6 && y[2] == 0)
    #expect(y[3...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: supportedLevels)
  func `folds of rows and columns`(level: nk_level) {
    for (rows, columns) in [(1, 1), (5, 3), (6, 200), (130, 7)] {
      let x = randomNumbers(rows * columns, seed: 1)
      for operation in [NK_SUM, NK_MEAN, NK_MAX, NK_MIN, NK_SUM_OF_SQUARES] {
        func fold(_ values: [Double]) -> Double {
          switch operation {
          case NK_SUM: values.reduce(0, +)
          case NK_MEAN: values.reduce(0, +) / Double(values.count)
          case NK_MAX: values.max() ?? 0
          case NK_MIN: values.min() ?? 0
          default: values.reduce(0) { $0 + $1 * $1 }
          }
        }
        var byRow = [Float](repeating: .nan, count: rows)
        var byColumn = [Float](repeating: .nan, count: columns)
        onLevel(level) {
          nk_reduce_rows(operation, x, &byRow, rows, columns)
          nk_reduce_columns(operation, x, &byColumn, rows, columns)
        }
        for r in 0..<rows {
          #expect(abs(Double(byRow[r]) - fold((0..<columns).map { Double(x[r * columns + $0]) })) < 1e-4)
        }
        for c in 0..<columns {
          #expect(abs(Double(byColumn[c]) - fold((0..<rows).map { Double(x[$0 * columns + c]) })) < 1e-4)
        }
      }
    }
  }
}
