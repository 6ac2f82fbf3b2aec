/// A program as a graph: the form passes rewrite and plans are made from.
///
/// The nodes stand in an order in which each comes after what it uses, as the statements of a MIL function do. A value
/// type: passes take a graph and give another.
public struct Graph: Sendable {
  /// A value the outside sees, under a name that stays whatever passes call the value itself.
  public struct Port: Hashable, Sendable {
    /// The declared name.
    public var name: String
    /// The value bound to it.
    public var value: ValueID
    /// How many bytes its surface is to have, as ``UniformSurfaces`` notes; `nil` where nobody has decided.
    public var allocation: Int?

    /// Creates a port.
    public init(_ name: String, _ value: ValueID) {
      self.name = name
      self.value = value
    }
  }

  /// The function's name.
  public var name: String
  /// The set of operators the function is written in.
  public var operatorSet: String
  /// The nodes, each after those it uses; inputs and constants are nodes too.
  public private(set) var nodes: [Node]
  /// The inputs in declared order; each value is that of an `input` node.
  public var inputs: [Port]
  /// The outputs in declared order.
  public var outputs: [Port]

  /// For each identity ever given, where its node stands, or -1 when it was removed.
  private var positions: [Int]

  /// Creates an empty graph.
  ///
  /// - Parameters:
  ///   - name: The function's name.
  ///   - operatorSet: The set of operators it is written in.
  public init(name: String = "main", operatorSet: String = "ios18") {
    self.name = name
    self.operatorSet = operatorSet
    nodes = []
    inputs = []
    outputs = []
    positions = []
  }

  /// The node of an identity this graph holds.
  public subscript(id: NodeID) -> Node { nodes[positions[id.rawValue]] }

  /// Whether the graph holds a node.
  public func contains(_ id: NodeID) -> Bool {
    positions.indices.contains(id.rawValue) && positions[id.rawValue] >= 0
  }

  /// Whether the graph holds a value.
  public func contains(_ value: ValueID) -> Bool {
    contains(value.node) && self[value.node].results.indices.contains(value.result)
  }

  /// Where a node stands among the nodes.
  public func position(of id: NodeID) -> Int? {
    contains(id) ? positions[id.rawValue] : nil
  }

  /// The type of a value.
  public func type(of value: ValueID) -> TensorType { self[value.node].results[value.result].type }

  /// The name of a value in the program's text.
  public func name(of value: ValueID) -> String { self[value.node].results[value.result].name }

  /// What a value holds, if its node is a `const`.
  public func constant(_ value: ValueID) -> ConstantPayload? { self[value.node].constant }

  /// For each value, the nodes that use it, in order; a node that uses it twice stands twice.
  public func users() -> [ValueID: [NodeID]] {
    var users: [ValueID: [NodeID]] = [:]
    for node in nodes {
      for input in node.inputs { users[input.value, default: []].append(node.id) }
    }
    return users
  }

  /// The first node with a result of a name.
  public func node(named name: String) -> Node? {
    nodes.first { $0.results.contains { $0.name == name } }
  }
}

extension Graph {
  /// The identity the next node gets.
  var nextID: NodeID { NodeID(positions.count) }

  /// Puts a node at the end; its identity must be the next one, or one this graph gave out and no longer holds.
  mutating func append(_ node: Node) {
    while positions.count <= node.id.rawValue { positions.append(-1) }
    positions[node.id.rawValue] = nodes.count
    nodes.append(node)
  }

  /// A graph with the same interface and identities given out, and no nodes.
  func emptied() -> Graph {
    var graph = self
    graph.nodes = []
    graph.positions = [Int](repeating: -1, count: positions.count)
    return graph
  }

  /// The graph with some of its nodes only. What the others gave may still be named, but is no longer there.
  func reduced(to kept: Set<NodeID>) -> Graph {
    var graph = emptied()
    for node in nodes where kept.contains(node.id) { graph.append(node) }
    return graph
  }

  /// Removes the last nodes, so that some number of them is left.
  mutating func truncate(to count: Int) {
    while nodes.count > count { positions[nodes.removeLast().id.rawValue] = -1 }
  }

  /// Replaces a node by one of the same identity.
  mutating func replace(_ node: Node) {
    nodes[positions[node.id.rawValue]] = node
  }

  /// Renames a value.
  mutating func rename(_ value: ValueID, to name: String) {
    nodes[positions[value.node.rawValue]].results[value.result].name = name
  }
}

extension Graph: Hashable {
  /// Whether two graphs have the same nodes, under the same identities, and the same ports.
  public static func == (first: Self, second: Self) -> Bool {
    first.name == second.name && first.operatorSet == second.operatorSet && first.nodes == second.nodes
      && first.inputs == second.inputs && first.outputs == second.outputs
  }

  /// Hashes what graphs are compared by.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(nodes)
    hasher.combine(inputs)
    hasher.combine(outputs)
  }
}
