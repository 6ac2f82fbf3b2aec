package import SkillIR

/// The order that the data of a workflow imposes on its steps.
package struct DataFlowGraph: Sendable {
  /// A value that one step binds and another reads.
  package struct Edge: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var name: String
  }

  package let steps: [Step]
  package let edges: [Edge]
  /// The ids of the steps that can run together, wave by wave. Within a wave ids ascend.
  package let levels: [[Int]]

  package init(_ workflow: Workflow) {
    steps = workflow.steps
    var edges: [Edge] = []
    var depth = [Int](repeating: 0, count: workflow.steps.count)
    for (index, step) in workflow.steps.enumerated() {
      for dependency in step.dependencies where dependency >= 0 && dependency < index {
        depth[index] = max(depth[index], depth[dependency] + 1)
        edges.append(Edge(from: dependency, to: index, name: workflow.steps[dependency].binding?.name ?? ""))
      }
    }
    self.edges = edges
    var levels = [[Int]](repeating: [], count: (depth.max() ?? -1) + 1)
    for (index, level) in depth.enumerated() { levels[level].append(index) }
    self.levels = levels
  }

  /// The chain of steps that takes longest; of equal ones that of the lowest ids.
  ///
  /// - Parameter cost: How long a step takes, in any unit; not negative.
  /// - Returns: The ids of the steps, in order.
  package func criticalPath(cost: (Step) -> Double = { _ in 1 }) -> [Int] {
    var total = [Double](repeating: 0, count: steps.count)
    var before = [Int?](repeating: nil, count: steps.count)
    var next = 0
    for index in steps.indices {
      // Edges are sorted by the step they lead to.
      while next < edges.count, edges[next].to == index {
        let from = edges[next].from
        if before[index].map({ total[from] > total[$0] }) ?? true { before[index] = from }
        next += 1
      }
      total[index] = max(0, cost(steps[index])) + (before[index].map { total[$0] } ?? 0)
    }
    guard var current = steps.indices.max(by: { total[$0] < total[$1] || (total[$0] == total[$1] && $0 > $1) }) else {
      return []
    }
    var path = [current]
    while let previous = before[current] {
      path.append(previous)
      current = previous
    }
    return path.reversed()
  }

  /// The graph as Mermaid text, for a picture.
  package var mermaid: String {
    var lines = ["graph TD"]
    for (index, step) in steps.enumerated() {
      let (open, close) =
        switch step.action {
        case .code, .command: ("[\"", "\"]")
        case .call: ("[[\"", "\"]]")
        case .model: ("(\"", "\")")
        case .agent: ("{{\"", "\"}}")
        }
      lines.append("  s\(index)\(open)\(Self.escaped("\(step.label). \(step.title)"))\(close)")
    }
    for edge in edges {
      lines.append("  s\(edge.from) -->\(edge.name.isEmpty ? "" : "|\(Self.escaped(edge.name))|") s\(edge.to)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Every character that Mermaid or the page around it might read as its own, as an entity.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "#", "&", "<", ">", ";", "`", "|", "{", "}", "[", "]", "\\": result += "#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
