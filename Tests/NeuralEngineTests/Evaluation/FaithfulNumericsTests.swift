import TestSupport
import Testing

@testable import NeuralEngine

/// The figures measured on devices and published.
@Suite(.onOwnThread) struct FaithfulNumericsTests {
  private let faithful = Numerics(.faithful)

  private func evaluate(
    _ operation: Operator,
    _ inputs: [(ArgumentName, [Int], [Double])],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    _ numerics: Numerics = Numerics(.faithful)
  ) throws -> [Double] {
    var graph = Graph()
    let arguments = inputs.enumerated().map { index, input in
      Node.Input(input.0, graph.addInput("x\(index)", TensorType(.fp16, input.1)))
    }
    let node = try graph.add(operation, arguments, attributes, names: ["y"])
    graph.outputs = [.init("y", ValueID(node))]
    return try GraphEvaluator.outputs(graph, inputs.map(\.2), numerics)[0]
  }

  private func unary(_ operation: Operator, _ x: [Double]) throws -> [Double] {
    try evaluate(operation, [(.x, [x.count], x)])
  }

  @Test(arguments: [false, true]) func productsAreSummedInLanesOfFour(isConvolution: Bool) throws {
    let terms = [4096.0] + [Double](repeating: 1, count: 1024)
    let ones = [Double](repeating: 1, count: terms.count)
    let count = terms.count
    let found =
      isConvolution
      ? try evaluate(.conv, [(.x, [1, count, 1, 1], terms), (.weight, [1, count, 1, 1], ones)])
      : try evaluate(.matmul, [(.x, [1, count], terms), (.y, [count, 1], ones)])
    #expect(found == [5116])
    let exact = try evaluate(.matmul, [(.x, [1, count], terms), (.y, [count, 1], ones)], [:], Numerics())
    #expect(exact == [5120])
  }

  @Test func productsSaturateButElementsDoNot() throws {
    #expect(try evaluate(.matmul, [(.x, [1, 2], [16376, 1]), (.y, [2, 1], [2, 0])]) == [32752])
    #expect(try evaluate(.matmul, [(.x, [1, 2], [16384, 1]), (.y, [2, 1], [2, 0])]) == [.infinity])
    #expect(try evaluate(.matmul, [(.x, [1, 2], [-16384, 1]), (.y, [2, 1], [2, 0])]) == [-.infinity])
    #expect(try evaluate(.conv, [(.x, [1, 1, 1, 1], [16384]), (.weight, [1, 1, 1, 1], [2])]) == [32768])
    #expect(try evaluate(.mul, [(.x, [1], [16384]), (.y, [1], [3])]) == [49152])
    #expect(try evaluate(.add, [(.x, [1], [65504]), (.y, [1], [65504])]) == [.infinity])
    #expect(try unary(.square, [255, 256]) == [65024, .infinity])
    #expect(try unary(.exp, [11.0859375, 11.1015625])[1] == .infinity)
    #expect(try unary(.exp, [11.0859375])[0] < 65505)
  }

  @Test func nothingIsNotANumberAndThereIsOneZero() throws {
    let infinity = Double.infinity
    #expect(try unary(.identity, [.nan, -0.0, 1]) == [infinity, 0, 1])
    #expect(try unary(.identity, [-0.0]).map(\.sign) == [.plus])
    #expect(
      try evaluate(.transpose, [(.x, [1, 1], [-0.0])], [.permutation: .integers([1, 0])]).map(\.sign) == [.plus]
    )
    #expect(try evaluate(.sub, [(.x, [1], [infinity]), (.y, [1], [infinity])]) == [0])
    #expect(try evaluate(.mul, [(.x, [1], [0]), (.y, [1], [infinity])]) == [0])
    #expect(try unary(.sqrt, [-1]) == [0])
    #expect(try unary(.rsqrt, [-1]) == [0])
    #expect(try unary(.log, [-1, 0]) == [0, -45440])
    #expect(try evaluate(.identity, [(.x, [1], [.nan])], [:], Numerics())[0].isNaN)
  }

  @Test func sumsAreNarrow() throws {
    // One after another in halves would stay at 4,096, single precision gives 5,120.
    let terms = [4096.0] + [Double](repeating: 1, count: 1024)
    let found = try evaluate(.reduceSum, [(.x, [1025], terms)], [.axes: .integers([0])])
    #expect(found[0] > 4096 && found[0] < 5120)
    #expect(try evaluate(.reduceSum, [(.x, [1025], terms)], [.axes: .integers([0])], Numerics()) == [5120])
  }

  @Test func smallOperandsVanishInProductsOfTheFirstChip() throws {
    let inputs: [(ArgumentName, [Int], [Double])] = [(.x, [1, 2], [0x1p-15, 0]), (.y, [2, 1], [2, 1])]
    #expect(try evaluate(.matmul, inputs) == [0x1p-14])
    #expect(try evaluate(.matmul, inputs, [:], Numerics(.faithful, flushesDenormals: true)) == [0])
    let element: [(ArgumentName, [Int], [Double])] = [(.x, [1], [0x1p-15]), (.y, [1], [0.5])]
    #expect(try evaluate(.mul, element, [:], Numerics(.faithful, flushesDenormals: true)) == [0x1p-16])
  }

  @Test(arguments: [
    (Operator.sigmoid, 0.0034, 0.5), (.tanh, 0.0017, 0), (.gelu, 0.0059, -0.000543), (.silu, 0.0145, -0.001259),
  ])
  func activationsComeFromTables(operation: Operator, error: Double, atZero: Double) throws {
    let x = stride(from: -12.0, through: 12, by: 1.0 / 64).map { $0 }
    let table = try unary(operation, x)
    var graph = Graph()
    let input = graph.addInput("x", TensorType(.fp32, [x.count]))
    graph.outputs = [.init("y", ValueID(try graph.add(operation, [.init(.x, input)], names: ["y"])))]
    let exact = try GraphEvaluator.outputs(graph, [x], Numerics(.fp32))[0]
    let worst = zip(table, exact).map { abs($0 - $1) }.filter { $0.isFinite }.max() ?? 1
    // The published error, within the half a unit that rounding the result to a half adds.
    #expect(worst > error * 0.9 && worst < error + 0.0005, "\(worst)")
    let zero = table[x.firstIndex(of: 0) ?? 0]
    #expect(abs(zero - atZero) <= abs(atZero) * 0x1p-11)
  }

  @Test func linesRunBetweenThirtyThreeKnots() throws {
    // Second differences are zero but at the knots.
    let x = stride(from: -8.4, through: 8.4, by: 0.01).map { Float($0) }
    let y = x.map { ActivationTable.sigmoid($0) }
    let bends = (1..<x.count - 1).filter { abs(y[$0 + 1] - 2 * y[$0] + y[$0 - 1]) > 2e-6 }
    #expect(bends.count > 15 && bends.count <= 2 * 31)
  }
}
