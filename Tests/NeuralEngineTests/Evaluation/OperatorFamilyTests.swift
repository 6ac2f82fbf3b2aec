import TestSupport
import Testing

@testable import NeuralEngine

@Suite(.onOwnThread) struct OperatorFamilyTests {
  @Test(.enabled(if: TorchOracle.isThere)) func agreesWithPyTorch() throws {
    let cases = OperatorCase.all
    let answers = try TorchOracle.evaluate(cases.map { .init(graph: $0.graph, inputs: $0.inputs) })
    var compared: Set<Operator> = []
    for (item, expected) in zip(cases, answers) {
      guard let expected else { continue }
      let found = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics(.fp32))
      compared.formUnion(item.graph.nodes.map(\.operation))
      #expect(found.map(\.count) == expected.map(\.count), "\(item.name)")
      for (found, expected) in zip(found, expected) {
        for (x, y) in zip(found, expected) { #expect(abs(x - y) <= 3e-5 * max(1, abs(y)), "\(item.name): \(x) \(y)") }
      }
    }
    let functions: Set<Operator> = [
      .convTranspose, .einsum, .quantize, .topk, .argsort, .upsampleNearestNeighbor, .upsampleBilinear, .resize,
      .resizeBilinear, .resizeNearestNeighbor, .resample, .affine, .scatter, .scatterAlongAxis, .scatterND, .oneHot,
      .pixelShuffle, .pixelUnshuffle, .localResponseNorm, .prelu, .softplusParametric, .slidingWindows,
    ]
    #expect(functions.subtracting(compared) == [])
  }

  /// Two cells seen in five or six places: the examples of coremltools' documentation.
  private static let places: [String: [Double]] = [
    "STRICT_ALIGN_CORNERS": [0, 0.25, 0.5, 0.75, 1], "ALIGN_CORNERS": [0, 0.2, 0.4, 0.6, 0.8, 1],
    "DEFAULT": [0, 0.4, 0.8, 1, 1], "OFFSET_CORNERS": [0.1, 0.3, 0.5, 0.7, 0.9],
    "UNALIGN_CORNERS": [0, 0.1, 0.5, 0.9, 1],
  ]

