import TestSupport

@testable import NeuralEngine

/// Small graphs of one operator each, every operator of the table among them.
struct OperatorCase: Sendable {
  var name: String
  var graph: Graph
  var inputs: [[Double]]

  static let all: [OperatorCase] = {
    var cases = OperatorCaseMaker()
    cases.makeUnary()
    cases.makeBinary()
    cases.makeContractions()
    cases.makeFolds()
    cases.makeMovements()
    cases.makeConstantExpressions()
    cases.makeChannelActivations()
    cases.makeBackwardContractions()
    cases.makeQuantizations()
    cases.makeOrders()
    cases.makeResizes()
    cases.makeSamples()
    cases.makeBlocks()
    cases.makeScatters()
    cases.makeGenerations()
    return cases.cases
  }()
}

struct OperatorCaseMaker {
  var cases: [OperatorCase] = []
  var random = SplitMix(seed: 7)

  /// An input of an operator: a tensor given from outside, or a constant.
  struct Operand {
    var argument: ArgumentName
    var type: TensorType
    var low: Double
    var high: Double
    var isConstant = false
  }

  func tensor(
    _ argument: ArgumentName,
    _ shape: [Int],
    _ element: ElementType = .fp32,
    from low: Double = -2,
    to high: Double = 2,
    constant: Bool = false
  ) -> Operand {
    Operand(argument: argument, type: TensorType(element, shape), low: low, high: high, isConstant: constant)
  }

  mutating func add(
    _ operation: Operator,
    _ operands: [Operand],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    results: Int = 1,
    _ label: String = ""
  ) {
    var graph = Graph()
    var inputs: [[Double]] = []
    var arguments: [Node.Input] = []
    do {
      for (index, operand) in operands.enumerated() {
        let values = (0..<(operand.type.elementCount ?? 0)).map { _ in
          operand.type.element.rounded(Double.random(in: operand.low...operand.high, using: &random))
        }
        let value: ValueID
        if operand.isConstant {
          value = try graph.addConstant("c\(index)", operand.type, .numbers(values))
        } else {
          value = graph.addInput("x\(index)", operand.type)
          inputs.append(values)
        }
        arguments.append(.init(operand.argument, value))
      }
      let node = try graph.add(operation, arguments, attributes, names: (0..<results).map { "y\($0)" })
      graph.outputs = graph[node].values.enumerated().map { Graph.Port("y\($0)", $1) }
      cases.append(OperatorCase(name: "\(operation.rawValue) \(label)", graph: graph, inputs: inputs))
    } catch {
      // A case that cannot be made fails by its absence.
      cases.append(OperatorCase(name: "\(operation.rawValue) \(label): \(error)", graph: Graph(), inputs: []))
    }
  }

  mutating func add(_ operation: Operator, _ operands: [Operand], _ label: String) {
    add(operation, operands, [:], label)
  }

  mutating func makeUnary() {
    for operation in Operator.allCases where operation.category == .unary {
      switch operation {
      case .logicalNot: add(operation, [tensor(.x, [7], .bool, from: 0, to: 0)])
      case .sqrt, .rsqrt, .log: add(operation, [tensor(.x, [2, 9], from: 0.1, to: 9)])
      case .inverse: add(operation, [tensor(.x, [2, 9], from: 0.5, to: 9)])
      case .asin, .acos, .atanh: add(operation, [tensor(.x, [2, 9], from: -0.9, to: 0.9)])
      case .acosh: add(operation, [tensor(.x, [2, 9], from: 1.1, to: 5)])
      case .clip: add(operation, [tensor(.x, [2, 9])], [.alpha: .number(-0.5), .beta: .number(1)])
      case .clampedRelu, .linearActivation, .scaledTanh, .sigmoidHard, .thresholdedRelu, .prelu, .softplusParametric:
        continue
      case .threshold, .elu, .leakyRelu: add(operation, [tensor(.x, [2, 9])], [.alpha: .number(0.25)])
      case .gelu:
        for mode in ["EXACT", "TANH_APPROXIMATION", "SIGMOID_APPROXIMATION"] {
          add(operation, [tensor(.x, [2, 9], from: -5, to: 5)], [.mode: .string(mode)], mode)
        }
      case .cast:
        for type in ["int32", "int8", "bool", "fp16"] {
          add(operation, [tensor(.x, [2, 9], .fp16, from: -100, to: 100)], [.type: .string(type)], type)
        }
        add(operation, [tensor(.x, [2, 9], .int32, from: -100, to: 100)], [.type: .string("fp32")], "fp32")
      default: add(operation, [tensor(.x, [2, 3, 5], from: -3, to: 8)])
      }
    }
    for operation in [Operator.abs, .sign, .square, .relu, .relu6] {
      add(operation, [tensor(.x, [12], .int32, from: -50, to: 50)], "int32")
    }
  }

