/// Lets what a node is given stand for the node, where the node gives just that.
///
/// One that is an output stays if it is all that stands between the output and an input, a constant or another output:
/// programs return values they compute, each once.
public struct IdentityElimination: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "identity"
  /// What the pass does, in a few words.
  public let summary = "removes nodes that give what they are given"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    let outputs = Set(graph.outputs.map(\.value))
    var bound = outputs
    return graph.rewriting { (rewriter, node) throws(GraphError) -> ValueID? in
      guard let source = Self.source(of: node, in: rewriter) else { return nil }
      let value = rewriter.current(source)
      if outputs.contains(node.value) {
        let operation = rewriter.result[value.node].operation
        guard operation != .input, operation != .const, bound.insert(value).inserted else { return nil }
      }
      return value
    }
  }

  /// The value of the source graph a node hands on, if that is all it does.
  private static func source(of node: Node, in rewriter: GraphRewriter) -> ValueID? {
    guard node.results.count == 1, let x = node[.x] ?? (node.operation == .concat ? node[.values] : nil) else {
      return nil
    }
    let type = rewriter.source.type(of: x)
    switch node.operation {
    case .identity: return x
    case .cast, .reshape, .expandDims, .squeeze, .tile, .split, .sliceBySize:
      return node.type == type ? x : nil
    case .concat: return node.inputs.count == 1 ? x : nil
    case .pad: return (node.integers(.pad) ?? [1]).allSatisfy { $0 == 0 } ? x : nil
    case .transpose:
      let permutation = node.integers(.permutation) ?? []
      return permutation == [Int](permutation.indices) ? x : nil
    case .sliceByIndex:
      guard node.type == type, node.slices(of: type.shape).allSatisfy({ $0.step == 1 }) else { return nil }
      return x
    case .mul:
      guard let y = node[.y] else { return nil }
      if rewriter.scalar(y) == 1, node.type == type { return x }
      return rewriter.scalar(x) == 1 && node.type == rewriter.source.type(of: y) ? y : nil
    case .sub, .realDiv, .pow:
      guard let y = node[.y], node.type == type else { return nil }
      return rewriter.scalar(y) == (node.operation == .sub ? 0 : 1) ? x : nil
    default: return nil
    }
  }
}
