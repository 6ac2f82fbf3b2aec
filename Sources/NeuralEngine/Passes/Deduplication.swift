/// Computes what is the same once: constants first of all, then whatever is given the same.
package struct Deduplication: GraphPass {
  /// The name that traces and options call the pass by.
  package let id = "deduplication"
  /// What the pass does, in a few words.
  package let summary = "keeps one of nodes that hold or compute the same"
  /// Whether values stay the same bit for bit.
  package let isExact = true

  private struct Key: Hashable {
    var operation: Operator
    var inputs: [Node.Input]
    var attributes: [ArgumentName: AttributeValue]
    var constant: ConstantPayload?
    var type: TensorType
  }

  /// Creates the pass.
  package init() {}

  /// The graph after the pass.
  package func rewrite(_ graph: Graph) -> Graph {
    let outputs = Set(graph.outputs.map(\.value))
    var known: [Key: ValueID] = [:]
    return graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation != .input, node.results.count == 1 else { return nil }
      let node = rewriter.current(node)
      let key = Key(
        operation: node.operation,
        inputs: node.inputs,
        attributes: node.attributes,
        constant: node.constant,
        type: node.type
      )
      if let first = known[key] {
        // Two outputs stay two values.
        return outputs.contains(node.value) ? nil : first
      }
      known[key] = node.value
      return nil
    }
  }
}
