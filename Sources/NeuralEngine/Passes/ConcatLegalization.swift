/// Joins tensors without `concat`: each is padded with zeros to the whole's size, and they are added.
///
/// The device pads the last two axes only, so that another axis is brought to the back first. Values that are
/// interleaved are left alone.
public struct ConcatLegalization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "concat-legalization"
  /// What the pass does, in a few words.
  public let summary = "joins tensors by padding and adding"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .concat || node.operation == .stack, node.inputs.count > 1,
        node.boolean(.interleave) != true, node.type.element.isFloatingPoint, let axis = node.integer(.axis)
      else { return nil }
      let rank = node.type.shape.count
      let isMoved = axis < rank - 2
      let padded = isMoved ? rank - 1 : axis
      var swapped = [Int](0..<rank)
      swapped.swapAt(axis, rank - 1)
      var sum: ValueID?
      var before = 0
      for (index, input) in node.inputs.enumerated() {
        var part = rewriter.current(input.value)
        if node.operation == .stack {
          part = try rewriter.apply(.expandDims, part, "row\(index)", [.axes: .integers([axis])])
        }
        let size = rewriter.result.type(of: part).shape[axis]
        if isMoved { part = try rewriter.apply(.transpose, part, "turned\(index)", [.permutation: .integers(swapped)]) }
        var pad = [before, node.type.shape[axis] - before - size]
        if padded == rank - 2 { pad += [0, 0] }
        part = try rewriter.apply(.pad, part, "part\(index)", [.pad: .integers(pad)])
        before += size
        guard let first = sum else {
          sum = part
          continue
        }
        let isLast = index == node.inputs.count - 1 && !isMoved
        sum = isLast ? try rewriter.last(.add, first, part) : try rewriter.apply(.add, first, part, "sum\(index)")
      }
      guard let sum, isMoved else { return sum }
      return try rewriter.add(
        .transpose,
        [.init(.x, sum)],
        [.permutation: .integers(swapped)],
        name: node.name
      )
    }
  }
}
