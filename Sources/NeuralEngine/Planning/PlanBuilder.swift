import NeuralKernels

/// Turns a fused graph into kernel calls over one block of memory.
struct PlanBuilder {
  private let layout: PlanLayout
  private let options: PlanOptions
  /// The surfaces of inputs and outputs, by their places among all.
  private let inputs: [ValueID: Int]
  private let outputs: [(value: ValueID, surface: Int)]
  private let memory: PlanMemory
  private var constants: PlanConstants

  /// What is found out about inputs, before the kernels run.
  private var examinations: [nk_step] = []
  private var kernels: [nk_step] = []
  private var masks: [TokenMatrix: UnsafeMutablePointer<nk_mask>] = [:]
  private var selections: [TokenMatrix: UnsafeMutablePointer<nk_selection>] = [:]
  private var turns: [RotaryTerm.Angles: UnsafeMutablePointer<nk_turns>] = [:]
  private var updates: [SurfaceAlias] = []

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

  private func name(_ value: ValueID) -> String { layout.graph.name(of: value) }

  private func element(_ value: ValueID) -> ElementType { layout.graph.type(of: value).element }

  private func rows(_ value: ValueID) throws(PlanningError) -> UnsafeMutablePointer<Float> {
    guard let offset = layout.offsets[layout.resolve(value)] else { throw .layout(name: name(value)) }
    return (memory.start + offset).assumingMemoryBound(to: Float.self)
  }

  private func input(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = inputs[value] else { throw .layout(name: name(value)) }
    return surface
  }

  /// The output that is a cache.
  private func cache(_ value: ValueID) throws(PlanningError) -> Int {
    guard let surface = outputs.first(where: { $0.value == value })?.surface,
      updates.contains(where: { $0.output == surface })
    else { throw .layout(name: name(value)) }
    return surface
  }

  /// The number of channels and tokens of a value.
  private func extent(_ value: ValueID) -> (channels: Int, length: Int) {
    let shape = layout.graph.type(of: value).shape
    return (shape.dropLast().reduce(1, *), shape.last ?? 1)
  }

  private func places(_ value: ValueID, length: Int) -> Int {
    layout.graph.type(of: value).shape.reduce(1, *) / max(length, 1)
  }

