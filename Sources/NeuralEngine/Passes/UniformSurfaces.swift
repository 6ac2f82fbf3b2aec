/// Gives all input surfaces the size of the largest, and all output surfaces that of theirs: devices were seen to refuse
/// others (R2, R18), and surfaces below a minimum (R4).
public struct UniformSurfaces: GraphPass {
  /// The name that traces and options call the pass by.
  public let id = "uniform-surfaces"
  /// What the pass does, in a few words.
  public let summary = "gives all surfaces of one side the size of the largest"
  /// Whether values stay the same bit for bit.
  public let isExact = true
  /// What a surface takes at least.
  public let minimum: Int

  /// Creates the pass.
  public init(minimum: Int = 49_152) {
    self.minimum = minimum
  }

  /// The graph after the pass.
  public func rewrite(_ graph: Graph) -> Graph {
    func uniform(_ ports: [Graph.Port]) -> [Graph.Port] {
      let largest = ports.reduce(minimum) { max($0, graph.surfaceByteCount(of: $1.value)) }
      return ports.map { port in
        var port = port
        port.allocation = largest
        return port
      }
    }
    var result = graph
    result.inputs = uniform(graph.inputs)
    result.outputs = uniform(graph.outputs)
    return result
  }
}

extension Graph {
  /// How many bytes a surface takes that a value is bound to: rows are rounded up to 64 bytes (U).
  func surfaceByteCount(of value: ValueID) -> Int {
    guard contains(value) else { return 0 }
    return RestrictionProfile.paddedByteCount(of: type(of: value), alignment: 64) ?? 0
  }
}
