/// The calls of a plan, and where each value they give lies in the plan's memory.
struct PlanLayout {
  /// Fusions that are one kernel call: usually one, several where products share their activations.
  struct Call {
    var fusions: [Fusion]
  }

  /// What is left of the graph: the values the calls name, and the constants they are made from.
  let graph: Graph
  let calls: [Call]
  private let produced: Set<ValueID>
  /// The inputs that have to be loaded as rows.
  private(set) var loads: [ValueID] = []
  /// The offset of each value in bytes.
  private(set) var offsets: [ValueID: Int] = [:]
  /// How many bytes all values take together.
  private(set) var byteCount: Int

  /// Lays out a fused graph.
  ///
  /// - Parameter fused: The graph.
  /// - Throws: ``PlanningError`` where a value would have to be rows and cannot be.
  init(_ fused: FusedGraph) throws(PlanningError) {
    calls = Self.grouped(fused.fusions)
    produced = Set(fused.fusions.map(\.result))
    graph = fused.graph.graph.reduced(to: fused.fusions, produced)
    byteCount = 0
    let outputs = graph.outputs.map { resolve($0.value) }

    var lastUse: [ValueID: Int] = [:]
    for output in outputs { lastUse[output] = calls.count }
    var reads: [[ValueID]] = []
    for (index, call) in calls.enumerated() {
      var values: [ValueID] = []
      for fusion in call.fusions {
        for value in fusion.kernel.rowInputs {
          let source = resolve(value)
          guard !values.contains(source) else { continue }
          values.append(source)
          lastUse[source] = max(lastUse[source] ?? 0, index)
        }
      }
      reads.append(values)
    }

    var planner = MemoryPlanner()
    var kept: Set<ValueID> = []
    for value in Set(reads.joined()).union(outputs).sorted(by: { $0.node.rawValue < $1.node.rawValue })
    where graph[value.node].operation == .input {
      loads.append(value)
      offsets[value] = planner.allocate(try Self.size(of: value, in: graph))
    }
    for (index, call) in calls.enumerated() {
      for fusion in call.fusions where fusion.kernel.givesRows {
        let size = try Self.size(of: fusion.result, in: graph)
        // What is read for anything else, too, must stay as it is until the call is over.
        let read = fusion.kernel.rowInputs.map(resolve)
        let reusable = fusion.kernel.reusableInput.map(resolve).flatMap { input in
          read.count(where: { $0 == input }) == 1 ? input : nil
        }
        if call.fusions.count == 1, let reusable, lastUse[reusable] == index, let offset = offsets[reusable],
          !kept.contains(reusable), try Self.size(of: reusable, in: graph) == size
        {
          offsets[fusion.result] = offset
          kept.insert(reusable)
        } else {
          offsets[fusion.result] = planner.allocate(size)
        }
      }
      for value in reads[index] where lastUse[value] == index && !kept.contains(value) {
        guard let offset = offsets[value] else { throw .layout(name: graph.name(of: value)) }
        planner.release(offset)
        kept.insert(value)
      }
      // What nobody needs was computed for nothing, but its room is free again.
      for fusion in call.fusions where lastUse[fusion.result] == nil {
        if let offset = offsets[fusion.result] { planner.release(offset) }
      }
    }
    byteCount = planner.byteCount
  }

  /// The value whose rows a value is: itself, or what it was reshaped from without moving anything.
  func resolve(_ value: ValueID) -> ValueID {
    var current = value
    while !produced.contains(current) {
      let node = graph[current.node]
      guard [.identity, .reshape, .expandDims, .squeeze].contains(node.operation), let x = node[.x] else { break }
      current = x
    }
    // Rows are kept by tokens, which are the last axis.
    return graph.type(of: current).shape.last == graph.type(of: value).shape.last ? current : value
  }

  /// How many bytes the rows of a value take.
  private static func size(of value: ValueID, in graph: Graph) throws(PlanningError) -> Int {
    let type = graph.type(of: value)
    guard type.shape.count == 4, type.element == .fp16 || type.element == .fp32 else {
      throw .layout(name: graph.name(of: value))
    }
    // What no machine has room for is not added up either.
    guard let count = type.elementCount, count < 1 << 44 else { throw .outOfMemory(byteCount: .max) }
    return count * MemoryLayout<Float>.stride
  }

  /// Puts products of the same activations next to each other, as one call.
  private static func grouped(_ fusions: [Fusion]) -> [Call] {
    var calls: [Call] = []
    var places: [ValueID: Int] = [:]
    for var fusion in fusions {
      // What they cover is of no account any more.
      fusion.nodes = []
      // A product needs nothing but its activations, so it may come as early as the first of them.
      guard case .linear(let term, residual: nil) = fusion.kernel else {
        calls.append(Call(fusions: [fusion]))
        continue
      }
      if let place = places[term.x] {
        calls[place].fusions.append(fusion)
      } else {
        places[term.x] = calls.count
        calls.append(Call(fusions: [fusion]))
      }
    }
    return calls
  }
}

extension Graph {
  /// The graph with the nodes alone that fusions name, and those they are made from by other means than fusions.
  ///
  /// - Parameters:
  ///   - fusions: The fusions.
  ///   - produced: Their results.
  /// - Returns: What is left. All weights are, so that others can be held against them.
  fileprivate func reduced(to fusions: [Fusion], _ produced: Set<ValueID>) -> Graph {
    var pending = (inputs + outputs).map(\.value) + produced + fusions.flatMap(\.kernel.operands)
    for node in nodes { if case .weight = node.constant { pending.append(node.value) } }
    var kept: Set<NodeID> = []
    while let value = pending.popLast() {
      guard kept.insert(value.node).inserted, !produced.contains(value) else { continue }
      pending += self[value.node].inputs.map(\.value)
    }
    return reduced(to: kept)
  }
}
