/// Marks nodes whose results are larger than the on-chip memory, which the device works on piece by piece.
public struct SRAMAnnotation: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "sram-annotation"
  /// What the pass does, in a few words.
  public let summary = "marks nodes whose results are larger than the on-chip memory"
  /// Whether values stay the same bit for bit.
  public let isExact = true
  /// The size of the on-chip memory in bytes.
  public let capacity: Int

  /// Creates the pass.
  public init(capacity: Int = 32 << 20) {
    self.capacity = capacity
  }

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    var result = graph
    for var node in graph.nodes {
      let isSpilled =
        ![.input, .constant, .constantExpression].contains(node.operation.category)
        && node.results.contains { ($0.type.byteCount ?? 0) > capacity }
      guard node.isSpilled != isSpilled else { continue }
      node.isSpilled = isSpilled
      result.replace(node)
    }
    return result
  }
}
