import Foundation
import NeuralKernels
import TestSupport
import Testing

@Suite(.onOwnThread) struct SamplingTests {
  @Test(arguments: supportedLevels)
  func `argmax finds the first of the largest`(level: nk_level) {
    for count in [1, 2, 15, 64, 65, 1001] {
      var values = randomNumbers(count, seed: UInt64(count))
      values[count / 2] = 100
      values[count - 1] = 100
      if count > 3 { values[0] = .nan }
      #expect(onLevel(level) { nk_argmax(values, count) } == (count == 2 ? 1 : count / 2))
    }
  }

  @Test(arguments: supportedLevels)
  func `top k is the head of a stable sort`(level: nk_level) {
    for count in [1, 7, 64, 333, 5000] {
      // Few distinct values, so that equals are common.
      var values = randomNumbers(count, seed: 3).map { ($0 * 8).rounded() }
      if count > 10 {
        values[3] = .nan
        values[4] = -.infinity
        values[5] = .infinity
      }
      let sorted = values.indices.filter { values[$0] > -.infinity }.sorted {
        (values[$0], $1) > (values[$1], $0)
      }
      for k in [0, 1, 5, 40, 300, 6000] {
        var indices = [UInt32](repeating: 0, count: max(k, 1))
        var top = [Float](repeating: 0, count: max(k, 1))
        let found = onLevel(level) { nk_top_k(values, count, k, &indices, &top) }
        #expect(found == min(k, sorted.count))
        #expect(indices[..<found].map(Int.init) == Array(sorted.prefix(k)))
        #expect(Array(top[..<found]) == sorted.prefix(k).map { values[$0] })
      }
    }
  }

  @Test(arguments: supportedLevels)
  func `top k of rising numbers is found too`(level: nk_level) {
    let values = (0..<3000).map(Float.init)
    var indices = [UInt32](repeating: 0, count: 50)
    var top = [Float](repeating: 0, count: 50)
    #expect(onLevel(level) { nk_top_k(values, 3000, 50, &indices, &top) } == 50)
    #expect(indices == (2950..<3000).reversed().map(UInt32.init))
  }

  @Test(arguments: supportedLevels)
  func `masks forbid what is not allowed`(level: nk_level) {
    for count in [1, 31, 32, 77, 1000] {
      var generator = SplitMix(seed: 1)
      var words = (0..<(count + 31) / 32).map { _ in UInt32.random(in: 0...UInt32.max, using: &generator) }
      if words.count > 3 {
        words[1] = 0
        words[2] = .max
      }
      let values = randomNumbers(count, seed: 2)
      var actual = values
      onLevel(level) { nk_mask_logits(&actual, count, words) }
      #expect(actual == values.indices.map { words[$0 / 32] >> UInt32($0 % 32) & 1 == 1 ? values[$0] : -.infinity })
    }
  }

  @Test(arguments: supportedLevels)
  func `softmax with a temperature gives probabilities and their logarithm`(level: nk_level) {
    var values = randomNumbers(1003, seed: 1, scale: 5)
    values[7] = -.infinity
    for temperature in [Float(0.1), 1, 2.5] {
      var output = values
      let normaliser = onLevel(level) { nk_softmax_temperature(values, &output, values.count, temperature) }
      let scaled = values.map { Double($0) / Double(temperature) }
      let top = scaled.max() ?? 0
      let sum = scaled.reduce(0.0) { $0 + exp($1 - top) }
      #expect(relativeError(output, scaled.map { exp($0 - top) / sum }) < 1e-4)
      #expect(abs(Double(normaliser) - (top + log(sum))) < 1e-4)
      #expect(output[7] == 0)
    }
    var nothing: [Float] = [-.infinity, -.infinity]
    #expect(nk_softmax_temperature(nothing, &nothing, 2, 1) == -.infinity)
    #expect(nothing == [0, 0])
  }

  @Test func `sampling walks the probabilities`() {
    let probabilities: [Float] = [0, 0.25, 0, 0.5, 0.25, 0]
    #expect(nk_sample(probabilities, 6, 0) == 1)
    #expect(nk_sample(probabilities, 6, 0.25) == 3)
    #expect(nk_sample(probabilities, 6, 0.8) == 4)
    #expect(nk_sample(probabilities, 6, 1) == 4)
  }

  @Test func `penalties make seen tokens less likely`() {
    var values: [Float] = [2, -2, 2]
    nk_penalise(&values, 3, [0, 1, 9], 3, 2)
    #expect(values == [1, -4, 2])
  }
}