  private mutating func mask(_ value: ValueID, length: Int) throws(PlanningError) -> UnsafeMutablePointer<nk_mask> {
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

  private mutating func selection(
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

  private mutating func turns(
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

// MARK: - Steps

extension PlanBuilder {
  private func transfer(_ value: ValueID, _ surface: Int) throws(PlanningError) -> nk_transfer {
    let (channels, length) = extent(value)
    return nk_transfer(
      surface: surface,
      is_half: element(value) == .fp16,
      channels: channels,
      length: length,
      rows: try rows(value)
    )
  }

  private mutating func step(_ fusion: Fusion) throws(PlanningError) -> nk_step {
    let (channels, length) = extent(fusion.result)
    switch fusion.kernel {
    case .rmsNorm(let x, let weight, let epsilon):
      return nk_step(try norm(x, weight, bias: nil, epsilon, fusion.result))
    case .layerNorm(let x, let weight, let bias, let epsilon):
      return nk_step(try norm(x, weight, bias: bias, epsilon, fusion.result))
    case .linear: return nk_step(try products([fusion]))
    case .gatedLinear(let gate, let up):
      return nk_step(try product([(gate, fusion.result, nil), (up, nil, nil)], NK_EPILOGUE_SILU_GATE))
    case .gelu(let x): return nk_step(try map(NK_GELU_TANH, x, fusion.result))
    case .rotary(let term):
      let turns = try turns(term.angles, length: length)
      return nk_step(
        nk_rotation(input: try rows(term.x), output: try rows(fusion.result), heads: term.heads, turns: turns)
      )
    case .adapter(let term):
      return nk_step(
        nk_adapter(
          input: try rows(term.x),
          output: try rows(fusion.result),
          down_surface: try input(term.down),
          up_surface: try input(term.up),
          rank: term.rank,
          rows: channels,
          columns: extent(term.x).channels,
          tokens: length
        )
      )
    case .cacheUpdate(let term): return nk_step(try cacheUpdate(term, fusion.result))
    case .attention(let term): return nk_step(try attention(term, fusion.result, length: length))
    case .unary(let operation, let x):
      guard let code = operation.unaryCode else { throw .unsupported(operation, name: name(fusion.result)) }
      return nk_step(try map(code, x, fusion.result))
    case .binary(let operation, let x, let operand):
      guard let code = operation.binaryCode else { throw .unsupported(operation, name: name(fusion.result)) }
      return nk_step(try zip(code, x, operand, fusion.result))
    }
  }

  private mutating func norm(
    _ x: ValueID,
    _ weight: ValueID,
    bias: ValueID?,
    _ epsilon: Double,
    _ result: ValueID
  )
    throws(PlanningError) -> nk_norm
  {
    let (channels, length) = extent(result)
    var offset: UnsafePointer<Float>?
    if let bias { offset = try constants.vector(bias, count: channels) }
    return nk_norm(
      input: try rows(x),
      output: try rows(result),
      weight: try constants.vector(weight, count: channels),
      bias: offset,
      epsilon: Float(epsilon),
      rows: length,
      columns: channels
    )
  }

  private func map(_ operation: nk_unary_operation, _ x: ValueID, _ result: ValueID) throws(PlanningError) -> nk_map {
    let (channels, length) = extent(result)
    return nk_map(operation: operation, input: try rows(x), output: try rows(result), count: channels * length)
  }

  private mutating func zip(
    _ operation: nk_binary_operation,
    _ x: ValueID,
    _ operand: BinaryOperand,
    _ result: ValueID
  )
    throws(PlanningError) -> nk_zip
  {
    let (channels, length) = extent(result)
    let second: UnsafeMutablePointer<Float>
    let isScalar: Bool
    switch operand {
    case .value(let y): (second, isScalar) = (try rows(y), false)
    case .number(let number): (second, isScalar) = (try constants.keep(Float(number)), true)
    }
    return nk_zip(
      operation: operation,
      is_scalar: isScalar,
      first: try rows(x),
      second: second,
      output: try rows(result),
      count: channels * length
    )
  }

  private mutating func cacheUpdate(_ term: CacheTerm, _ result: ValueID) throws(PlanningError) -> nk_cache_update {
    let source = try input(term.cache)
    guard let target = outputs.first(where: { $0.value == result })?.surface, element(result) == .fp16 else {
      throw .layout(name: name(result))
    }
    updates.append(SurfaceAlias(input: source, output: target))
    return nk_cache_update(
      input_surface: source,
      output_surface: target,
      selection: try selection(term.place, length: extent(term.rows).length),
      rows: try rows(term.rows),
      width: layout.graph.type(of: result).shape[3]
    )
  }

  private mutating func attention(
    _ term: AttentionTerm,
    _ result: ValueID,
    length: Int
  )
    throws(PlanningError) -> nk_cache_attention
  {
    let queries = try rows(term.queries)
    let stride = term.heads * term.width
    let cacheStride = term.keyValueHeads * term.width
    return nk_cache_attention(
      call: nk_attention(
        queries: queries,
        query_stride: stride,
        // The caches' addresses are known once there are surfaces.
        keys: queries,
        values: queries,
        key_stride: cacheStride,
        key_head_stride: term.width,
        value_stride: cacheStride,
        value_head_stride: term.width,
        cache_encoding: NK_F16,
        output: try rows(result),
        output_stride: stride,
        heads: term.heads,
        kv_heads: term.keyValueHeads,
        head_size: term.width,
        tokens: length,
        positions: 0,
        scale: Float(term.scale),
        causal: false,
        offset: 0,
        mask: nil,
        mask_stride: 0
      ),
      key_surface: try cache(term.keys),
      value_surface: try cache(term.values),
      mask: try mask(term.mask, length: length)
    )
  }

  private mutating func products(_ fusions: [Fusion]) throws(PlanningError) -> nk_linear {
    var parts: [Product] = []
    for fusion in fusions {
      guard case .linear(let term, let residual) = fusion.kernel else { continue }
      parts.append((term, fusion.result, residual))
    }
    return try product(parts, parts.contains { $0.residual != nil } ? NK_EPILOGUE_ADD : NK_EPILOGUE_STORE)
  }

  private typealias Product = (term: LinearTerm, result: ValueID?, residual: ValueID?)

  private mutating func product(_ products: [Product], _ epilogue: nk_epilogue) throws(PlanningError) -> nk_linear {
    guard let first = products.first else { throw .weight("there is no product") }
    let parts = try constants.allocate(nk_linear_part.self, count: products.count)
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
    }
    let (channels, length) = extent(first.term.x)
    return nk_linear(
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
  }
}