  mutating func makeBinary() {
    let shapes = [
      ([2, 3, 4], [2, 3, 4]), ([1, 6, 1, 8], [1, 6, 1, 1]), ([1, 6, 1, 8], [8]), ([4, 1], [3, 1, 5]), ([3], []),
    ]
    for operation in Operator.allCases where operation.category == .binary || operation.category == .comparison {
      for (x, y) in shapes {
        let isLogical = [.logicalAnd, .logicalOr, .logicalXor].contains(operation)
        let low = operation == .pow ? 0.2 : -4.0
        let element: ElementType = isLogical ? .bool : .fp32
        let (from, to) = isLogical ? (0, 0) : (low, 4.0)
        add(
          operation,
          [tensor(.x, x, element, from: from, to: to), tensor(.y, y, element, from: from, to: to)],
          "\(x) \(y)"
        )
      }
      guard ![.logicalAnd, .logicalOr, .logicalXor, .realDiv, .pow].contains(operation) else { continue }
      add(operation, [tensor(.x, [40], .int32, from: -9, to: 9), tensor(.y, [40], .int32, from: 1, to: 5)], "int32")
      add(operation, [tensor(.x, [40], .int32, from: -9, to: 9), tensor(.y, [40], .int32, from: -5, to: -1)], "int32")
    }
    add(
      .select,
      [tensor(.condition, [1, 4, 5], .bool, from: 0, to: 0), tensor(.a, [3, 1, 5]), tensor(.b, [5])]
    )
  }

  mutating func makeContractions() {
    add(.matmul, [tensor(.x, [5, 7]), tensor(.y, [7, 3])])
    add(.matmul, [tensor(.x, [7]), tensor(.y, [7])], "vectors")
    add(.matmul, [tensor(.x, [7]), tensor(.y, [2, 7, 3])], "row")
    add(.matmul, [tensor(.x, [2, 4, 7]), tensor(.y, [7])], "column")
    for (transposesX, transposesY) in [(true, false), (false, true), (true, true)] {
      add(
        .matmul,
        [
          tensor(.x, transposesX ? [2, 1, 7, 33] : [2, 1, 33, 7]), tensor(.y, transposesY ? [3, 17, 7] : [3, 7, 17]),
        ],
        [.transposeX: .boolean(transposesX), .transposeY: .boolean(transposesY)],
        "\(transposesX) \(transposesY)"
      )
    }
    add(.matmul, [tensor(.x, [3, 4], .int32, from: -9, to: 9), tensor(.y, [4, 2], .int32, from: -9, to: 9)], "int32")
    add(.linear, [tensor(.x, [2, 3, 19]), tensor(.weight, [5, 19]), tensor(.bias, [5])])
    add(.linear, [tensor(.x, [19]), tensor(.weight, [5, 19])], "vector")
    add(.conv, [tensor(.x, [1, 64, 1, 33]), tensor(.weight, [48, 64, 1, 1])], "1x1")
    add(.conv, [tensor(.x, [2, 12, 1, 1]), tensor(.weight, [9, 12, 1, 1]), tensor(.bias, [9])], "one column")
    add(.conv, [tensor(.x, [2, 6, 9, 11]), tensor(.weight, [4, 6, 3, 2]), tensor(.bias, [4])], "3x2")
    add(
      .conv,
      [tensor(.x, [2, 6, 9, 11]), tensor(.weight, [8, 3, 3, 3])],
      [
        .groups: .integer(2), .strides: .integers([2, 1]), .dilations: .integers([1, 2]), .padType: .string("custom"),
        .pad: .integers([1, 2, 3, 0]),
      ],
      "groups, strides, dilations, pads"
    )
    add(.conv, [tensor(.x, [1, 5, 8, 8]), tensor(.weight, [5, 1, 3, 3])], [.groups: .integer(5)], "depthwise")
    for kind in ["same", "same_lower"] {
      for stride in [1, 2, 3] {
        add(
          .conv,
          [tensor(.x, [1, 2, 8, 7]), tensor(.weight, [3, 2, 4, 3])],
          [.padType: .string(kind), .strides: .integers([stride, stride])],
          "\(kind) \(stride)"
        )
      }
    }
    add(.conv, [tensor(.x, [1, 2, 20]), tensor(.weight, [3, 2, 5])], "one axis")
    add(.conv, [tensor(.x, [1, 2, 4, 5, 6]), tensor(.weight, [3, 2, 2, 2, 2])], "three axes")
    let qkv = [tensor(.query, [1, 3, 5, 8]), tensor(.key, [1, 3, 6, 8]), tensor(.value, [1, 3, 6, 4])]
    add(.scaledDotProductAttention, qkv)
    add(.scaledDotProductAttention, qkv + [tensor(.attentionMask, [5, 6])], "mask")
  }

