/// Renames the values of ports so that the device, which binds surfaces in the order of names, binds them as declared.
///
/// Nothing is renamed where the names are in order. The ports' own names stay.
public struct PortOrdering: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "port-ordering"
  /// What the pass does, in a few words.
  public let summary = "renames ports' values so that the order of names is the declared order"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    var result = graph
    var names = Set(graph.nodes.flatMap { $0.results.map(\.name) })
    for (ports, prefix) in [(graph.inputs, "i"), (graph.outputs, "o")] {
      let values = ports.map(\.value)
      let isDistinct = Set(values).count == values.count && values.allSatisfy(graph.contains)
      let isForeign = prefix == "o" && values.contains { graph.contains($0) && graph[$0.node].operation == .input }
      guard isDistinct, !isForeign else { continue }
      let current = values.map { [UInt8](graph.name(of: $0).utf8) }
      guard !zip(current, current.dropFirst()).allSatisfy({ $0.lexicographicallyPrecedes($1) }) else { continue }
      let digits = "\(ports.count - 1)".utf8.count
      for (index, port) in ports.enumerated() {
        let number = "\(index)"
        let base = prefix + String(repeating: "0", count: digits - number.utf8.count) + number + "_" + port.name
        var name = Identifier.spelled(base)
        var attempt = 1
        while name != graph.name(of: port.value), names.contains(name) {
          attempt += 1
          name = Identifier.spelled(base, suffix: "_\(attempt)")
        }
        names.insert(name)
        result.rename(port.value, to: name)
      }
    }
    return result
  }
}
