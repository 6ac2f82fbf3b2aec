import NeuralKernels

/// Turns a fused graph into kernel calls over one block of memory.
struct PlanBuilder {
  private let layout: PlanLayout
  private let options: PlanOptions
  private let inputs: [ValueID: Int]
  private let outputs: [(value: ValueID, surface: Int)]
  private let memory: PlanMemory
  private var constants: PlanConstants

  private var steps: [PlanStep] = []
  private var masks: [ValueID: MaskShape] = [:]
  private var places: [ValueID: PlaceShape] = [:]
  private var tables: [RotaryTerm.Angles: RotaryTableInput] = [:]
  private var updates: [SurfaceAlias] = []
  private var scratchSize = 0

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
    let scratch = try builder.constants.budget.memory(max(builder.scratchSize, 64))
    // Vectors are read from among the matrices, and the system brings neighbours along.
    for matrix in builder.constants.matrices { matrix.relinquishSource() }
    return PlanState(
      steps: builder.steps,
      memory: builder.memory,
      constants: builder.constants.memory,
      matrices: builder.constants.matrices,
      scratch: scratch,
      masks: Array(builder.masks.values),
      places: Array(builder.places.values),
      tables: Array(builder.tables.values),
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
    outputs = request.outputOrder.enumerated().map { (layout.resolve(graph.outputs[$1].value), $0) }
    constants = try PlanConstants(request, weights, prepared, pool: options.team?.pool)
    memory = try constants.budget.memory(layout.byteCount)
  }

  private mutating func addSteps() throws(PlanningError) {
    for value in layout.loads { steps.append(.load(try load(value))) }
    for call in layout.calls {
      if case .linear = call.fusions.first?.kernel {
        steps.append(.linear(try products(call.fusions)))
      } else {
        for fusion in call.fusions { steps.append(try step(fusion)) }
      }
    }
    for (value, surface) in outputs where !updates.contains(where: { $0.output == surface }) {
      steps.append(.store(try store(value, surface)))
    }
  }

  // MARK: What steps refer to

  private func name(_ value: ValueID) -> String { layout.graph.name(of: value) }

  private func rows(_ value: ValueID) throws(PlanningError) -> UnsafeMutablePointer<Float> {
    guard let offset = layout.offsets[layout.resolve(value)] else { throw .layout(name: name(value)) }
    return (memory.start + offset).assumingMemoryBound(to: Float.self)
  }

  private func input(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = inputs[value] else { throw .layout(name: name(value)) }
    return surface
  }

  /// The number of channels and tokens of a value.
  private func extent(_ value: ValueID) -> (channels: Int, length: Int) {
    let shape = layout.graph.type(of: value).shape
    return (shape.dropLast().reduce(1, *), shape.last ?? 1)
  }

  private mutating func mask(_ value: ValueID, length: Int) throws(PlanningError) -> MaskShape {
    if let known = masks[value] { return known }
    let elements = layout.graph.type(of: value).shape.reduce(1, *)
    guard layout.graph.type(of: value).element == .fp16 else { throw .layout(name: name(value)) }
    let mask = MaskShape(input: try input(value), length: length, places: elements / max(length, 1))
    masks[value] = mask
    return mask
  }

  private mutating func place(_ value: ValueID, length: Int) throws(PlanningError) -> PlaceShape {
    if let known = places[value] { return known }
    let elements = layout.graph.type(of: value).shape.reduce(1, *)
    guard layout.graph.type(of: value).element == .fp16 else { throw .layout(name: name(value)) }
    let place = PlaceShape(input: try input(value), length: length, places: elements / max(length, 1))
    places[value] = place
    return place
  }

  private mutating func table(_ angles: RotaryTerm.Angles, length: Int) throws(PlanningError) -> RotaryTableInput {
    if let known = tables[angles] { return known }
    for value in [angles.cosines, angles.sines] where layout.graph.type(of: value).element != .fp16 {
      throw .layout(name: name(value))
    }
    let table = RotaryTableInput(
      cosineInput: try input(angles.cosines),
      sineInput: try input(angles.sines),
      width: angles.width,
      length: length,
      isInterleaved: angles.isInterleaved
    )
    tables[angles] = table
    return table
  }
}

// MARK: - Steps

