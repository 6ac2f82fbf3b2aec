import NeuralKernels

/// Turns a fused graph into kernel calls over one block of memory.
struct PlanBuilder {
  let layout: PlanLayout
  let options: PlanOptions
  /// The surfaces of inputs and outputs, by their places among all.
  private let inputs: [ValueID: Int]
  let outputs: [(value: ValueID, surface: Int)]
  private let memory: PlanMemory
  var constants: PlanConstants

  /// What is found out about inputs, before the kernels run.
  private var examinations: [nk_step] = []
  private var kernels: [nk_step] = []
  private var masks: [TokenMatrix: UnsafeMutablePointer<nk_mask>] = [:]
  private var selections: [TokenMatrix: UnsafeMutablePointer<nk_selection>] = [:]
  private var turns: [RotaryTerm.Angles: UnsafeMutablePointer<nk_turns>] = [:]
  var updates: [SurfaceAlias] = []

  /// An input as a matrix with a row for each token: the same numbers may be rows of several lengths.
  private struct TokenMatrix: Hashable {
    var value: ValueID
    var length: Int
  }

  /// Binds a plan to weights.
  ///
  /// - Parameters:
  ///   - blueprint: The plan.
  ///   - weights: The weights.
  ///   - prepared: The matrices made for programs of the same device.
  ///   - options: How precisely activations enter products, and which threads work.
  /// - Returns: Memory and calls.
  /// - Throws: ``PlanningError`` where kernels do not take the weights or the surfaces, or there is no memory.
  static func build(
    _ blueprint: PlanBlueprint,
    _ weights: WeightFiles,
    _ prepared: PreparedWeights,
    _ options: PlanOptions
  )
    throws(PlanningError) -> sending PlanState
  {
    var builder = try PlanBuilder(blueprint, weights, prepared, options)
    try builder.addSteps()
    let steps = builder.examinations + builder.kernels
    let scratch = try builder.constants.budget.memory(steps.map { $0.scratchSize(options.team) }.max() ?? 0)
    // Vectors are read from among the matrices, and the system brings neighbours along.
    for matrix in builder.constants.matrices { matrix.relinquishSource() }
    return PlanState(
      steps: steps,
      inputCount: blueprint.request.inputOrder.count,
      memory: builder.memory,
      constants: builder.constants.memory,
      matrices: builder.constants.matrices,
      scratch: scratch,
      caches: CacheSurfaces(builder.updates),
      team: options.team
    )
  }

  private init(
    _ blueprint: PlanBlueprint,
    _ weights: WeightFiles,
    _ prepared: PreparedWeights,
    _ options: PlanOptions
  ) throws(PlanningError) {
    let (request, layout) = (blueprint.request, blueprint.layout)
    let graph = request.graph
    self.layout = layout
    self.options = options
    var inputs: [ValueID: Int] = [:]
    for (surface, port) in request.inputOrder.enumerated() { inputs[graph.inputs[port].value] = surface }
    self.inputs = inputs
    let inputCount = request.inputOrder.count
    outputs = request.outputOrder.enumerated().map { (layout.resolve(graph.outputs[$1].value), inputCount + $0) }
    constants = try PlanConstants(request, weights, prepared, pool: options.team?.pool)
    memory = try constants.budget.memory(layout.byteCount)
  }

  private mutating func addSteps() throws(PlanningError) {
    for value in layout.loads { kernels.append(nk_step(load: try transfer(value, try input(value)))) }
    for call in layout.calls {
      if case .linear = call.fusions.first?.kernel {
        kernels.append(nk_step(try products(call.fusions)))
      } else {
        for fusion in call.fusions { kernels.append(try step(fusion)) }
      }
    }
    for (value, surface) in outputs where !updates.contains(where: { $0.output == surface }) {
      kernels.append(nk_step(store: try transfer(value, surface)))
    }
  }

  // MARK: What steps refer to

  func name(_ value: ValueID) -> String { layout.graph.name(of: value) }

  func element(_ value: ValueID) -> ElementType { layout.graph.type(of: value).element }

  func rows(_ value: ValueID) throws(PlanningError) -> UnsafeMutablePointer<Float> {
    guard let offset = layout.offsets[layout.resolve(value)] else { throw .layout(name: name(value)) }
    return (memory.start + offset).assumingMemoryBound(to: Float.self)
  }

  func input(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = inputs[value] else { throw .layout(name: name(value)) }
    return surface
  }

  /// The output that is a cache.
  func cache(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = outputs.first(where: { $0.value == value })?.surface,
      updates.contains(where: { $0.output == surface })
    else { throw .layout(name: name(value)) }
    return surface
  }

  /// The number of channels and tokens of a value.
  func extent(_ value: ValueID) -> (channels: Int, length: Int) {
    let shape = layout.graph.type(of: value).shape
    return (shape.dropLast().reduce(1, *), shape.last ?? 1)
  }

  private func places(_ value: ValueID, length: Int) -> Int {
    layout.graph.type(of: value).shape.reduce(1, *) / max(length, 1)
  }

  mutating func mask(_ value: ValueID, length: Int) throws(PlanningError) -> UnsafeMutablePointer<nk_mask> {
    let matrix = TokenMatrix(value: value, length: length)
    if let known = masks[matrix] { return known }
    let places = places(value, length: length)
    let mask = try constants.keep(
      nk_mask(
        surface: try input(value),
        length: length,
        places: places,
        lengths: try constants.allocate(Int32.self, count: length),
        numbers: try constants.allocate(Float.self, count: length * places),
        causal_rows: 0,
        tail_length: 0
      )
    )
    masks[matrix] = mask
    examinations.append(nk_step(mask: mask))
    return mask
  }

  mutating func selection(
    _ value: ValueID,
    length: Int
  )
    throws(PlanningError) -> UnsafeMutablePointer<nk_selection>
  {
    let matrix = TokenMatrix(value: value, length: length)
    if let known = selections[matrix] { return known }
    let selection = try constants.keep(
      nk_selection(
        surface: try input(value),
        length: length,
        places: places(value, length: length),
        selected: try constants.allocate(Int32.self, count: length),
        is_plain: false
      )
    )
    selections[matrix] = selection
    examinations.append(nk_step(selection: selection))
    return selection
  }

  mutating func turns(
    _ angles: RotaryTerm.Angles,
    length: Int
  )
    throws(PlanningError) -> UnsafeMutablePointer<nk_turns>
  {
    if let known = turns[angles] { return known }
    let count = angles.width * length
    let turns = try constants.keep(
      nk_turns(
        cosine_surface: try input(angles.cosines),
        sine_surface: try input(angles.sines),
        width: angles.width,
        length: length,
        interleaved: angles.isInterleaved,
        cosines: try constants.allocate(Float.self, count: count / 2),
        sines: try constants.allocate(Float.self, count: count / 2),
        columns: try constants.allocate(Float.self, count: 2 * count),
        are_pairs_alike: false
      )
    )
    self.turns[angles] = turns
    examinations.append(nk_step(turns: turns))
    return turns
  }
}
