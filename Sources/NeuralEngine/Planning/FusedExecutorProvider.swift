/// Executes programs of `fused` numerics by plans, all others operator by operator.
package final class FusedExecutorProvider: ExecutorProvider {
  private let prepared: PreparedWeights
  private let options: PlanOptions

  /// Creates a provider; plans of one provider share prepared weights and threads.
  ///
  /// - Parameters:
  ///   - options: How precisely activations enter products, and which threads work.
  ///   - isPacking: Whether weights are packed into memory of their own, and the pages they came from given back.
  package init(_ options: PlanOptions = PlanOptions(), isPacking: Bool = true) {
    self.options = options
    prepared = PreparedWeights(isPacking: isPacking)
  }

  package func executor(for request: ExecutorRequest) throws(EmulatorError) -> any ProgramExecutor {
    do {
      return try ExecutionPlan(request, prepared: prepared, options: options)
    } catch .outOfMemory(let byteCount) {
      throw EmulatorError.loadFailed(detail: "there is no memory for \(byteCount) bytes")
    } catch {
      return try ReferenceExecutor(request)
    }
  }
}
