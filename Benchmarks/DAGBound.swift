import Foundation
import SkillCompiler
import SkillIR
import SkillRuntime

/// A hundred sleeping steps in a random graph: how near the run comes to its critical path.
struct DAGBound {
  private struct Node {
    var dependencies: [Int]
    var milliseconds: Int
  }

  func run() async throws -> BenchmarkResult {
    let nodes = Self.graph()
    let skill = try StepOverhead.skill(Self.document(of: nodes))
    var finished: [Int] = []
    for node in nodes { finished.append((node.dependencies.map { finished[$0] }.max() ?? 0) + node.milliseconds) }
    let bound = Double(finished.max() ?? 0)

    // The steps sleep, so that more of them than there are cores can run at once.
    let machine = SkillMachine(limits: SkillLimits(width: nodes.count))
    var times: [Double] = []
    for _ in 0..<5 {
      times.append(
        try await ContinuousClock().measure {
          _ = try await skill.call("sleepers", arguments: [:], machine: machine, report: { _ in })
        }.milliseconds
      )
    }
    return BenchmarkResult(
      name: "dag-bound",
      goal: "at least 95 % of the bound",
      figures: [
        "steps": .integer(nodes.count), "boundMilliseconds": .number(bound), "runMilliseconds": .number(median(times)),
        "sequentialMilliseconds": .integer(nodes.reduce(0) { $0 + $1.milliseconds }),
        "shareOfBound": .number(bound / median(times)),
      ]
    )
  }

  private static func graph() -> [Node] {
    var state: UInt64 = 42
    func random(_ limit: Int) -> Int {
      // A linear congruential generator: the graph is the same in every run.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    return (0..<100).map { index in
      let count = index == 0 ? 0 : random(3)
      let dependencies = Set((0..<count).map { _ in random(index) })
      return Node(dependencies: dependencies.sorted(), milliseconds: 200 + random(600))
    }
  }

  private static func document(of nodes: [Node]) -> String {
    var text = """
      ---
      name: sleepers
      description: Sleeping steps.
      ---

      ```swift workflow
      func sleepers() -> String
      ```


      """
    for (index, node) in nodes.enumerated() {
      let uses = node.dependencies.map { " \"$s\($0)\"" }.joined()
      let seconds = String(format: "%.3f", Double(node.milliseconds) / 1000)
      text += """
        \(index + 1). Sleep. → `s\(index): String`
           ```sh
           : \(uses)
           sleep \(seconds)
           s\(index)=\(index)
           ```

        """
    }
    let uses = nodes.indices.map { " \"$s\($0)\"" }.joined()
    text += """
      \(nodes.count + 1). Done. → `result: String`
         ```sh
         : \(uses)
         result=done
         ```

      """
    return text
  }
}
