/// A graph cut into fusions and the nodes that are part of none, in an order in which each comes after those it needs.
struct FusedGraph {
  /// A part of the graph.
  enum Part {
    /// What one kernel call computes.
    case fusion(Fusion)
    /// A node that no kernel computes, or that only moves what kernels may read where it is.
    case node(Node)
  }

  let graph: GraphMatcher
  let parts: [Part]

  /// The rules, those that cover most first. Caches come before all others: attention reads what their updates leave.
  private static let rules: [[any FusionRule]] = [
    [CacheUpdateFusion()],
    [
      CachedAttentionFusion(), RotaryFusion(), AdapterFusion(), RMSNormFusion(), PeakScaledNormFusion(),
      LayerNormFusion(), GatedLinearFusion(), LinearFusion(), GELUFusion(), ElementwiseFusion(),
    ],
  ]

  /// Cuts a graph.
  ///
  /// - Parameters:
  ///   - graph: A verified graph.
  ///   - rowLayout: How rows lie in surfaces; kernels read them packed.
  init(_ graph: Graph, _ rowLayout: RowLayout) {
    let matcher = GraphMatcher(graph)
    let nodes = matcher.nodes.filter { !$0.operation.isGiven }
    var covered: Set<NodeID> = []
    var caches: Set<ValueID> = []
    var fusions: [NodeID: Fusion] = [:]
    for rules in rowLayout == .packed ? Self.rules : [] {
      for node in nodes.reversed() where !covered.contains(node.id) {
        let match = rules.lazy.compactMap { $0.match(node, in: matcher) }
          .first { $0.nodes.isDisjoint(with: covered) && $0.fits(matcher, caches: caches) }
        guard let match else { continue }
        covered.formUnion(match.nodes)
        if !match.kernel.givesRows { caches.insert(match.result) }
        fusions[node.id] = match
      }
    }
    self.graph = matcher
    parts = nodes.compactMap { node in
      fusions[node.id].map(Part.fusion) ?? (covered.contains(node.id) ? nil : .node(node))
    }
  }
}

extension Operator {
  /// Whether values are there before anything is computed: inputs and constants.
  var isGiven: Bool { self == .input || isConstant }

  /// Whether values are known when weights are.
  var isConstant: Bool { category == .constant || category == .constantExpression }

  /// Whether elements stay where they are in row-major order.
  var keepsOrder: Bool {
    switch self {
    case .identity, .reshape, .expandDims, .squeeze: true
    default: false
    }
  }
}