  mutating func makeFolds() {
    for operation in Operator.allCases where operation.category == .reduction {
      let low = operation == .reduceLogSum ? 0.5 : -2.0
      for axis in [0, 1, -1] {
        for keeps in [true, false] {
          let isArgument = operation == .reduceArgmax || operation == .reduceArgmin
          add(
            operation,
            [tensor(.x, [3, 21, 4], from: low, to: 2)],
            [
              isArgument ? .axis : .axes: isArgument ? .integer(axis) : .integers([axis]),
              .keepDimensions: .boolean(keeps),
            ],
            "\(axis) \(keeps)"
          )
        }
      }
      guard operation != .reduceArgmax, operation != .reduceArgmin else { continue }
      add(operation, [tensor(.x, [3, 5, 4], from: low, to: 2)], [.axes: .integers([0, 2])], "apart")
      add(operation, [tensor(.x, [3, 5, 4], from: low, to: 2)], "all")
      guard [.reduceSum, .reduceMax, .reduceMin, .reduceL1Norm, .reduceSumSquare].contains(operation) else { continue }
      add(operation, [tensor(.x, [3, 5], .int32, from: -9, to: 9)], [.axes: .integers([1])], "int32")
    }
    for axis in [0, 1, 2] {
      add(.softmax, [tensor(.x, [3, 17, 6], from: -20, to: 20)], [.axis: .integer(axis)], "\(axis)")
      for (exclusive, reverse) in [(false, false), (true, false), (false, true), (true, true)] {
        add(
          .cumsum,
          [tensor(.x, [3, 5, 4])],
          [.axis: .integer(axis), .exclusive: .boolean(exclusive), .reverse: .boolean(reverse)],
          "\(axis) \(exclusive) \(reverse)"
        )
      }
    }
    add(.cumsum, [tensor(.x, [9], .int32, from: -9, to: 9)], "int32")
    add(.layerNorm, [tensor(.x, [2, 8, 1, 5]), tensor(.gamma, [8]), tensor(.beta, [8])], [.axes: .integers([1])])
    add(.layerNorm, [tensor(.x, [2, 8, 6]), tensor(.gamma, [2, 6])], [.axes: .integers([0, 2])], "apart")
    add(.layerNorm, [tensor(.x, [2, 8, 6])], "all")
    let scales = [tensor(.gamma, [5]), tensor(.beta, [5])]
    let moments = [tensor(.mean, [5]), tensor(.variance, [5], from: 0.5, to: 3)]
    for shape in [[2, 5, 7], [2, 5, 3, 4], [2, 5, 2, 3, 4]] {
      add(.batchNorm, [tensor(.x, shape)] + moments + scales, "\(shape)")
      add(.instanceNorm, [tensor(.x, shape)] + scales, "\(shape)")
      add(.l2Norm, [tensor(.x, shape)], "\(shape)")
    }
    add(.batchNorm, [tensor(.x, [2, 5, 7])] + moments, "plain")
    add(.instanceNorm, [tensor(.x, [2, 5, 7])], "plain")
    makePools()
  }

  private mutating func makePools() {
    for operation in [Operator.averagePool, .maximumPool, .l2Pool] {
      add(operation, [tensor(.x, [2, 3, 9])], [.kernelSizes: .integers([4]), .padType: .string("valid")], "one axis")
      for kind in ["same", "same_lower"] {
        add(
          operation,
          [tensor(.x, [1, 2, 8, 7])],
          [.kernelSizes: .integers([3, 2]), .padType: .string(kind), .strides: .integers([2, 3])],
          kind
        )
      }
      for (roundsUp, excludes) in [(false, false), (true, false), (false, true), (true, true)] {
        guard operation == .averagePool || !excludes else { continue }
        var attributes: [ArgumentName: AttributeValue] = [
          .kernelSizes: .integers([3, 4]), .padType: .string("custom"), .strides: .integers([2, 3]),
          .pad: .integers([1, 1, 2, 0]), .roundsUp: .boolean(roundsUp),
        ]
        if excludes { attributes[.excludesPadding] = .boolean(true) }
        add(operation, [tensor(.x, [2, 3, 8, 9])], attributes, "\(roundsUp) \(excludes)")
      }
    }
  }

