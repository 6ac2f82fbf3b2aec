/// Adds up convolutions of some channels each, where the device refuses that many at once.
public struct ConvolutionSplitting: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "convolution-splitting"
  /// What the pass does, in a few words.
  public let summary = "parts convolutions of 32000 input channels and more"
  /// Whether values stay the same bit for bit.
  public let isExact = false

  /// From how many input channels on convolutions are refused.
  public let limit: Int

  /// Creates the pass.
  public init(limit: Int = 32000) {
    self.limit = limit
  }

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation == .conv, let x = node[.x], let weight = node[.weight], node.integer(.groups) == 1,
        node[.bias] == nil, limit >= 2
      else { return nil }
      let shape = graph.type(of: x).shape
      guard shape[1] >= limit else { return nil }
      let parts = (shape[1] + limit - 2) / (limit - 1)
      let size = (shape[1] + parts - 1) / parts
      var sum: ValueID?
      for (index, start) in stride(from: 0, to: shape[1], by: size).enumerated() {
        let range = start..<min(start + size, shape[1])
        let piece = try rewriter.channels(range, of: rewriter.current(x), "x\(index)")
        let kernel = try rewriter.channels(range, of: rewriter.current(weight), "w\(index)")
        let product = try rewriter.add(
          .conv,
          [.init(.x, piece), .init(.weight, kernel)],
          node.attributes,
          name: "\(node.name)_part\(index)"
        )
        guard let first = sum else {
          sum = product
          continue
        }
        sum =
          range.upperBound == shape[1]
          ? try rewriter.last(.add, first, product) : try rewriter.apply(.add, first, product, "sum\(index)")
      }
      return sum
    }
  }
}

extension GraphRewriter {
  /// A range of the second axis; a constant written into the program is cut here and now.
  fileprivate mutating func channels(
    _ range: Range<Int>,
    of value: ValueID,
    _ suffix: String
  ) throws(GraphError) -> ValueID {
    let node = result[value.node]
    let type = result.type(of: value)
    if case .numbers(let numbers) = node.constant {
      let inner = type.shape.dropFirst(2).reduce(1, *)
      let outer = type.shape[1] * inner
      let kept = (0..<type.shape[0]).flatMap { row in
        numbers[row * outer + range.lowerBound * inner..<row * outer + range.upperBound * inner]
      }
      var shape = type.shape
      shape[1] = range.count
      return try add(TensorType(type.element, shape), .numbers(kept), name: "\(name)_\(suffix)")
    }
    var (begin, end) = ([Int](repeating: 0, count: type.shape.count), type.shape)
    begin[1] = range.lowerBound
    end[1] = range.upperBound
    return try apply(.sliceByIndex, value, suffix, [.begin: .integers(begin), .end: .integers(end)])
  }
}
