import TestSupport
import Testing

@testable import NeuralEngine

/// Constant expressions, against what `decompress` of coremltools 9.0 gives for the same numbers. All numbers are
/// eighths, and are written down eight times as large.
@Suite(.onOwnThread) struct CompressedConstantTests {
  /// Palettes of the newer form: groups along each axis, then entries, then the parts of a vector.
  struct PaletteCase: Sendable {
    var element: ElementType
    var indices: [Int]
    var lut: [Int]
    var vectorAxis: Int?
    var shape: [Int]
    var eighths: [Int]
  }

  private static func palette(_ count: Int) -> [Double] { (0..<count).map { Double($0 * 7 % 23 - 11) / 8 } }

  private func evaluate(
    _ operation: Operator,
    _ inputs: [(ArgumentName, TensorType, [Double])],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    results: [String] = ["w"]
  ) throws -> (shape: [Int], eighths: [Int]) {
    var graph = Graph()
    let arguments = try inputs.enumerated().map { index, input in
      Node.Input(input.0, try graph.addConstant("c\(index)", input.1, .numbers(input.2)))
    }
    let node = try graph.add(operation, arguments, attributes, names: results)
    let value = ValueID(node, result: results.count - 1)
    let result = ValueID(try graph.add(.identity, [.init(.x, value)], names: ["y"]))
    graph.outputs = [.init("y", result)]
    let numbers = try GraphEvaluator.outputs(graph, [], Numerics())[0]
    return (graph.type(of: value).shape, numbers.map { Int($0 * 8) })
  }

  @Test(arguments: [
    (16, 8, [3, 5], [-3, -11, -11, 10, 1, 1, -10, -8, 2, 6, -6, 4, 6, -5, -5]),
    (2, 2, [11], [-4, -4, -11, -4, -11, -11, -11, -11, -11, -11, -11]),
    (64, 6, [7], [-3, -11, 7, -2, 4, 2, 6]),
  ])
  func indicesPackedInBytesChooseEntries(entries: Int, bytes: Int, shape: [Int], eighths: [Int]) throws {
    let result = try evaluate(
      .constexprLUTToDense,
      [
        (.indices, TensorType(.uint8, [bytes]), (0..<bytes).map { Double(($0 * 37 + 11) % 256) }),
        (.lut, TensorType(.fp16, [entries]), Self.palette(entries)),
      ],
      [.shape: .integers(shape)]
    )
    #expect(result.shape == shape && result.eighths == eighths)
  }

  @Test(arguments: [
    PaletteCase(
      element: .uint4,
      indices: [4, 6],
      lut: [2, 1, 16, 1],
      vectorAxis: nil,
      shape: [4, 6],
      eighths: [-4, 8, -3, -4, 8, -3, -4, 8, -3, -4, 8, -3, -7, 5, -6, -7, 5, -6, -7, 5, -6, -7, 5, -6]
    ),
    PaletteCase(
      element: .uint2,
      indices: [4, 6],
      lut: [2, 3, 4, 2],
      vectorAxis: 1,
      shape: [4, 12],
      eighths: [
        3, 10, -6, 1, -5, 2, -10, -3, -9, -2, 5, -11, 3, 10, -6, 1, -5, 2, -10, -3, -9, -2, 5, -11, 10, -6, 1, 8, 2, 9,
        -3, 4, -2, 5, -11, -4, 10, -6, 1, 8, 2, 9, -3, 4, -2, 5, -11, -4,
      ]
    ),
    PaletteCase(
      element: .uint8,
      indices: [3, 4],
      lut: [1, 2, 256, 1],
      vectorAxis: nil,
      shape: [3, 4],
      eighths: [-4, 8, -5, -9, 5, -6, 11, 0, -9, 10, -3, 9]
    ),
    PaletteCase(
      element: .uint1,
      indices: [2, 8],
      lut: [2, 4, 2, 1],
      vectorAxis: nil,
      shape: [2, 8],
      eighths: [-4, -11, 10, 10, -6, 1, -8, 8, 6, 6, -10, -3, 11, 4, 2, 2]
    ),
    PaletteCase(
      element: .uint2,
      indices: [4, 2, 3],
      lut: [2, 1, 1, 4, 2],
      vectorAxis: 0,
      shape: [8, 2, 3],
      eighths: [
        3, -6, 8, 3, -6, 8, 10, 1, -8, 10, 1, -8, 3, -6, 8, 3, -6, 8, 10, 1, -8, 10, 1, -8, -10, 4, -5, -10, 4, -5, -3,
        11, 2, -3, 11, 2, -10, 4, -5, -10, 4, -5, -3, 11, 2, -3, 11, 2,
      ]
    ),
  ])
  func indicesChooseEntriesOfTheirGroupsPalette(_ item: PaletteCase) throws {
    let entries = item.lut[item.indices.count]
    let result = try evaluate(
      .constexprLUTToDense,
      [
        (
          .indices, TensorType(item.element, item.indices),
          (0..<item.indices.product).map { Double(($0 * 5 + $0 / 3 + 1) % entries) }
        ),
        (.lut, TensorType(.fp16, item.lut), Self.palette(item.lut.product)),
      ],
      item.vectorAxis.map { [.vectorAxis: .integer($0)] } ?? [:]
    )
    #expect(result.shape == item.shape && result.eighths == item.eighths)
  }

