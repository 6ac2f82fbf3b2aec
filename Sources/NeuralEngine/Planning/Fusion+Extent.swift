/// How many rows and columns kernels see of a value: a row for each token, which is the last axis, of all its channels.
struct RowExtent: Hashable {
  var channels: Int
  var length: Int

  /// How many numbers there are.
  var count: Int { channels * length }
}

extension GraphMatcher {
  /// The rows of a value.
  func extent(_ value: ValueID) -> RowExtent {
    let shape = shape(value)
    return RowExtent(channels: shape.dropLast().reduce(1, *), length: shape.last ?? 1)
  }
}

extension Fusion {
  /// Whether all that the kernel reads lies in memory as it expects.
  ///
  /// Rules compare what views amount to, and a view says nothing of the form its source is kept in: [1, C·S, 1, 1] is
  /// one row, though its elements in order are those of [1, C, 1, S]. Nor do broadcasts show in a rule's pattern.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - caches: The caches that fusions update.
  /// - Returns: Whether the kernel can be called.
  func fits(_ graph: GraphMatcher, caches: Set<ValueID>) -> Bool {
    guard graph.type(of: self.result).element.isRowElement,
      kernel.rowInputs.allSatisfy({ graph.canBeRows($0, caches: caches) })
    else { return false }
    let result = graph.extent(result)
    switch kernel {
    case .rmsNorm(let x, let weight, _):
      return graph.extent(x) == result && graph.extent(weight).count == result.channels
    case .layerNorm(let x, let weight, let bias, _):
      return graph.extent(x) == result
        && [weight, bias].allSatisfy { graph.extent($0).count == result.channels }
    case .gelu(let x), .unary(_, let x), .binary(_, let x, .number):
      return graph.extent(x) == result
    case .binary(_, let x, .value(let y)):
      return graph.extent(x) == result && graph.extent(y) == result
    case .linear(let term, let residual):
      return term.fits(graph, result) && residual.map { graph.extent($0) == result } ?? true
    case .gatedLinear(let gate, let up):
      return gate.fits(graph, result) && up.fits(graph, result)
    case .rotary(let term):
      let angles = RowExtent(channels: term.width, length: result.length)
      return graph.extent(term.x) == result && result.channels == term.heads * term.width
        && [term.cosines, term.sines].allSatisfy { graph.isHalves($0, count: angles.count) }
    case .adapter(let term):
      let x = graph.extent(term.x)
      return x.length == result.length && graph.isHalves(term.down, count: term.rank * x.channels)
        && graph.isHalves(term.up, count: term.rank * result.channels)
    case .cacheUpdate(let term):
      // A cache is kept as the surface has it, a row for each place.
      let (places, width) = (result.channels, result.length)
      let rows = graph.extent(term.rows)
      return rows.channels == width && graph.isHalves(term.cache, count: result.count)
        && graph.isHalves(term.place, count: rows.length * places) && graph.storeCount(of: self.result) == 1
    case .attention(let term):
      let places = graph.extent(term.keys).count / max(term.keyValueHeads * term.width, 1)
      return graph.extent(term.queries) == result && result.channels == term.heads * term.width
        && graph.extent(term.keys).count == graph.extent(term.values).count
        && [term.keys, term.values].allSatisfy(caches.contains)
        && graph.isHalves(term.mask, count: result.length * places)
    }
  }
}

extension LinearTerm {
  fileprivate func fits(_ graph: GraphMatcher, _ result: RowExtent) -> Bool {
    let kernel = graph.shape(weight)
    return kernel.count == 4 && kernel[0] == result.channels && !kernel.contains(0)
      && graph.extent(x) == RowExtent(channels: kernel[1], length: result.length)
  }
}

extension GraphMatcher {
  /// Whether a value is an input of so many halves, as what kernels read from surfaces has to be.
  fileprivate func isHalves(_ value: ValueID, count: Int) -> Bool {
    node(value).operation == .input && type(of: value).element == .fp16 && extent(value).count == count
  }

  /// Whether a value can be rows for a kernel to read: it is computed or loaded, and stays in no surface.
  fileprivate func canBeRows(_ value: ValueID, caches: Set<ValueID>) -> Bool {
    let origin = unmoved(value)
    return type(of: value).element.isRowElement && !caches.contains(origin) && !node(origin).operation.isConstant
  }
}

extension ElementType {
  /// Whether rows are made from such elements.
  var isRowElement: Bool { self == .fp16 || self == .fp32 }
}
