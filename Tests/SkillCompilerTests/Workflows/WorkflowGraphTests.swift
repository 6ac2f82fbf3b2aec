import SkillCompiler
import SkillIR
import Testing

@Suite struct WorkflowGraphTests {
  private static let source = WorkflowSource.workflow(
    "func f(q: String) -> String",
    """
    1. Find facts on {q}. → `facts: [String]`
    2. Find "pictures" of {q}. → `pictures: [String]`
    3. For each `fact` in `facts`: Run `grep {fact} book.txt` → `places: [String]`
    4. Agent: check {places} #1 [x]. → `checked: String`
    5. Write on {checked} with {pictures}. → `result`
    """
  )

  private static func graph() throws -> DataFlowGraph {
    DataFlowGraph(try #require(WorkflowSource.lowered(source)).workflow)
  }

  @Test func stepsThatDoNotWaitForOneAnotherShareALevel() throws {
    #expect(try Self.graph().levels == [[0, 1], [2], [3], [4]])
  }

  @Test func theCriticalPathFollowsTheCosts() throws {
    let graph = try Self.graph()
    #expect(graph.criticalPath() == [0, 2, 3, 4])
    #expect(graph.criticalPath { $0.id == 1 ? 10 : 1 } == [1, 4])
    #expect(DataFlowGraph(Workflow(steps: [], outcome: .nothing)).criticalPath() == [])
  }

  @Test func thePictureNamesStepsAndData() throws {
    #expect(
      try Self.graph().mermaid == """
        graph TD
          s0("1. Find facts on q")
          s1("2. Find #34;pictures#34; of q")
          s2["3. Run grep fact book.txt"]
          s3{{"4. Agent: check places #35;1 #91;x#93;"}}
          s4("5. Write on checked with pictures")
          s0 -->|facts| s2
          s2 -->|places| s3
          s1 -->|pictures| s4
          s3 -->|checked| s4

        """
    )
  }
}
