/// Where each value of a plan lies in the plan's memory.
struct PlanLayout {
  let schedule: PlanSchedule
  /// The offset of each value in bytes.
  private(set) var offsets: [ValueID: Int] = [:]
  /// How many bytes all values take together.
  let byteCount: Int

  /// Lays out the values that calls give and read.
  ///
  /// - Parameter schedule: The calls.
  /// - Throws: ``PlanningError/outOfMemory(byteCount:)`` where a value is larger than any machine.
  init(_ schedule: PlanSchedule) throws(PlanningError) {
    self.schedule = schedule
    let (graph, lastUse) = (schedule.graph, schedule.lastRowUse)
    var planner = MemoryPlanner()
    var kept: Set<ValueID> = []
    for value in schedule.loads { offsets[value] = planner.allocate(try Self.size(of: value, in: graph)) }
    for (index, call) in schedule.calls.enumerated() {
      let fusions = if case .kernel(let fusions) = call { fusions } else { [Fusion]() }
      for fusion in fusions where fusion.kernel.givesRows {
        let size = try Self.size(of: fusion.result, in: graph)
        // What is read for anything else, too, must stay as it is until the call is over.
        let read = fusion.kernel.rowInputs.map(schedule.resolve)
        let reusable = fusion.kernel.reusableInput.map(schedule.resolve).flatMap { input in
          read.count(where: { $0 == input }) == 1 ? input : nil
        }
        if fusions.count == 1, let reusable, lastUse[reusable] == index, let offset = offsets[reusable],
          !kept.contains(reusable), try Self.size(of: reusable, in: graph) == size
        {
          offsets[fusion.result] = offset
          kept.insert(reusable)
        } else {
          offsets[fusion.result] = planner.allocate(size)
        }
      }
      for value in schedule.rowReads(call) where lastUse[value] == index && !kept.contains(value) {
        guard let offset = offsets[value] else { throw .layout(name: graph.name(of: value)) }
        planner.release(offset)
        kept.insert(value)
      }
      // A node is computed outside of this memory, so that its results may lie where what it read did.
      if case .node(let call) = call {
        for value in call.scattered { offsets[value] = planner.allocate(try Self.size(of: value, in: graph)) }
      }
      // What nobody needs was computed for nothing, but its room is free again.
      for fusion in fusions where lastUse[fusion.result] == nil {
        if let offset = offsets[fusion.result] { planner.release(offset) }
      }
    }
    byteCount = planner.byteCount
  }

  /// How many bytes the rows of a value take.
  private static func size(of value: ValueID, in graph: Graph) throws(PlanningError) -> Int {
    // What no machine has room for is not added up either.
    guard let count = graph.type(of: value).elementCount, count < 1 << 44 else {
      throw .outOfMemory(byteCount: .max)
    }
    return count * MemoryLayout<Float>.stride
  }
}
