import NeuralKernels

/// A kernel call with its memory.
enum PlanStep {
  case load(LoadStep)
  case store(StoreStep)
  case linear(LinearStep)
  case norm(NormStep)
  case rotary(RotaryStep)
  case adapter(AdapterStep)
  case cacheUpdate(CacheUpdateStep)
  case attention(AttentionStep)
  case unary(UnaryStep)
  case binary(BinaryStep)

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    switch self {
    case .load(let step): step.run(surfaces, frame)
    case .store(let step): step.run(surfaces, frame)
    case .linear(let step): step.run(frame)
    case .norm(let step): step.run(frame)
    case .rotary(let step): step.run(frame)
    case .adapter(let step): step.run(surfaces, frame)
    case .cacheUpdate(let step): step.run(surfaces, frame)
    case .attention(let step): step.run(surfaces, frame)
    case .unary(let step): step.run(frame)
    case .binary(let step): step.run(frame)
    }
  }
}

extension PlanStep: CustomStringConvertible {
  var description: String {
    switch self {
    case .load(let step): "load input \(step.input) [\(step.channels), \(step.length)]"
    case .store(let step): "store output \(step.output) [\(step.channels), \(step.length)]"
    case .linear(let step):
      "linear \(step.columns) → \(step.rows.map(String.init).joined(separator: " + ")) × \(step.tokens)"
    case .norm(let step): "\(step.bias == nil ? "rms" : "layer") norm \(step.columns) × \(step.rows)"
    case .rotary(let step): "rotary \(step.heads) × \(step.table.width) × \(step.table.length)"
    case .adapter(let step): "adapter \(step.columns) → \(step.rank) → \(step.rows) × \(step.tokens)"
    case .cacheUpdate(let step): "cache update \(step.place.places) × \(step.width)"
    case .attention(let step): "attention \(step.heads)/\(step.keyValueHeads) × \(step.width)"
    case .unary(let step): "\(step.name) × \(step.count)"
    case .binary(let step): "\(step.name) × \(step.count)"
    }
  }
}

/// Brings an input surface into rows of single precision.
struct LoadStep {
  var input: Int
  var element: ElementType
  var channels: Int
  var length: Int
  /// [length, channels]
  var rows: UnsafeMutablePointer<Float>

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    guard let source = surfaces.input(input).baseAddress else { return }
    // One token's rows are in the surface's order already.
    let destination = length == 1 ? rows : frame.scratch.assumingMemoryBound(to: Float.self)
    let count = channels * length
    if element == .fp32 {
      destination.update(from: source.assumingMemoryBound(to: Float.self), count: count)
    } else {
      nk_half_to_float(source.assumingMemoryBound(to: UInt16.self), destination, count)
    }
    if length > 1 { nk_transpose(destination, rows, channels, length, frame.pool) }
  }
}

/// Writes rows of single precision to an output surface.
struct StoreStep {
  var output: Int
  var element: ElementType
  var channels: Int
  var length: Int
  var rows: UnsafeMutablePointer<Float>

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    guard let target = surfaces.output(output).baseAddress else { return }
    let source = length == 1 ? rows : frame.scratch.assumingMemoryBound(to: Float.self)
    if length > 1 { nk_transpose(rows, source, length, channels, frame.pool) }
    let count = channels * length
    if element == .fp32 {
      target.assumingMemoryBound(to: Float.self).update(from: source, count: count)
    } else {
      nk_float_to_half(source, target.assumingMemoryBound(to: UInt16.self), count)
    }
  }
}

/// Products of the same rows with one or more matrices.
struct LinearStep {
  /// Lives in the plan's constants.
  var call: UnsafeMutablePointer<nk_linear>
  var rows: [Int]

  var columns: Int { call.pointee.columns }
  var tokens: Int { call.pointee.tokens }

  func run(_ frame: PlanFrame) { nk_linear_run(call, frame.scratch, frame.pool) }
}

/// Normalises rows, by their root mean square or, with a bias, by mean and variance.
struct NormStep {
  var input: UnsafePointer<Float>
  var output: UnsafeMutablePointer<Float>
  var weight: UnsafePointer<Float>
  var bias: UnsafePointer<Float>?
  var epsilon: Float
  var rows: Int
  var columns: Int