extension PlanBuilder {
  private mutating func load(_ value: ValueID) throws(PlanningError) -> LoadStep {
    let (channels, length) = extent(value)
    if length > 1 { scratchSize = max(scratchSize, channels * length * 4) }
    return LoadStep(
      input: try input(value),
      element: layout.graph.type(of: value).element,
      channels: channels,
      length: length,
      rows: try rows(value)
    )
  }

  private mutating func store(_ value: ValueID, _ surface: Int) throws(PlanningError) -> StoreStep {
    let (channels, length) = extent(value)
    if length > 1 { scratchSize = max(scratchSize, channels * length * 4) }
    return StoreStep(
      output: surface,
      element: layout.graph.type(of: value).element,
      channels: channels,
      length: length,
      rows: try rows(value)
    )
  }

  private mutating func step(_ fusion: Fusion) throws(PlanningError) -> PlanStep {
    let (channels, length) = extent(fusion.result)
    switch fusion.kernel {
    case .rmsNorm(let x, let weight, let epsilon):
      return .norm(try norm(x, weight, bias: nil, epsilon, fusion.result))
    case .layerNorm(let x, let weight, let bias, let epsilon):
      return .norm(try norm(x, weight, bias: bias, epsilon, fusion.result))
    case .linear: return .linear(try products([fusion]))
    case .gatedLinear(let gate, let up):
      return .linear(try product([(gate, fusion.result, nil), (up, nil, nil)], NK_EPILOGUE_SILU_GATE))
    case .gelu(let x): return .unary(try unary("gelu", NK_GELU_TANH, x, fusion.result))
    case .rotary(let term):
      let table = try table(term.angles, length: length)
      return .rotary(
        RotaryStep(input: try rows(term.x), output: try rows(fusion.result), heads: term.heads, table: table)
      )
    case .adapter(let term):
      let step = AdapterStep(
        input: try rows(term.x),
        output: try rows(fusion.result),
        down: try input(term.down),
        up: try input(term.up),
        rank: term.rank,
        rows: channels,
        columns: extent(term.x).channels,
        tokens: length
      )
      scratchSize = max(scratchSize, step.scratchSize(options.team?.pool))
      return .adapter(step)
    case .cacheUpdate(let term):
      let width = layout.graph.type(of: fusion.result).shape[3]
      let tokens = extent(term.rows).length
      let cache = try input(term.cache)
      guard let output = outputs.first(where: { $0.value == fusion.result })?.surface,
        layout.graph.type(of: fusion.result).element == .fp16
      else { throw .layout(name: name(fusion.result)) }
      updates.append(SurfaceAlias(input: cache, output: output))
      return .cacheUpdate(
        CacheUpdateStep(
          cache: cache,
          output: output,
          place: try place(term.place, length: tokens),
          rows: try rows(term.rows),
          width: width
        )
      )
    case .attention(let term):
      func surface(_ value: ValueID) throws(PlanningError) -> Int {
        guard let found = outputs.first(where: { $0.value == value })?.surface,
          updates.contains(where: { $0.output == found })
        else { throw .layout(name: name(value)) }
        return found
      }
      let mask = try mask(term.mask, length: length)
      let step = AttentionStep(
        queries: try rows(term.queries),
        result: try rows(fusion.result),
        keys: try surface(term.keys),
        values: try surface(term.values),
        mask: mask,
        scale: Float(term.scale),
        heads: term.heads,
        keyValueHeads: term.keyValueHeads,
        width: term.width
      )
      scratchSize = max(scratchSize, step.scratchSize(options.team?.pool))
      return .attention(step)
    case .unary(let operation, let x):
      guard let code = operation.unaryCode else { throw .unsupported(operation, name: name(fusion.result)) }
      return .unary(try unary(operation.rawValue, code, x, fusion.result))
    case .binary(let operation, let x, let operand):
      guard let code = operation.binaryCode else { throw .unsupported(operation, name: name(fusion.result)) }
      var second: UnsafePointer<Float>
      var isScalar = false
      switch operand {
      case .value(let y): second = UnsafePointer(try rows(y))
      case .number(let number):
        let constant = try constants.allocate(Float.self, count: 1)
        constant.pointee = Float(number)
        second = UnsafePointer(constant)
        isScalar = true
      }
      return .binary(
        BinaryStep(
          name: operation.rawValue,
          operation: code,
          first: try rows(x),
          second: second,
          isScalar: isScalar,
          output: try rows(fusion.result),
          count: channels * length
        )
      )
    }
  }