  @Test(arguments: places.keys.sorted()) func placesAreThoseOfTheDocumentation(_ mode: String) throws {
    let expected = Self.places[mode] ?? []
    let found = try Self.results(
      .resizeBilinear,
      [(.x, TensorType(.fp32, [1, 1, 2]), [0, 1])],
      [.targetSizeWidth: .integer(expected.count), .samplingMode: .string(mode)]
    )
    for (x, y) in zip(found, expected) { #expect(abs(x - y) < 1e-6) }
    #expect(found.count == expected.count && !expected.isEmpty)
  }

  /// Source: the tests of `crop_resize` and `resize` that coremltools runs on devices.
  @Test func boxesAreCutAsOnDevices() throws {
    let image = (TensorType(.fp32, [1, 1, 4, 4]), (1...16).map(Double.init))
    let words: [ArgumentName: AttributeValue] = [
      .targetHeight: .integer(2), .targetWidth: .integer(2), .samplingMode: .string("ALIGN_CORNERS"),
      .padValue: .number(10),
    ]
    let boxes: [Double] = [0.1, 0.3, 1.3, 1.0, 0.5, 1.8, 1.0, 0.3, 0.0, 0.4, 0.6, 0.7]
    let found = try Self.results(
      .cropResize,
      [
        (.x, image.0, image.1), (.boxes, TensorType(.fp32, [3, 4]), boxes),
        (.boxIndices, TensorType(.int32, [3]), [0, 0, 0]),
      ],
      words.merging([.normalizedCoordinates: .boolean(true)]) { $1 }
    )
    for (x, y) in zip(found, [3.1, 5.2, 10, 10, 10, 7.899, 10, 13.9, 2.2, 3.1, 9.4, 10.3]) {
      #expect(abs(x - y) < 2e-3)
    }
    for (roi, expected) in [([1.0, 1, 2, 2], [6.0, 7, 10, 11]), ([2, 2, 1, 1], [11, 10, 7, 6])] {
      let inputs = [
        (ArgumentName.x, image.0, image.1), (.roi, TensorType(.fp32, [1, 1, 4, 1, 1]), roi),
      ]
      #expect(try Self.results(.cropResize, inputs, words) == expected)
    }
    let resized = try Self.results(
      .resize,
      [(.x, TensorType(.fp32, [1, 1, 1, 2, 1]), [-6, 9])],
      [
        .shape: .integers([1, 1, 3, 2]), .resizedDimensions: .integer(2),
        .interpolationMode: .string("NEAREST_NEIGHBOR"),
      ]
    )
    #expect(resized == [-6, -6, 9, 9, 9, 9])
  }

  @Test func channelsBecomeCellsAsInTheFormatsDescription() throws {
    let x = (ArgumentName.x, TensorType(.fp32, [1, 8, 1, 2]), (1...16).map(Double.init))
    #expect(
      try Self.results(.depthToSpace, [x], [.blockSize: .integer(2)]) == [
        1, 5, 2, 6, 9, 13, 10, 14, 3, 7, 4, 8, 11, 15, 12, 16,
      ]
    )
    #expect(
      try Self.results(.pixelShuffle, [x], [.upscaleFactor: .integer(2)]) == [
        1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12, 13, 15, 14, 16,
      ]
    )
  }

  @Test func equalElementsKeepTheirOrder() throws {
    let x = (ArgumentName.x, TensorType(.fp32, [7]), [1, 3, Double.nan, 3, 0, 3, -Double.infinity])
    #expect(try Self.results(.argsort, [x], [:]) == [2, 1, 3, 5, 0, 4, 6])
    #expect(try Self.results(.argsort, [x], [.ascending: .boolean(true)]) == [6, 4, 0, 1, 3, 5, 2])
  }

  @Test func whatIsNoNumberOrFarOutsideIsSampledWithoutHarm() throws {
    let x = (ArgumentName.x, TensorType(.fp32, [1, 1, 2, 2]), [1.0, 2, 3, 4])
    let places: [Double] = [Double.nan, 0, 1e30, -1e30, Double.infinity, 1, 0, -Double.infinity]
    let coordinates = (ArgumentName.coordinates, TensorType(.fp32, [1, 2, 2, 2]), places)
    for padding in ImagePadding.allCases.map(\.rawValue) {
      for sampling in ["bilinear", "nearest"] {
        let found = try Self.results(
          .resample,
          [x, coordinates],
          [
            .samplingMode: .string(sampling), .paddingMode: .string(padding), .paddingValue: .number(0.5),
            .coordinatesMode: .string("unnormalized"), .alignsCorners: .boolean(true),
          ]
        )
        #expect(found.allSatisfy { padding == "constant" ? $0 == 0.5 : [1, 2, 3, 4].contains($0) })
      }
    }
    let quantized = try Self.results(
      .quantize,
      [
        (.input, TensorType(.fp32, [4]), [Double.nan, Double.infinity, -1e30, 0]), (.scale, TensorType(.fp32), [0]),
      ],
      [.outputType: .string("int8")]
    )
    #expect(quantized == [0, 127, -128, 0])
  }

  @Test func indicesAreCheckedWhereTheProgramAsksForIt() throws {
    let data = (ArgumentName.data, TensorType(.fp32, [3]), [1.0, 2, 3])
    let inputs = [data, (.indices, TensorType(.int32, [2]), [1, 3]), (.updates, TensorType(.fp32, [2]), [10, 20])]
    #expect(try Self.results(.scatter, inputs, [:]) == [1, 12, 3])
    let index = InvalidIndex(node: "y0", argument: .indices, index: 3, size: 3)
    #expect(throws: GraphEvaluator.Failure.invalidIndex(index)) {
      try Self.results(.scatter, inputs, [.validateIndices: .boolean(true)])
    }
    let x = (ArgumentName.x, TensorType(.fp32, [1, 1, 2, 2]), [1.0, 2, 3, 4])
    let boxes = [x, (.boxes, TensorType(.fp32, [1, 4]), [0, 0, 1, 1]), (.boxIndices, TensorType(.int32, [1]), [7])]
    #expect(throws: GraphEvaluator.Failure.self) { try Self.results(.cropResize, boxes, [:]) }
  }

  /// Each profile of numerics gives the same up to its own precision.
  @Test func everyProfileComputesEveryOperator() throws {
    for item in OperatorCase.all.map(\.inHalves) {
      let exact = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics(.fp32))
      let operation = item.graph.nodes.last?.operation
      for profile in [Numerics.Profile.fused, .faithful] {
        let found = try GraphEvaluator.outputs(item.graph, item.inputs, Numerics(profile))
        #expect(found.map(\.count) == exact.map(\.count))
        // Tables and sums in halves are coarse, and differ from others by design.
        guard let operation, [.resampling, .movement, .scattering, .sorting, .generation].contains(operation.category)
        else { continue }
        for (found, exact) in zip(found, exact) {
          for (x, y) in zip(found, exact) where x.isFinite && y.isFinite {
            #expect(abs(x - y) <= max(abs(y), 1) * 0x1p-9, "\(item.name) \(profile): \(x) \(y)")
          }
        }
      }
    }
  }

  @Test func productsSaturateOnDevices() throws {
    let x = (ArgumentName.x, TensorType(.fp16, [1, 1, 2]), [200.0, 100])
    let weight = (ArgumentName.weight, TensorType(.fp16, [1, 1, 2]), [160.0, 180])
    // 32000, 36000 + 16000, 18000
    #expect(try Self.results(.convTranspose, [x, weight], [:]) == [32000, 52000, 18000])
    #expect(try Self.results(.convTranspose, [x, weight], [:], .faithful) == [32000, .infinity, 18000])
    let values = [1.0, 2].map { (ArgumentName.values, TensorType(.fp16, [1, 1, 1, 1]), [$0 * 160]) }
    let equation: [ArgumentName: AttributeValue] = [.equation: .string("nchw,nwhu->nchu")]
    // A single product is no sum, and does not saturate.
    #expect(try Self.results(.einsum, values, equation, .faithful) == [51200])
  }

  private static func results(
    _ operation: Operator,
    _ inputs: [(ArgumentName, TensorType, [Double])],
    _ attributes: [ArgumentName: AttributeValue],
    _ profile: Numerics.Profile = .fp32
  ) throws -> [Double] {
    var graph = Graph()
    let values = inputs.enumerated().map { Node.Input($1.0, graph.addInput("x\($0)", $1.1)) }
    let node = try graph.add(operation, values, attributes, names: ["y0"])
    graph.outputs = [.init("y0", ValueID(node))]
    return try GraphEvaluator.outputs(graph, inputs.map(\.2), Numerics(profile)).flatMap { $0 }
  }
}