  func run(_ frame: PlanFrame) {
    if let bias {
      nk_layernorm(input, weight, bias, epsilon, output, rows, columns, frame.pool)
    } else {
      nk_rmsnorm(input, weight, epsilon, output, rows, columns, frame.pool)
    }
  }
}

/// Turns pairs of channels.
struct RotaryStep {
  var input: UnsafePointer<Float>
  var output: UnsafeMutablePointer<Float>
  var heads: Int
  var table: RotaryTableInput

  func run(_ frame: PlanFrame) {
    let stride = heads * table.width
    if table.arePairsAlike {
      if UnsafePointer(output) != input { output.update(from: input, count: stride * table.length) }
      nk_rotary(
        output,
        stride,
        table.length,
        heads,
        table.width,
        table.width,
        table.cosines,
        table.sines,
        table.isInterleaved,
        frame.pool
      )
    } else {
      table.turn(input, output, heads: heads)
    }
  }
}

/// Adds new rows to a cache.
struct CacheUpdateStep {
  var cache: Int
  var output: Int
  var place: PlaceShape
  var rows: UnsafePointer<Float>
  var width: Int

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    guard let target = surfaces.output(output).baseAddress, let source = surfaces.input(cache).baseAddress else {
      return
    }
    if !surfaces.areSame(input: cache, output: output) {
      target.copyMemory(from: source, byteCount: place.places * width * 2)
    }
    let halves = target.assumingMemoryBound(to: UInt16.self)
    place.forEachPlacement(surfaces) { row, column, weight in
      nk_add_scaled_to_halves(rows + row * width, weight, halves + column * width, width)
    }
  }
}

/// Attention over cached rows.
struct AttentionStep {
  var queries: UnsafeMutablePointer<Float>
  var result: UnsafeMutablePointer<Float>
  /// The outputs that are the caches.
  var keys: Int
  var values: Int
  var mask: MaskShape
  var scale: Float
  var heads: Int
  var keyValueHeads: Int
  var width: Int

  func run(_ surfaces: borrowing BoundSurfaces, _ frame: PlanFrame) {
    guard let keyRows = surfaces.output(keys).baseAddress, let valueRows = surfaces.output(values).baseAddress else {
      return
    }
    mask.run(call(keys: keyRows, values: valueRows), frame)
  }

  /// How many bytes of scratch a call needs at most.
  func scratchSize(_ pool: OpaquePointer?) -> Int {
    // Only the extents count.
    var call = call(keys: queries, values: queries)
    call.positions = mask.places
    return nk_attention_scratch(&call, pool)
  }

  /// A call over half-precision, token-major caches; what is seen of them is still to be said.
  private func call(keys: UnsafeRawPointer, values: UnsafeRawPointer) -> nk_attention {
    nk_attention(
      queries: queries,
      query_stride: heads * width,
      keys: keys,
      values: values,
      key_stride: keyValueHeads * width,
      key_head_stride: width,
      value_stride: keyValueHeads * width,
      value_head_stride: width,
      cache_encoding: NK_F16,
      output: result,
      output_stride: heads * width,
      heads: heads,
      kv_heads: keyValueHeads,
      head_size: width,
      tokens: mask.length,
      positions: 0,
      scale: scale,
      causal: false,
      offset: 0,
      mask: nil,
      mask_stride: 0
    )
  }
}

/// A function of single numbers.
struct UnaryStep {
  var name: String
  var operation: nk_unary_operation
  var input: UnsafePointer<Float>
  var output: UnsafeMutablePointer<Float>
  var count: Int

  func run(_ frame: PlanFrame) { nk_unary(operation, input, output, count, frame.pool) }
}

/// A function of two arrays of one shape, or of an array and a number.
struct BinaryStep {
  var name: String
  var operation: nk_binary_operation
  var first: UnsafePointer<Float>
  var second: UnsafePointer<Float>
  var isScalar: Bool
  var output: UnsafeMutablePointer<Float>
  var count: Int

  func run(_ frame: PlanFrame) {
    nk_binary(operation, isScalar ? NK_SCALAR : NK_SAME_SHAPE, false, first, second, output, 1, count, frame.pool)
  }
}
