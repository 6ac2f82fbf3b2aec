/// A rewriting of graphs: a pure function that keeps the declared interface.
///
/// A pass keeps ports' names and types, and gives a graph that verifies if it was given one.
public protocol GraphPass: Sendable {
  /// The name traces call the pass by.
  var id: String { get }
  /// What it does, in one sentence.
  var summary: String { get }
  /// Whether every value stays the same bit for bit, NaN payloads and the sign of zero aside.
  var isExact: Bool { get }

  /// Rewrites a graph.
  ///
  /// - Parameter graph: A graph that verifies.
  /// - Returns: The rewritten graph; an equal one where there is nothing to do.
  func rewrite(_ graph: Graph) -> Graph
}
