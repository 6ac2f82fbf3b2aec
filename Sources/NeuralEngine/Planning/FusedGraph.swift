/// A graph cut into fusions, in an order in which each comes after those it needs.
struct FusedGraph {
  let graph: GraphMatcher
  let fusions: [Fusion]

  /// The rules, those that cover most first.
  private static let rules: [any FusionRule] = [
    CacheUpdateFusion(), CachedAttentionFusion(), RotaryFusion(), AdapterFusion(), RMSNormFusion(),
    PeakScaledNormFusion(), LayerNormFusion(), GatedLinearFusion(), LinearFusion(), GELUFusion(), ElementwiseFusion(),
  ]

  /// Cuts a graph.
  ///
  /// - Parameter graph: A verified graph.
  /// - Throws: ``PlanningError`` where a node is no part of anything the kernels compute.
  init(_ graph: Graph) throws(PlanningError) {
    let matcher = GraphMatcher(graph)
    self.graph = matcher
    var covered: Set<NodeID> = []
    var found: [Fusion] = []
    for node in matcher.nodes.reversed() where !covered.contains(node.id) {
      if node.operation == .input || node.operation.category == .constant
        || node.operation.category == .constantExpression
      {
        continue
      }
      let match = Self.rules.lazy.compactMap { $0.match(node, in: matcher) }
        .first { $0.nodes.isDisjoint(with: covered) && $0.fits(matcher) }
      if let match {
        covered.formUnion(match.nodes)
        found.append(match)
      } else if node.operation.category != .movement && node.operation != .identity {
        throw PlanningError.unsupported(node.operation, name: node.name)
      }
    }
    fusions = found.reversed()
  }
}
