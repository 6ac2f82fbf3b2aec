/// Gives the values of ports the ports' own names, where nothing else has them.
///
/// It belongs behind all other passes, on graphs whose ports are declared in the order of their names: others are bound
/// in another order afterwards.
package struct PortNaming: GraphPass {
  /// The name that traces and options call the pass by.
  package let id = "port-naming"
  /// What the pass does, in a few words.
  package let summary = "gives the values of ports the ports' names"
  /// Whether values stay the same bit for bit.
  package let isExact = true

  /// Creates the pass.
  package init() {}

  /// The graph after the pass.
  package func rewrite(_ graph: Graph) -> Graph {
    var result = graph
    var names = Set(graph.nodes.flatMap { $0.results.map(\.name) })
    for port in graph.inputs + graph.outputs where graph.contains(port.value) {
      let name = Identifier.spelled(port.name)
      // The output of a program that is an input, too, has been given a value of its own.
      guard name != result.name(of: port.value), names.insert(name).inserted else { continue }
      result.rename(port.value, to: name)
    }
    return result
  }
}
