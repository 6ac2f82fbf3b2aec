import TestSupport

@testable import NeuralEngine

/// Graphs of random operators on random tensors, whose numbers stay tame.
struct OperatorSample {
  var graph = Graph()
  var inputs: [[Double]] = []
  private var random: SplitMix
  private let element: ElementType
  private var values: [ValueID] = []
  private var count = 0

  init(seed: UInt64, steps: Int = 14, element: ElementType = .fp32) {
    random = SplitMix(seed: seed)
    self.element = element
    for shape in [[1, 6, 1, 8], [1, 6, 1, 8], [1, 6, 1, 1], [2, 3, 8]] { addInput(shape) }
    while graph.nodes.count(where: { $0.operation != .input && $0.operation != .const }) < steps { addStep() }
    // Everything nobody uses is an output, so that all of it is compared.
    let used = graph.users()
    for (index, value) in values.filter({ used[$0] == nil && graph[$0.node].operation != .input }).enumerated() {
      graph.outputs.append(.init("out\(index)", value))
    }
  }

  private mutating func number() -> Double {
    element.rounded(Double.random(in: -1.5...1.5, using: &random))
  }

  private mutating func addInput(_ shape: [Int]) {
    let type = TensorType(element, shape)
    values.append(graph.addInput("in\(graph.inputs.count)", type))
    inputs.append((0..<shape.product).map { _ in number() })
  }

  private mutating func name() -> String {
    count += 1
    return "v\(count)"
  }

  private mutating func constant(_ shape: [Int]) throws -> ValueID {
    let numbers = (0..<shape.product).map { _ in element.rounded(number() / 2) }
    return try graph.addConstant(name(), TensorType(element, shape), .numbers(numbers))
  }

  private mutating func pick() -> ValueID { values.randomElement(using: &random) ?? values[0] }

  /// Adds a random operator; one that does not fit is left out.
  private mutating func addStep() {
    let x = pick()
    let shape = graph.type(of: x).shape
    guard shape.product <= 4096 else { return }
    do {
      switch Int.random(in: 0..<16, using: &random) {
      case 0:
        let operations = [Operator.tanh, .sigmoid, .relu, .abs, .silu, .softsign, .erf, .identity, .cos]
        try add(operations.randomElement(using: &random) ?? .tanh, [.init(.x, x)])
      case 1, 2:
        let operations = [Operator.add, .sub, .mul, .maximum, .minimum]
        try add(operations.randomElement(using: &random) ?? .add, [.init(.x, x), .init(.y, pick())])
      case 3:
        try add(.mul, [.init(.x, x), .init(.y, try constant([]))])
      case 4:
        try add(.softmax, [.init(.x, x)], [.axis: .integer(axis(shape))])
      case 5:
        let operations = [Operator.reduceSum, .reduceMean, .reduceMax, .reduceMin]
        try add(
          operations.randomElement(using: &random) ?? .reduceSum,
          [.init(.x, x)],
          [.axes: .integers([axis(shape)]), .keepDimensions: .boolean(true)]
        )
      case 6:
        try add(.transpose, [.init(.x, x)], [.permutation: .integers(shape.indices.shuffled(using: &random))])
      case 7:
        try add(.reshape, [.init(.x, x)], [.shape: .integers(shape.shuffled(using: &random))])
      case 8, 9:
        try add(
          .matmul,
          [.init(.x, x), .init(.y, pick())],
          [
            .transposeX: .boolean(Bool.random(using: &random)), .transposeY: .boolean(Bool.random(using: &random)),
          ]
        )
      case 10, 11:
        guard shape.count == 4 else { return }
        let outputs = Int.random(in: 1...7, using: &random)
        try add(.conv, [.init(.x, x), .init(.weight, try constant([outputs, shape[1], 1, 1]))])
      case 12:
        let place = axis(shape)
        let cut = Int.random(in: 0..<shape[place], using: &random)
        var begin = [Int](repeating: 0, count: shape.count)
        begin[place] = cut / 2
        var end = shape
        end[place] = max(cut, cut / 2 + 1)
        try add(.sliceByIndex, [.init(.x, x)], [.begin: .integers(begin), .end: .integers(end)])
      case 13:
        try add(.concat, [.init(.values, x), .init(.values, pick())], [.axis: .integer(axis(shape))])
      case 14:
        try add(
          .layerNorm,
          [.init(.x, x)],
          [.axes: .integers([axis(shape)]), .epsilon: .number(0.01)]
        )
      default:
        try add(.cast, [.init(.x, x)], [.type: .string(element.rawValue)])
      }
    } catch {
      // The operator does not fit these values: another one is tried.
    }
  }

  private mutating func axis(_ shape: [Int]) -> Int {
    shape.isEmpty ? 0 : Int.random(in: 0..<shape.count, using: &random)
  }

  private mutating func add(
    _ operation: Operator,
    _ inputs: [Node.Input],
    _ attributes: [ArgumentName: AttributeValue] = [:]
  ) throws {
    let node = try graph.add(operation, inputs, attributes, names: [name()])
    values.append(ValueID(node))
  }
}
