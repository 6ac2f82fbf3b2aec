import NeuralKernels

/// Turns a fused graph into kernel calls over one block of memory.
struct PlanBuilder {
  let schedule: PlanSchedule
  private let layout: PlanLayout
  let options: PlanOptions
  /// The surfaces of inputs and outputs, by their places among all.
  private let inputs: [ValueID: Int]
  private let outputs: [(view: TensorView, surface: Int)]
  private let memory: PlanMemory
  var constants: PlanConstants

  /// What is found out about inputs, before the kernels run.
  private var examinations: [nk_step] = []
  private var kernels: [nk_step] = []
  /// Where the kernels are interrupted by nodes that none of them computes.
  private var spans = [PlanSpan()]
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
    builder.spans[0].kernelCount += builder.examinations.count
    let steps = builder.examinations + builder.kernels
    let transfers = builder.spans.flatMap { $0.tensorSteps.compactMap(\.transfer) }
    let scratchSize = (steps + transfers).map { $0.scratchSize(options.team) }.max() ?? 0
    let scratch = try builder.constants.budget.memory(scratchSize)
    let tensors = try builder.tensorEvaluator(blueprint.request)
    // Vectors are read from among the matrices, and the system brings neighbours along.
    for matrix in builder.constants.matrices { matrix.relinquishSource() }
    return PlanState(
      spans: builder.spans,
      steps: steps,
      tensors: tensors,
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
    schedule = layout.schedule
    self.options = options
    var inputs: [ValueID: Int] = [:]
    for (surface, port) in request.inputOrder.enumerated() { inputs[graph.inputs[port].value] = surface }
    self.inputs = inputs
    let inputCount = request.inputOrder.count
    outputs = request.outputOrder.enumerated().map { (layout.schedule.view(graph.outputs[$1].value), inputCount + $0) }
    constants = try PlanConstants(request, weights, prepared, pool: options.team?.pool)
    memory = try constants.budget.memory(layout.byteCount)
  }

  private mutating func addSteps() throws(PlanningError) {
    // Caches are written while others' are still to be read, so that all inputs come first.
    for value in schedule.reads { add(.read(value, schedule.graph.type(of: value), surface: try input(value))) }
    for value in schedule.loads { add(nk_step(load: try transfer(value, try input(value)))) }
    for call in schedule.calls {
      switch call {
      case .kernel(let fusions):
        if case .linear = fusions.first?.kernel {
          add(nk_step(try products(fusions)))
        } else {
          for fusion in fusions { add(try step(fusion)) }
        }
      case .node(let call): try add(call)
      }
    }
    for (view, surface) in outputs {
      if schedule.isRows(view.source) {
        add(nk_step(store: try transfer(view.source, surface)))
      } else if !schedule.isCache(view.source) {
        add(.write(view, surface: surface))
      }
    }
  }

  /// Adds a node with what brings its values into the form it reads, and into that which others do.
  private mutating func add(_ call: PlannedNode) throws(PlanningError) {
    for value in call.gathered {
      let type = schedule.graph.type(of: value)
      if schedule.isCache(value) {
        add(.read(value, type, surface: try cache(value)))
      } else {
        add(.gather(value, type, nk_step(store: try exchange(value))))
      }
    }
    add(.compute(call))
    for value in call.scattered { add(.scatter(schedule.view(value), nk_step(load: try exchange(value)))) }
    if !call.released.isEmpty { add(.release(call.released)) }
  }

  private mutating func add(_ step: nk_step) {
    kernels.append(step)
    spans[spans.count - 1].kernelCount += 1
  }

  private mutating func add(_ step: TensorStep) {
    if spans[spans.count - 1].kernelCount > 0 { spans.append(PlanSpan()) }
    spans[spans.count - 1].tensorSteps.append(step)
  }

  /// What tensors are computed with; `nil` where there are none.
  private mutating func tensorEvaluator(_ request: ExecutorRequest) throws(PlanningError) -> TensorEvaluator? {
    guard spans.contains(where: { !$0.tensorSteps.isEmpty }) else { return nil }
    try constants.budget.take(Int(min(schedule.tensorByteCount, 0x1p62)))
    return TensorEvaluator(
      // Between surfaces nothing is rounded.
      nodes: NodeEvaluator(numerics: Numerics(.fp32), ignoresAttentionMask: request.ignoresAttentionMask),
      constants: try constants.tensors(),
      rowLayout: request.rowLayout
    )
  }

  // MARK: What steps refer to

  func name(_ value: ValueID) -> String { schedule.graph.name(of: value) }

  func element(_ value: ValueID) -> ElementType { schedule.graph.type(of: value).element }

  func rows(_ value: ValueID) throws(PlanningError) -> UnsafeMutablePointer<Float> {
    guard let offset = layout.offsets[schedule.resolve(value)] else { throw .layout(name: name(value)) }
    return (memory.start + offset).assumingMemoryBound(to: Float.self)
  }

  func input(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = inputs[value] else { throw .layout(name: name(value)) }
    return surface
  }

  /// The output that is a cache.
  func cache(_ value: ValueID) throws(PlanningError) -> Int {
    guard let output = outputs.first(where: { $0.view.source == value }) else { throw .layout(name: name(value)) }
    return output.surface
  }

  /// The number of channels and tokens of a value.
  func extent(_ value: ValueID) -> (channels: Int, length: Int) {
    let shape = schedule.graph.type(of: value).shape
    return (shape.dropLast().reduce(1, *), shape.last ?? 1)
  }

  private func places(_ value: ValueID, length: Int) -> Int {
    schedule.graph.type(of: value).shape.reduce(1, *) / max(length, 1)
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
