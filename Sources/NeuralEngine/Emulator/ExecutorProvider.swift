/// Takes on the procedures of programs, to make executors from.
package protocol ExecutorProvider: Sendable {
  /// Takes on a procedure when its program is compiled.
  ///
  /// - Parameter request: What is to be executed.
  /// - Returns: The procedure, to be loaded with weights.
  func procedure(for request: ExecutorRequest) -> any ExecutableProcedure
}

/// A compiled procedure: it can be loaded as often as wanted, with other weights each time.
package protocol ExecutableProcedure: Sendable {
  /// Checks that weights fit, without decoding any.
  ///
  /// - Parameter weights: The weights.
  /// - Throws: `WeightError` for the first constant whose blob is missing or of another type.
  func check(_ weights: WeightFiles) throws(WeightError)

  /// Makes an executor.
  ///
  /// - Parameter weights: The weights it runs with.
  /// - Returns: The executor, which is kept until the program is unloaded.
  /// - Throws: When the procedure cannot be executed with these weights.
  func executor(with weights: WeightFiles) throws(EmulatorError) -> any ProgramExecutor
}

/// What is to be executed, whatever the weights.
package struct ExecutorRequest: Sendable {
  /// The procedure's graph.
  package var graph: Graph
  /// How strictly weights are read.
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

/// A procedure that is executed operator by operator.
struct ReferenceProcedure: ExecutableProcedure {
  let request: ExecutorRequest

  func check(_ weights: WeightFiles) throws(WeightError) {
    try ConstantStore.check(request.graph, weights, request.weightOptions)
  }

  func executor(with weights: WeightFiles) throws(EmulatorError) -> any ProgramExecutor {
    try ReferenceExecutor(request, weights)
  }
}