  @Test(arguments: [
    (
      false,
      [
        -16, -10, -8, 4, 32, 56, -12, -6, 0, 12, 48, -56, -4, -1, 4, 10, -128, -80, -2, 1, 8, 14, -96, -48,
      ]
    ),
    (
      true,
      [
        -18, -12, 0, 12, 8, 32, -14, -8, 8, 20, 24, -80, -4, -1, -6, 0, -32, 16, -2, 1, -2, 4, 0, 48,
      ]
    ),
  ])
  func blocksHaveScalesAndOffsets(hasOffset: Bool, eighths: [Int]) throws {
    var inputs: [(ArgumentName, TensorType, [Double])] = [
      (.data, TensorType(.int8, [4, 6]), (0..<24).map { Double($0 * 3 % 16 - 8) }),
      (.scale, TensorType(.fp16, [2, 3]), [2, 4, 8, 1, 2, 16].map { $0 / 8 }),
    ]
    if hasOffset { inputs.append((.offset, TensorType(.int8, [2, 3]), [1, -2, 3, 0, 5, -6])) }
    let result = try evaluate(.constexprBlockwiseShiftScale, inputs)
    #expect(result.shape == [4, 6] && result.eighths == eighths)
  }

  /// Two of three places hold something.
  private static let mask = (0..<24).map { $0 % 3 == 2 ? 0.0 : 1.0 }
  private static let sparse = TensorType(.uint1, [4, 6])

  @Test func elementsStandWhereTheMaskHasOnes() throws {
    let data = (0..<16).map { Double($0 * 3 % 16 - 8) / 8 }
    let expected = [-8, -5, 0, -2, 1, 0, 4, 7, 0, -6, -3, 0, 0, 3, 0, 6, -7, 0, -4, -1, 0, 2, 5, 0]
    let newer = try evaluate(
      .constexprSparseToDense,
      [(.nonzeroData, TensorType(.fp16, [16]), data), (.mask, Self.sparse, Self.mask)]
    )
    #expect(newer.shape == [4, 6] && newer.eighths == expected)
    let older = try evaluate(
      .constexprSparseToDense,
      [(.nonzeroData, TensorType(.fp16, [16]), data), (.mask, TensorType(.uint8, [3]), [219, 182, 109])],
      [.shape: .integers([4, 6])]
    )
    #expect(older.shape == [4, 6] && older.eighths == expected)
  }

  @Test(arguments: [
    ([2, 1, 4, 1], nil, [-4, 3, 10, -4, 3, 10, -4, 3, -8, 1, 8, -8, 1, 8, -8, 1]),
    (
      [2, 3, 4, 2], 1,
      [
        3, 10, -6, 1, -5, 2, 0, 7, -6, 1, 8, -8, -10, -3, -9, -2, -8, -1, 10, -6, 11, -5, -11, -4, 10, -6, 1, 8, 2, 9,
        7,
        -9,
      ]
    ),
  ])
  func entriesAreChosenWhereTheMaskHasOnes(lut: [Int], vectorAxis: Int?, eighths: [Int]) throws {
    let inputs: [(ArgumentName, TensorType, [Double])] = [
      (.indicesMask, Self.sparse, Self.mask),
      (.indicesNonzeroData, TensorType(.uint2, [16]), (0..<16).map { Double(($0 * 5 + $0 / 3 + 1) % 4) }),
      (.lut, TensorType(.fp16, lut), Self.palette(lut.product)),
    ]
    let attributes: [ArgumentName: AttributeValue] = vectorAxis.map { [.vectorAxis: .integer($0)] } ?? [:]
    let result = try evaluate(.constexprLUTToSparse, inputs, attributes, results: ["m", "w"])
    #expect(result.shape == [eighths.count] && result.eighths == eighths)
  }

  @Test func blocksOfWhatIsThereHaveScalesAndOffsets() throws {
    let result = try evaluate(
      .constexprSparseBlockwiseShiftScale,
      [
        (.dataMask, Self.sparse, Self.mask),
        (.nonzeroData, TensorType(.int8, [16]), (0..<16).map { Double($0 * 3 % 16 - 8) }),
        (.scale, TensorType(.fp16, [2, 3]), [2, 4, 8, 1, 2, 16].map { $0 / 8 }),
        (.offset, TensorType(.int8, [2, 3]), [1, -2, 3, 0, 5, -6]),
      ],
      results: ["m", "w"]
    )
    #expect(result.eighths == [-18, -12, 0, -16, 6, 12, -16, -48, 0, 3, 2, -16, -4, -1, -6, 176])
  }

  @Test func rowsHaveScalesAndZeroPoints() throws {
    let result = try evaluate(
      .constexprAffineDequantize,
      [
        (.quantizedData, TensorType(.uint8, [3, 4]), (0..<12).map { Double($0 * 3 % 16) }),
        (.zeroPoint, TensorType(.uint8, [3]), [1, 2, 3]), (.scale, TensorType(.fp16, [3]), [0.125, 0.25, 0.5]),
      ],
      [.axis: .integer(0)]
    )
    #expect(result.eighths == [-1, 2, 5, 8, 20, 26, 0, 6, 20, 32, 44, -8])
  }
}
