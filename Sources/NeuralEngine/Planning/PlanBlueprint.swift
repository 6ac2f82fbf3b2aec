/// A plan but for its weights and its memory: what is found out once about a program, however often it is loaded.
struct PlanBlueprint: Sendable {
  /// What is planned, with as much of the graph as plans need.
  let request: ExecutorRequest
  let layout: PlanLayout

  /// Plans a program.
  ///
  /// - Parameter request: The program, and how it is bound to surfaces.
  /// - Throws: ``PlanningError`` where the kernels do not cover the graph.
  init(_ request: ExecutorRequest) throws(PlanningError) {
    guard request.rowLayout == .packed else { throw .rows(request.rowLayout) }
    layout = try PlanLayout(FusedGraph(request.graph))
    var request = request
    request.graph = layout.graph
    self.request = request
  }
}
