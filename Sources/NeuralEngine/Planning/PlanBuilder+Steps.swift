import NeuralKernels

extension PlanBuilder {
  /// The rows of a value, and its surface.
  func transfer(_ value: ValueID, _ surface: Int) throws(PlanningError) -> nk_transfer {
    var transfer = try exchange(value)
    transfer.surface = surface
    transfer.is_half = element(value) == .fp16
    return transfer
  }

  /// The rows of a value, and memory of single precision as the only surface.
  func exchange(_ value: ValueID) throws(PlanningError) -> nk_transfer {
    let (channels, length) = extent(value)
    return nk_transfer(surface: 0, is_half: false, channels: channels, length: length, rows: try rows(value))
  }

  mutating func step(_ fusion: Fusion) throws(PlanningError) -> nk_step {
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
    let (source, target) = (try input(term.cache), try cache(result))
    updates.append(SurfaceAlias(input: source, output: target))
    return nk_cache_update(
      input_surface: source,
      output_surface: target,
      selection: try selection(term.place, length: extent(term.rows).length),
      rows: try rows(term.rows),
      width: schedule.graph.type(of: result).shape[3]
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

  mutating func products(_ fusions: [Fusion]) throws(PlanningError) -> nk_linear {
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
