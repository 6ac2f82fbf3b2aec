import NeuralKernels

/// The constants of a plan as kernels read them: vectors in single precision, matrices prepared for products.
struct PlanConstants {
  private let graph: Graph
  private let weights: WeightFiles
  private let store: ConstantStore
  private let prepared: PreparedWeights
  private let pool: OpaquePointer?
  private var vectors: [ValueID: UnsafePointer<Float>] = [:]

  /// What the pointers given out lie in; to be kept as long as they are used.
  private(set) var memory: [PlanMemory] = []
  /// The matrices given out, likewise.
  private(set) var matrices: [PreparedMatrix] = []
  /// How much memory the plan may still take.
  var budget: PlanBudget

  init(
    _ request: ExecutorRequest,
    _ weights: WeightFiles,
    _ prepared: PreparedWeights,
    pool: OpaquePointer?
  )
    throws(PlanningError)
  {
    graph = request.graph
    self.weights = weights
    budget = PlanBudget(limit: request.memoryLimit)
    do throws(WeightError) {
      let evaluator = NodeEvaluator(numerics: Numerics(.fp32))
      store = try ConstantStore(
        request.graph,
        weights: weights,
        options: request.weightOptions,
        evaluator: evaluator
      )
    } catch {
      throw PlanningError.weight(error.description)
    }
    self.prepared = prepared
    self.pool = pool
  }

  /// Room for elements of a type.
  mutating func allocate<Element>(
    _ type: Element.Type,
    count: Int
  ) throws(PlanningError)
    -> UnsafeMutablePointer<Element>
  {
    let block = try budget.memory(max(count, 1) * MemoryLayout<Element>.stride)
    memory.append(block)
    return block.start.bindMemory(to: type, capacity: max(count, 1))
  }

  /// Keeps a value where kernels can read and change it.
  mutating func keep<Value>(_ value: Value) throws(PlanningError) -> UnsafeMutablePointer<Value> {
    let place = try allocate(Value.self, count: 1)
    place.initialize(to: value)
    return place
  }

  /// A vector of one number a channel.
  mutating func vector(_ value: ValueID, count: Int) throws(PlanningError) -> UnsafePointer<Float> {
    if let known = vectors[value] { return known }
    guard let numbers = store.value(value)?.floats, numbers.count == count else {
      throw PlanningError.weight("'\(graph.name(of: value))' is no vector of \(count) numbers")
    }
    let copy = try allocate(Float.self, count: count)
    for (index, number) in numbers.enumerated() { copy[index] = number }
    vectors[value] = UnsafePointer(copy)
    return UnsafePointer(copy)
  }

  /// A matrix of shape [out, in, 1, 1].
  mutating func matrix(_ value: ValueID) throws(PlanningError) -> nk_matrix {
    let name = graph.name(of: value)
    let shape = graph.type(of: value).shape
    guard let weight = try encoded(value), weight.rows == shape[0], weight.columns == shape[1] else {
      throw PlanningError.weight("'\(name)' is no matrix of \(shape[0]) × \(shape[1])")
    }
    try budget.take(weight.blocks.count)
    let matrix = prepared.matrix(weight, pool: pool)
    matrices.append(matrix)
    guard let form = matrix.matrix else { throw PlanningError.weight("'\(name)' is empty") }
    return form
  }

  /// A weight in the blocks it is kept in; other constants as halves, or in single precision if they are.
  private func encoded(_ value: ValueID) throws(PlanningError) -> EncodedWeight? {
    let node = graph[value.node]
    if node.operation == .constexprBlockwiseShiftScale, let data = reference(node[.data]),
      let scale = reference(node[.scale])
    {
      let offset = node[.offset].flatMap(reference)
      if let weight = weights.encodedWeight(data: data, scale: scale, offset: offset) { return weight }
    } else if let (path, offset) = reference(value) {
      if let weight = weights.encodedWeight(path, at: offset) { return weight }
      let encoding: WeightEncoding? =
        switch node.type.element {
        case .fp16: .f16
        case .fp32: .f32
        default: nil
        }
      if let encoding, let blob = try? weights.blob(path, at: offset) {
        return try? EncodedWeight(encoding, rows: node.type.shape[0], columns: node.type.shape[1], blocks: blob.bytes)
      }
    }
    guard let numbers = store.value(value)?.floats else { return nil }
    var bytes = [UInt8](repeating: 0, count: numbers.count * 4)
    bytes.withUnsafeMutableBytes { bytes in numbers.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    let blocks = WeightRegion(copying: bytes)
    return try? EncodedWeight(.f32, rows: node.type.shape[0], columns: node.type.shape[1], blocks: blocks)
  }

  private func reference(_ value: ValueID?) -> (path: String, offset: UInt64)? {
    guard let value, case .weight(let reference) = graph.constant(value) else { return nil }
    return (reference.path, reference.offset)
  }
}
