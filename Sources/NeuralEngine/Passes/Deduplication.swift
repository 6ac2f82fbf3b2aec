/// Computes what is the same once: constants first of all, then whatever is given the same.
public struct Deduplication: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "deduplication"
  /// What the pass does, in a few words.
  public let summary = "keeps one of nodes that hold or compute the same"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// What is compared bit for bit: −0 equals 0, and yet x/−0 is not x/0.
  private enum Bits<Value: Hashable>: Hashable {
    case numbers([UInt64])
    case other(Value)
  }

  private struct Key: Hashable {
    var operation: Operator
    var inputs: [Node.Input]
    var attributes: [ArgumentName: Bits<AttributeValue>]
    var constant: Bits<ConstantPayload>?
    var type: TensorType
  }

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    let outputs = Set(graph.outputs.map(\.value))
    var known: [Key: ValueID] = [:]
    return graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard node.operation != .input, node.results.count == 1 else { return nil }
      let node = rewriter.current(node)
      let key = Key(
        operation: node.operation,
        inputs: node.inputs,
        attributes: node.attributes.mapValues { value in
          if case .number(let number) = value { .numbers([number.bitPattern]) } else { .other(value) }
        },
        constant: node.constant.map { value in
          if case .numbers(let numbers) = value { .numbers(numbers.map(\.bitPattern)) } else { .other(value) }
        },
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
