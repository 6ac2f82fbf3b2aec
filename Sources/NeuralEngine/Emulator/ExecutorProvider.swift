/// Makes executors for the procedures of programs, when a program is loaded.
package protocol ExecutorProvider: Sendable {
  /// Makes an executor.
  ///
  /// - Parameter request: What is to be executed.
  /// - Returns: The executor, which is kept until the program is unloaded.
  /// - Throws: When the graph cannot be executed with these weights.
  func executor(for request: ExecutorRequest) throws(EmulatorError) -> any ProgramExecutor
}

/// What an executor is to execute.
package struct ExecutorRequest: Sendable {
  /// The procedure's graph.
  package var graph: Graph
  /// The weights it runs with.
  package var weights: WeightFiles
  /// How strictly they are read.
  package var weightOptions: ConstantStore.Options
  /// For each input surface, the input of the graph that it holds.
  package var inputOrder: [Int]
  /// For each output surface, the output of the graph that it takes.
  package var outputOrder: [Int]
  /// How numbers behave.
  package var numerics: Numerics
  /// Whether fused attention ignores its mask (R6).
  package var ignoresAttentionMask: Bool
  /// How rows lie in surfaces.
  package var rowLayout: RowLayout
  /// How many bytes constants and values together may take.
  package var memoryLimit: Int
}

/// How the rows of a tensor lie in a surface (R20).
public enum RowLayout: String, Hashable, Sendable {
  /// One after the other from byte 0.
  case packed
  /// Each at a multiple of 64 bytes.
  case rows64
}

/// Executes every program operator by operator.
package struct ReferenceExecutorProvider: ExecutorProvider {
  package init() {}

  package func executor(for request: ExecutorRequest) throws(EmulatorError) -> any ProgramExecutor {
    try ReferenceExecutor(request)
  }
}
