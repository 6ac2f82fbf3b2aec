/// A node that no kernel computes, as a call of a plan.
struct PlannedNode {
  var node: Node
  /// What the node is given, in the order of its inputs.
  var arguments: [TensorView]
  /// The kernels' results that become tensors for this node and those after it.
  var gathered: [ValueID] = []
  /// The node's results that kernels read.
  var scattered: [ValueID] = []
  /// The tensors nobody needs any more.
  var released: Set<ValueID> = []
}

/// A value's elements under the type of what it was reshaped to.
struct TensorView {
  var source: ValueID
  var type: TensorType
}

extension PlanSchedule {
  /// About how many bytes tensors take: the constants they are made from, and those that are there together.
  var tensorByteCount: Double {
    func size(_ values: some Sequence<ValueID>) -> Double {
      values.reduce(0) { $0 + 4 * Double(graph.type(of: $1).elementCount ?? .max) }
    }
    var live = size(tensorConstants) + size(reads)
    var peak = live
    for case .node(let call) in calls {
      live += size(call.gathered) + size(call.node.values)
      peak = max(peak, live + graph.workingByteCount(of: call.node))
      live -= size(call.released)
    }
    return peak
  }

  /// The constants that nodes and outputs are given, and those these are made from.
  private var tensorConstants: Set<ValueID> {
    var pending = graph.outputs.map { origin($0.value) }
    for case .node(let call) in calls { pending += call.arguments.map(\.source) }
    var found: Set<ValueID> = []
    while let value = pending.popLast() {
      let node = graph[value.node]
      guard node.operation.isConstant, found.insert(value).inserted else { continue }
      pending += node.inputs.map(\.value)
    }
    return found
  }
}