  private mutating func norm(
    _ x: ValueID,
    _ weight: ValueID,
    bias: ValueID?,
    _ epsilon: Double,
    _ result: ValueID
  )
    throws(PlanningError) -> NormStep
  {
    let (channels, length) = extent(result)
    var offset: UnsafePointer<Float>?
    if let bias { offset = try constants.vector(bias, count: channels) }
    return NormStep(
      input: try rows(x),
      output: try rows(result),
      weight: try constants.vector(weight, count: channels),
      bias: offset,
      epsilon: Float(epsilon),
      rows: length,
      columns: channels
    )
  }

  private func unary(
    _ name: String,
    _ operation: nk_unary_operation,
    _ x: ValueID,
    _ result: ValueID
  )
    throws(PlanningError) -> UnaryStep
  {
    let (channels, length) = extent(result)
    return UnaryStep(
      name: name,
      operation: operation,
      input: try rows(x),
      output: try rows(result),
      count: channels * length
    )
  }

  private mutating func products(_ fusions: [Fusion]) throws(PlanningError) -> LinearStep {
    var parts: [Product] = []
    for fusion in fusions {
      guard case .linear(let term, let residual) = fusion.kernel else { continue }
      parts.append((term, fusion.result, residual))
    }
    return try product(parts, parts.contains { $0.residual != nil } ? NK_EPILOGUE_ADD : NK_EPILOGUE_STORE)
  }

  private typealias Product = (term: LinearTerm, result: ValueID?, residual: ValueID?)

  private mutating func product(_ products: [Product], _ epilogue: nk_epilogue) throws(PlanningError) -> LinearStep {
    guard let first = products.first else { throw .weight("there is no product") }
    let parts = try constants.allocate(nk_linear_part.self, count: products.count)
    var outputs: [Int] = []
    for (index, product) in products.enumerated() {
      let matrix = try constants.matrix(product.term.weight)
      var bias: UnsafePointer<Float>?
      if let value = product.term.bias { bias = try constants.vector(value, count: matrix.rows) }
      var output: UnsafeMutablePointer<Float>?
      if let value = product.result { output = try rows(value) }
      var residual: UnsafePointer<Float>?
      if let value = product.residual { residual = UnsafePointer(try rows(value)) }
      parts[index] = nk_linear_part(
        weights: matrix,
        bias: bias,
        output: output,
        output_stride: matrix.rows,
        residual: residual
      )
      outputs.append(matrix.rows)
    }
    let (channels, length) = extent(first.term.x)
    let call = try constants.allocate(nk_linear.self, count: 1)
    call.pointee = nk_linear(
      input: try rows(first.term.x),
      input_stride: channels,
      tokens: length,
      columns: channels,
      parts: UnsafePointer(parts),
      part_count: products.count,
      precision: options.precision.code,
      epilogue: epilogue,
      round_half: false
    )
    scratchSize = max(scratchSize, nk_linear_scratch(call, options.team?.pool))
    return LinearStep(call: call, rows: outputs)
  }
}

extension PlanOptions.Precision {
  /// The kernels' name for the precision.
  fileprivate var code: nk_precision {
    switch self {
    case .exact: NK_PRECISION_EXACT
    case .integer15: NK_PRECISION_INT15
    case .integer8: NK_PRECISION_INT8
    }
  }
}

extension Operator {
  /// The kernel of a function of one number.
  fileprivate var unaryCode: nk_unary_operation? {
    switch self {
    case .exp: NK_EXP
    case .sqrt: NK_SQRT
    case .sigmoid: NK_SIGMOID
    case .tanh: NK_TANH
    case .silu: NK_SILU
    case .relu: NK_RELU
    case .abs: NK_ABSOLUTE
    case .square: NK_SQUARE
    default: nil
    }
  }

  /// The kernel of a function of two numbers.
  fileprivate var binaryCode: nk_binary_operation? {
    switch self {
    case .add: NK_ADD
    case .sub: NK_SUBTRACT
    case .mul: NK_MULTIPLY
    case .realDiv: NK_DIVIDE
    case .maximum: NK_MAXIMUM
    case .minimum: NK_MINIMUM
    case .pow: NK_POWER
    default: nil
    }
  }
}