  mutating func makeMovements() {
    add(.reshape, [tensor(.x, [2, 3, 4])], [.shape: .integers([0, -1])])
    add(.transpose, [tensor(.x, [2, 3, 4, 5])], [.permutation: .integers([0, 2, 3, 1])])
    add(.transpose, [tensor(.x, [2, 3, 4], .int32, from: -9, to: 9)], [.permutation: .integers([2, 1, 0])], "int32")
    add(.expandDims, [tensor(.x, [2, 3])], [.axes: .integers([0, 2])])
    add(.squeeze, [tensor(.x, [1, 2, 1, 3])], [.axes: .integers([0])])
    add(.split, [tensor(.x, [2, 9, 3])], [.splitSizes: .integers([2, 3, 4]), .axis: .integer(1)], results: 3)
    add(.concat, [tensor(.values, [2, 3, 4]), tensor(.values, [2, 5, 4])], [.axis: .integer(1)])
    add(
      .concat,
      [tensor(.values, [2, 3, 4]), tensor(.values, [2, 3, 4])],
      [.axis: .integer(1), .interleave: .boolean(true)],
      "interleaved"
    )
    for axis in [0, 1, 2] {
      add(.stack, [tensor(.values, [3, 4]), tensor(.values, [3, 4])], [.axis: .integer(axis)], "\(axis)")
    }
    add(.pad, [tensor(.x, [2, 3, 4])], [.pad: .integers([1, 0, 2, 3]), .fillValue: .number(-1.5)])
    for mode in ["reflect", "replicate"] {
      add(.pad, [tensor(.x, [2, 3, 4])], [.pad: .integers([1, 2, 2, 3]), .mode: .string(mode)], mode)
    }
    add(.pad, [tensor(.x, [4], .int32, from: -9, to: 9)], [.pad: .integers([1, 2]), .fillValue: .number(7)], "int32")
    add(.tile, [tensor(.x, [2, 1, 3])], [.repetitions: .integers([2, 3, 2])])
    add(.gather, [tensor(.x, [3, 7, 2]), tensor(.indices, [2, 4], .int32, from: 0, to: 6)], [.axis: .integer(1)])
    add(.gather, [tensor(.x, [7, 2]), tensor(.indices, [5], .int32, from: -7, to: -1)], "negative")
    add(
      .gather,
      [tensor(.x, [3, 2, 7, 2]), tensor(.indices, [3, 4], .int32, from: 0, to: 6)],
      [.axis: .integer(2), .batchDimensions: .integer(1)],
      "batch"
    )
    add(
      .gatherAlongAxis,
      [tensor(.x, [3, 7, 2]), tensor(.indices, [3, 4, 2], .int32, from: -7, to: 6)],
      [.axis: .integer(1)]
    )
    for (lower, upper) in [(-1, 0), (1, -1), (1, 2), (0, 0)] {
      add(.bandPart, [tensor(.x, [2, 5, 6])], [.lower: .integer(lower), .upper: .integer(upper)], "\(lower) \(upper)")
    }
    add(
      .sliceByIndex,
      [tensor(.x, [6, 7, 8])],
      [.begin: .integers([1, -4, 7]), .end: .integers([5, -1, 0]), .stride: .integers([2, 1, -3])]
    )
    add(
      .sliceByIndex,
      [tensor(.x, [6, 7, 8])],
      [
        .begin: .integers([1, 2, 3]), .end: .integers([5, 3, 6]), .beginMask: .booleans([true, false, false]),
        .endMask: .booleans([false, false, true]), .squeezeMask: .booleans([false, true, false]),
      ],
      "masks"
    )
    add(.sliceBySize, [tensor(.x, [6, 7])], [.begin: .integers([2, 1]), .size: .integers([3, -1])])
  }

  mutating func makeConstantExpressions() {
    add(
      .constexprAffineDequantize,
      [
        tensor(.quantizedData, [4, 6], .int8, from: -128, to: 127, constant: true),
        tensor(.zeroPoint, [4], .int8, from: -9, to: 9, constant: true),
        tensor(.scale, [4], .fp32, constant: true),
      ],
      [.axis: .integer(0)]
    )
    add(
      .constexprBlockwiseShiftScale,
      [
        tensor(.data, [4, 64], .uint4, from: 0, to: 15, constant: true),
        tensor(.scale, [4, 2], .fp32, constant: true), tensor(.offset, [4, 2], .fp32, constant: true),
      ]
    )
    add(.constexprCast, [tensor(.sourceValue, [9], .fp16, constant: true)], [.outputType: .string("fp32")])
  }
}
