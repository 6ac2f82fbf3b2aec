import SkillFormat

/// Which workflows of a skill call which.
struct CallGraph {
  struct Node {
    var name: WorkflowName
    var calls: [(name: String, offset: Int)]
    /// Whether it can be lowered.
    var isSound: Bool
  }

  private var nodes: [Node]
  private var indices: [String: Int]

  init(_ nodes: [Node]) {
    self.nodes = nodes
    indices = Dictionary(nodes.enumerated().map { ($1.name.text, $0) }) { first, _ in first }
  }

  func isSound(_ name: String) -> Bool { indices[name].map { nodes[$0].isSound } ?? false }

  /// Reports calls that go round in circles, and leaves out what calls a workflow that is left out.
  mutating func check(in source: SourceText, diagnostics: inout Diagnostics) {
    reportCycles(in: source, diagnostics: &diagnostics)
    var callers: [String: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for call in node.calls { callers[call.name, default: []].append(index) }
    }
    // Names that no node has belong to workflows whose declaration has an error.
    var unsound = nodes.filter { !$0.isSound }.map(\.name.text) + callers.keys.filter { indices[$0] == nil }.sorted()
    while let name = unsound.popLast() {
      for caller in callers[name, default: []] where nodes[caller].isSound {
        nodes[caller].isSound = false
        unsound.append(nodes[caller].name.text)
        diagnostics.report(
          .leftOut(nodes[caller].name.text, name),
          in: source,
          at: nodes[caller].name.offset
        )
      }
    }
  }

  /// Depth first with a stack of its own: a chain of calls may be long.
  private mutating func reportCycles(in source: SourceText, diagnostics: inout Diagnostics) {
    var state = [UInt8](repeating: 0, count: nodes.count)
    for root in nodes.indices where state[root] == 0 {
      var stack = [(node: root, next: 0)]
      state[root] = 1
      while let top = stack.last {
        let calls = nodes[top.node].calls
        guard top.next < calls.count else {
          state[top.node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        guard let target = indices[calls[top.next].name] else { continue }
        if state[target] == 0 {
          state[target] = 1
          stack.append((target, 0))
        } else if state[target] == 1 {
          let circle = stack.suffix(fromLast: { $0.node == target }).map(\.node)
          for node in circle { nodes[node].isSound = false }
          let names = (circle + [target]).prefix(8).map { "'\(nodes[$0].name.text)'" }
          diagnostics.report(.recursion(names), in: source, at: calls[top.next].offset)
        }
      }
    }
  }
}

extension Array {
  /// The elements from the last one on for which a condition holds.
  fileprivate func suffix(fromLast condition: (Element) -> Bool) -> ArraySlice<Element> {
    lastIndex(where: condition).map { self[$0...] } ?? []
  }
}

extension WorkflowMessage {
  fileprivate static func recursion(_ names: [String]) -> Self {
    .error(
      "recursive-call",
      "workflows cannot call themselves, also by way of others: \(names.joined(separator: " calls "))"
    )
  }

  fileprivate static func leftOut(_ name: String, _ callee: String) -> Self {
    WorkflowMessage(
      severity: .note,
      code: "left-out",
      text: "'\(name)' is left out too, since it calls '\(callee)'"
    )
  }
}
