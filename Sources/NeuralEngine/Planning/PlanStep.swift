import NeuralKernels

extension nk_step {
  init(mask: UnsafeMutablePointer<nk_mask>) {
    self.init(kind: NK_STEP_MASK, operands: nk_operands(mask: mask))
  }

  init(selection: UnsafeMutablePointer<nk_selection>) {
    self.init(kind: NK_STEP_SELECTION, operands: nk_operands(selection: selection))
  }

  init(turns: UnsafeMutablePointer<nk_turns>) {
    self.init(kind: NK_STEP_TURNS, operands: nk_operands(turns: turns))
  }

  init(load transfer: nk_transfer) { self.init(kind: NK_STEP_LOAD, operands: nk_operands(transfer: transfer)) }

  init(store transfer: nk_transfer) { self.init(kind: NK_STEP_STORE, operands: nk_operands(transfer: transfer)) }

  init(_ linear: nk_linear) { self.init(kind: NK_STEP_LINEAR, operands: nk_operands(linear: linear)) }

  init(_ norm: nk_norm) { self.init(kind: NK_STEP_NORM, operands: nk_operands(norm: norm)) }

  init(_ rotation: nk_rotation) { self.init(kind: NK_STEP_ROTATION, operands: nk_operands(rotation: rotation)) }

  init(_ adapter: nk_adapter) { self.init(kind: NK_STEP_ADAPTER, operands: nk_operands(adapter: adapter)) }

  init(_ update: nk_cache_update) {
    self.init(kind: NK_STEP_CACHE_UPDATE, operands: nk_operands(cache_update: update))
  }

  init(_ attention: nk_cache_attention) {
    self.init(kind: NK_STEP_ATTENTION, operands: nk_operands(attention: attention))
  }

  init(_ map: nk_map) { self.init(kind: NK_STEP_MAP, operands: nk_operands(map: map)) }

  init(_ zip: nk_zip) { self.init(kind: NK_STEP_ZIP, operands: nk_operands(zip: zip)) }
}

extension nk_step {
  /// How many bytes of scratch the step needs at most.
  func scratchSize(_ team: ThreadTeam?) -> Int { withUnsafePointer(to: self) { nk_step_scratch($0, team?.pool) } }

  /// The step in a line, for people.
  ///
  /// - Parameter inputCount: How many of the surfaces are inputs.
  /// - Returns: The line.
  func listing(inputCount: Int) -> String {
    switch kind {
    case NK_STEP_MASK:
      let mask = operands.mask.pointee
      return "mask \(mask.surface) [\(mask.length), \(mask.places)]"
    case NK_STEP_SELECTION:
      let selection = operands.selection.pointee
      return "selection \(selection.surface) [\(selection.length), \(selection.places)]"
    case NK_STEP_TURNS:
      let turns = operands.turns.pointee
      return "turns \(turns.cosine_surface), \(turns.sine_surface) [\(turns.width), \(turns.length)]"
    case NK_STEP_LOAD:
      let load = operands.transfer
      return "load input \(load.surface) [\(load.channels), \(load.length)]"
    case NK_STEP_STORE:
      let store = operands.transfer
      return "store output \(store.surface - inputCount) [\(store.channels), \(store.length)]"
    case NK_STEP_LINEAR:
      let linear = operands.linear
      let rows = (0..<linear.part_count).map { String(linear.parts[$0].weights.rows) }
      return "linear \(linear.columns) → \(rows.joined(separator: " + ")) × \(linear.tokens)"
    case NK_STEP_NORM:
      let norm = operands.norm
      return "\(norm.bias == nil ? "rms" : "layer") norm \(norm.columns) × \(norm.rows)"
    case NK_STEP_ROTATION:
      let rotation = operands.rotation
      return "rotary \(rotation.heads) × \(rotation.turns.pointee.width) × \(rotation.turns.pointee.length)"
    case NK_STEP_ADAPTER:
      let adapter = operands.adapter
      return "adapter \(adapter.columns) → \(adapter.rank) → \(adapter.rows) × \(adapter.tokens)"
    case NK_STEP_CACHE_UPDATE:
      let update = operands.cache_update
      return "cache update \(update.selection.pointee.places) × \(update.width)"
    case NK_STEP_ATTENTION:
      let call = operands.attention.call
      return "attention \(call.heads)/\(call.kv_heads) × \(call.head_size)"
    case NK_STEP_MAP:
      let map = operands.map
      return "\(Operator.allCases.first { $0.unaryCode == map.operation }?.rawValue ?? "gelu") × \(map.count)"
    default:
      let zip = operands.zip
      return "\(Operator.allCases.first { $0.binaryCode == zip.operation }?.rawValue ?? "?") × \(zip.count)"
    }
  }
}

extension Operator {
  /// The kernel of a function of one number.
  var unaryCode: nk_unary_operation? {
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
  var binaryCode: nk_binary_operation? {
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

extension PlanOptions.Precision {
  /// The kernels' name for the precision.
  var code: nk_precision {
    switch self {
    case .exact: NK_PRECISION_EXACT
    case .integer15: NK_PRECISION_INT15
    case .integer8: NK_PRECISION_INT8
    }
  }
}
