import NeuralKernels

/// The constants of a plan as kernels read them: vectors in single precision, matrices prepared for products.
struct PlanConstants {
  private let graph: Graph
  private let weights: WeightFiles
  private let weightOptions: ConstantStore.Options
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
    weightOptions = request.weightOptions
    budget = PlanBudget(limit: request.memoryLimit)
    store = try Self.store(graph, weights, weightOptions)
    self.prepared = prepared
    self.pool = pool
  }

  private static func store(
    _ graph: Graph,
    _ weights: WeightFiles,
    _ options: ConstantStore.Options
  )
    throws(PlanningError) -> ConstantStore
  {
    do throws(WeightError) {
      let evaluator = NodeEvaluator(numerics: Numerics(.fp32))
      return try ConstantStore(graph, weights: weights, options: options, evaluator: evaluator)
    } catch {
      throw PlanningError.weight(error.description)
    }
  }

  /// The constants as evaluated nodes read them, without what was decoded for kernels.
  func tensors() throws(PlanningError) -> ConstantStore { try Self.store(graph, weights, weightOptions) }

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
    guard let weight = encoded(value) else {
      throw PlanningError.weight("'\(graph.name(of: value))' is no matrix of numbers")
    }
    try budget.take(weight.blocks.count)
    let matrix = prepared.matrix(weight, pool: pool)
    matrices.append(matrix)
    guard let form = matrix.matrix else { throw PlanningError.weight("'\(graph.name(of: value))' is empty") }
    return form
  }

  /// A weight in the blocks it is kept in, or in single precision.
  private func encoded(_ value: ValueID) -> EncodedWeight? {
    let node = graph[value.node]
    let (rows, columns) = (node.type.shape[0], node.type.shape[1])
    if let weight = kept(node), weight.rows == rows, weight.columns == columns { return weight }
    guard let numbers = store.value(value)?.floats else { return nil }
    var bytes = [UInt8](repeating: 0, count: numbers.count * 4)
    bytes.withUnsafeMutableBytes { bytes in numbers.withUnsafeBytes { bytes.copyMemory(from: $0) } }
    return try? EncodedWeight(.f32, rows: rows, columns: columns, blocks: WeightRegion(copying: bytes))
  }

  /// The blocks of a weight in its file, whatever matrix they are.
  private func kept(_ node: Node) -> EncodedWeight? {
    if node.operation == .constexprBlockwiseShiftScale {
      guard let data = reference(node[.data]), let scale = reference(node[.scale]) else { return nil }
      return weights.encodedWeight(data: data, scale: scale, offset: node[.offset].flatMap(reference))
    }
    guard let (path, offset) = reference(node.value) else { return nil }
    if let weight = weights.encodedWeight(path, at: offset) { return weight }
    let encoding: WeightEncoding
    switch node.type.element {
    case .fp16: encoding = .f16
    case .fp32: encoding = .f32
    default: return nil
    }
    guard let blob = try? weights.blob(path, at: offset) else { return nil }
    return try? EncodedWeight(encoding, rows: node.type.shape[0], columns: node.type.shape[1], blocks: blob.bytes)
  }

  private func reference(_ value: ValueID?) -> (path: String, offset: UInt64)? {
    guard let value, case .weight(let reference) = graph.constant(value) else { return nil }
    return (reference.path, reference.offset)
  }
}
