/// The calls of a plan in their order, and the form in which each reads its values.
///
/// Values that kernels give or read are rows in the plan's memory. A node that no kernel computes takes and gives whole
/// tensors: what it reads of rows is gathered before, what kernels read of its results is scattered after it.
struct PlanSchedule {
  /// What is done in one go.
  enum Call {
    /// Fusions that are one kernel call: usually one, several where products share their activations.
    case kernel([Fusion])
    /// A node that is computed by the evaluator.
    case node(PlannedNode)
  }

  /// What is left of the graph: the values the calls name, and the constants they are made from.
  private(set) var graph: Graph
  private(set) var calls: [Call] = []
  /// For each value, the last call that reads it as rows; the number of calls where an output takes it.
  private(set) var lastRowUse: [ValueID: Int] = [:]
  /// Likewise, for values read as tensors.
  private(set) var lastTensorUse: [ValueID: Int] = [:]
  /// The fusions' results, and whether they are rows.
  private let produced: [ValueID: Bool]
  private let rowLayout: RowLayout

  /// Puts the parts of a graph in order.
  ///
  /// - Parameters:
  ///   - fused: The parts.
  ///   - rowLayout: How rows lie in surfaces.
  init(_ fused: FusedGraph, _ rowLayout: RowLayout) {
    var produced: [ValueID: Bool] = [:]
    for case .fusion(let fusion) in fused.parts { produced[fusion.result] = fusion.kernel.givesRows }
    self.produced = produced
    self.rowLayout = rowLayout
    graph = fused.graph.graph
    calls = grouped(needed(fused.parts))
    graph = graph.reduced(to: calls, produced)
    findLastUses()
    completeOperators()
  }

  /// The inputs that are loaded as rows.
  var loads: [ValueID] { lastRowUse.keys.filter { graph[$0.node].operation == .input }.sorted() }

  /// The inputs that are read as tensors.
  var reads: [ValueID] { lastTensorUse.keys.filter { graph[$0.node].operation == .input }.sorted() }

  /// Why some nodes are not computed by kernels.
  var fallbacks: [PlanningError] {
    let nodes = calls.compactMap { call -> Node? in if case .node(let call) = call { call.node } else { nil } }
    guard rowLayout == .packed else { return nodes.isEmpty ? [] : [.rows(rowLayout)] }
    return nodes.map { node in
      node.operation.keepsOrder ? .layout(name: node.name) : .unsupported(node.operation, name: node.name)
    }
  }

  // MARK: Where values are

  /// The value whose elements a value has, in the same order: itself, or what it was reshaped from.
  func origin(_ value: ValueID) -> ValueID {
    var current = value
    while produced[current] == nil {
      let node = graph[current.node]
      guard node.operation.keepsOrder, let x = node[.x] else { break }
      current = x
    }
    return current
  }

  /// A value as its origin under another type.
  func view(_ value: ValueID) -> TensorView { TensorView(source: origin(value), type: graph.type(of: value)) }

  /// The value whose rows a value's are.
  func resolve(_ value: ValueID) -> ValueID {
    let origin = origin(value)
    // Rows are kept by tokens, which are the last axis.
    return graph.type(of: origin).shape.last == graph.type(of: value).shape.last ? origin : value
  }

  /// Whether a value, which is no other's reshaping, is there as rows before any node asks for a tensor.
  func isRows(_ value: ValueID) -> Bool {
    if let isRows = produced[value] { return isRows }
    return graph[value.node].operation == .input && rowLayout == .packed && graph.type(of: value).element.isRowElement
  }

  /// Whether a value stays in the surface of its output.
  func isCache(_ value: ValueID) -> Bool { produced[value] == false }

  /// The values a call reads as rows.
  func rowReads(_ call: Call) -> [ValueID] {
    var values: [ValueID] = []
    switch call {
    case .kernel(let fusions):
      for value in fusions.flatMap(\.kernel.rowInputs).map(resolve) where !values.contains(value) {
        values.append(value)
      }
    case .node(let call): values = call.gathered.filter(isRows)
    }
    return values
  }
}

