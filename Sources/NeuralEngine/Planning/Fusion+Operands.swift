extension Fusion.Kernel {
  /// The values a kernel names.
  var operands: [ValueID] {
    switch self {
    case .rmsNorm(let x, let weight, _): [x, weight]
    case .layerNorm(let x, let weight, let bias, _): [x, weight, bias]
    case .linear(let term, let residual): term.operands + [residual].compactMap(\.self)
    case .gatedLinear(let gate, let up): gate.operands + up.operands
    case .gelu(let x), .unary(_, let x), .binary(_, let x, .number): [x]
    case .binary(_, let x, .value(let y)): [x, y]
    case .rotary(let term): [term.x, term.cosines, term.sines]
    case .adapter(let term): [term.x, term.down, term.up]
    case .cacheUpdate(let term): [term.cache, term.place, term.rows]
    case .attention(let term): [term.queries, term.keys, term.values, term.mask]
    }
  }

  /// The values a kernel reads as rows in the plan's memory.
  var rowInputs: [ValueID] {
    switch self {
    case .rmsNorm(let x, _, _), .layerNorm(let x, _, _, _), .gelu(let x), .unary(_, let x): [x]
    case .linear(let term, let residual): residual.map { [term.x, $0] } ?? [term.x]
    case .gatedLinear(let gate, _): [gate.x]
    case .rotary(let term): [term.x]
    case .adapter(let term): [term.x]
    case .cacheUpdate(let term): [term.rows]
    case .attention(let term): [term.queries]
    case .binary(_, let x, .value(let y)): [x, y]
    case .binary(_, let x, .number): [x]
    }
  }

  /// Whether the result is rows in the plan's memory; caches stay in their surfaces.
  var givesRows: Bool {
    if case .cacheUpdate = self { false } else { true }
  }

  /// The input whose memory the result may take over while it is computed.
  var reusableInput: ValueID? {
    switch self {
    case .linear(_, let residual): residual
    case .rotary(let term): term.x
    case .gelu(let x), .unary(_, let x), .binary(_, let x, _): x
    case .rmsNorm, .layerNorm, .gatedLinear, .adapter, .cacheUpdate, .attention: nil
    }
  }
}

extension LinearTerm {
  fileprivate var operands: [ValueID] { [x, weight] + [bias].compactMap(\.self) }
}
