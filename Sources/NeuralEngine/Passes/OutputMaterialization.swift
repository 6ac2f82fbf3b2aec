/// Gives each output a value of its own that the program computes, by an `identity` where there is none.
public struct OutputMaterialization: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "output-materialization"
  /// What the pass does, in a few words.
  public let summary = "gives each output a computed value of its own"
  /// Whether values stay the same bit for bit.
  public let isExact = true

  /// Creates the pass.
  public init() {}

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    var bound: Set<ValueID> = []
    var names = Set(graph.nodes.flatMap { $0.results.map(\.name) })
    var result = graph
    for (index, port) in graph.outputs.enumerated() where graph.contains(port.value) {
      let operation = graph[port.value.node].operation
      guard operation == .input || operation == .const || !bound.insert(port.value).inserted else { continue }
      var name = Identifier.spelled(port.name)
      var number = 1
      while !names.insert(name).inserted {
        number += 1
        name = Identifier.spelled(port.name, suffix: "_\(number)")
      }
      guard let id = try? result.add(.identity, [.init(.x, port.value)], names: [name]) else { continue }
      result.outputs[index].value = ValueID(id)
    }
    return result
  }
}