// MARK: - Order

extension PlanSchedule {
  /// The parts that something needs: nodes that move what kernels read where it is are left out.
  private func needed(_ parts: [FusedGraph.Part]) -> [FusedGraph.Part] {
    var needed = Set(graph.outputs.map { origin($0.value) })
    var kept: [FusedGraph.Part] = []
    for part in parts.reversed() {
      switch part {
      case .fusion(let fusion): needed.formUnion(fusion.kernel.rowInputs.map(resolve))
      case .node(let node):
        guard node.values.contains(where: needed.contains) else { continue }
        needed.formUnion(node.inputs.map { origin($0.value) })
      }
      kept.append(part)
    }
    return kept.reversed()
  }

  /// Puts products of the same activations next to each other, as one call.
  private func grouped(_ parts: [FusedGraph.Part]) -> [Call] {
    var calls: [Call] = []
    var places: [ValueID: (call: Int, fusions: [Fusion])] = [:]
    for part in parts {
      switch part {
      case .node(let node):
        let arguments = node.inputs.map { view($0.value) }
        calls.append(.node(PlannedNode(node: node, arguments: arguments)))
      case .fusion(var fusion):
        // What they cover is of no account any more.
        fusion.nodes = []
        // A product needs nothing but its activations, so it may come as early as the first of them.
        guard case .linear(let term, residual: nil) = fusion.kernel else {
          calls.append(.kernel([fusion]))
          continue
        }
        let place = places[term.x] ?? (calls.count, [])
        if place.fusions.isEmpty { calls.append(.kernel([])) }
        places[term.x] = (place.call, place.fusions + [fusion])
        calls[place.call] = .kernel(place.fusions + [fusion])
      }
    }
    return calls
  }

  private mutating func findLastUses() {
    for (index, call) in calls.enumerated() {
      if case .node(var call) = call {
        for value in call.arguments.map(\.source) where !graph[value.node].operation.isConstant {
          // It is gathered once, and kept as long as nodes need it.
          if lastTensorUse.updateValue(index, forKey: value) == nil, produced[value] != nil {
            call.gathered.append(value)
          }
        }
        calls[index] = .node(call)
      }
      for value in rowReads(calls[index]) { lastRowUse[value] = index }
    }
    for port in graph.outputs {
      let value = origin(port.value)
      if isRows(value) {
        lastRowUse[value] = calls.count
      } else if !isCache(value) {
        lastTensorUse[value] = calls.count
      }
    }
  }

  private mutating func completeOperators() {
    for (index, call) in calls.enumerated() {
      guard case .node(var call) = call else { continue }
      let results = call.node.values
      call.scattered = results.filter { lastRowUse[$0] != nil }
      call.released = Set(call.arguments.map(\.source)).filter { lastTensorUse[$0] == index }
        .union(results.filter { lastTensorUse[$0] == nil })
      calls[index] = .node(call)
    }
  }
}

extension Graph {
  /// The graph with the nodes alone that calls name, and those they are made from by other means than kernels.
  ///
  /// - Parameters:
  ///   - calls: The calls.
  ///   - produced: The results of kernels.
  /// - Returns: What is left. All weights are, so that others can be held against them.
  fileprivate func reduced(to calls: [PlanSchedule.Call], _ produced: [ValueID: Bool]) -> Graph {
    var pending = (inputs + outputs).map(\.value) + produced.keys
    for call in calls {
      switch call {
      case .kernel(let fusions): pending += fusions.flatMap(\.kernel.operands)
      case .node(let call): pending.append(call.node.value)
      }
    }
    for node in nodes { if case .weight = node.constant { pending.append(node.value) } }
    var kept: Set<NodeID> = []
    while let value = pending.popLast() {
      guard kept.insert(value.node).inserted, produced[value] == nil else { continue }
      pending += self[value.node].inputs.map(\.value)
    }
    return reduced(to: kept)
  }
}
