/// The identity of a node in a graph: never reused, and kept by passes for the nodes they keep.
public struct NodeID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number: nodes made later have greater ones.
  public let rawValue: Int

  init(_ rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The identity as dumps show it.
  public var description: String { "%\(rawValue)" }

  /// Orders by age.
  public static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
}

/// One result of a node.
public struct ValueID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The node that computes the value.
  public let node: NodeID
  /// Which of the node's results it is; 0 unless the node is a `split`.
  public let result: Int

  /// Creates the identity of a node's result.
  public init(_ node: NodeID, result: Int = 0) {
    self.node = node
    self.result = result
  }

  /// The identity as dumps show it.
  public var description: String { result == 0 ? "\(node)" : "\(node).\(result)" }

  /// Orders by age.
  public static func < (first: Self, second: Self) -> Bool {
    (first.node.rawValue, first.result) < (second.node.rawValue, second.result)
  }
}
