/// A plan but for its weights and its memory: what is found out once about a program, however often it is loaded.
struct PlanBlueprint: Sendable {
  /// What is planned, with as much of the graph as plans need.
  let request: ExecutorRequest
  let layout: PlanLayout

  /// Plans a program.
  ///
  /// - Parameter request: The program, and how it is bound to surfaces.
  /// - Throws: ``PlanningError/outOfMemory(byteCount:)`` where a value is larger than any machine.
  init(_ request: ExecutorRequest) throws(PlanningError) {
    let (graph, rowLayout) = (request.graph, request.rowLayout)
    layout = try PlanLayout(PlanSchedule(FusedGraph(graph, rowLayout), rowLayout))
    var request = request
    request.graph = layout.schedule.graph
    self.request = request
  }
}
