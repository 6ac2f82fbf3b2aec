/// Which surface each declared input and output of a program is bound to.
///
/// The device binds surfaces in the byte order of the names in the program, whatever the order they are declared in.
public struct SurfaceMap: Hashable, Sendable {
  /// A declared name and the surface it is bound to.
  public struct Binding: Hashable, Sendable {
    /// The declared name.
    public var port: String
    /// The name in the program.
    public var name: String
    /// The type in the program.
    public var type: TensorType
    /// Which of the surfaces it is.
    public var surface: Int
    /// How many bytes the surface is to have; `nil` where no pass has decided.
    public var allocation: Int?
  }

  /// The inputs in declared order.
  public var inputs: [Binding]
  /// The outputs in declared order.
  public var outputs: [Binding]

  /// The surface of a declared input.
  public func input(_ port: String) -> Binding? { inputs.first { $0.port == port } }

  /// The surface of a declared output.
  public func output(_ port: String) -> Binding? { outputs.first { $0.port == port } }

  /// Finds out the order of a graph's surfaces.
  ///
  /// - Parameter graph: A graph whose outputs are distinct values.
  public init(_ graph: Graph) {
    inputs = Self.bindings(graph.inputs, in: graph)
    outputs = Self.bindings(graph.outputs, in: graph)
  }

  private static func bindings(_ ports: [Graph.Port], in graph: Graph) -> [Binding] {
    let names = ports.map { graph.name(of: $0.value) }
    let order = names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
    var surfaces = [Int](repeating: 0, count: ports.count)
    for (surface, index) in order.enumerated() { surfaces[index] = surface }
    return ports.indices.map { index in
      Binding(
        port: ports[index].name,
        name: names[index],
        type: graph.type(of: ports[index].value),
        surface: surfaces[index],
        allocation: ports[index].allocation
      )
    }
  }
}
