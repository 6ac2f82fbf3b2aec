/// Gives the values of ports the ports' own names, as far as surfaces are bound in the same order afterwards.
///
/// It belongs behind all other passes. Names that are said to cause failures (R52) get an end.
public struct PortNaming: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "port-naming"
  /// What the pass does, in a few words.
  public let summary = "gives the values of ports the ports' names"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    var result = graph
    var names = Set(graph.nodes.flatMap { $0.results.map(\.name) })
    for (ports, end) in [(graph.inputs, "_in"), (graph.outputs, "_out")]
    where ports.allSatisfy({ graph.contains($0.value) }) {
      var renamed = result
      for port in ports {
        let isDisputed = RestrictionChecker.disputedNames.contains(port.name)
        let name = Identifier.spelled(port.name, suffix: isDisputed ? end : "")
        guard name != renamed.name(of: port.value), names.insert(name).inserted else { continue }
        renamed.rename(port.value, to: name)
      }
      if Self.order(of: ports, in: renamed) == Self.order(of: ports, in: result) { result = renamed }
    }
    return result
  }

  /// The places of ports among surfaces.
  private static func order(of ports: [Graph.Port], in graph: Graph) -> [Int] {
    let names = ports.map { graph.name(of: $0.value) }
    return names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
  }
}
